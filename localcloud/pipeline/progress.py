"""Shows a running execution: a live table on a terminal, one line a finished stage elsewhere."""

from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live
from rich.table import Table

from localcloud.pipeline.history import RUN, Lane, Span
from localcloud.pipeline.watch import Snapshot


def show(snapshots: Iterable[Snapshot], console: Console) -> Snapshot:
    """Show every snapshot and return the last one."""
    return _live(snapshots, console) if console.is_terminal else _plain(snapshots, console)


def _live(snapshots: Iterable[Snapshot], console: Console) -> Snapshot:
    last: Snapshot | None = None
    with Live(console=console, refresh_per_second=8, transient=False) as live:
        for last in snapshots:
            live.update(_table(last))
    assert last is not None  # noqa: S101 - an execution has at least one state
    return last


def _plain(snapshots: Iterable[Snapshot], console: Console) -> Snapshot:
    told: set[tuple[str, str, datetime]] = set()
    last: Snapshot | None = None
    for last in snapshots:
        for span in last.history.spans:
            key = (span.lane, span.stage, span.started)
            if span.ended is not None and key not in told:
                told.add(key)
                console.print(_line(span, last.started), highlight=False)
    assert last is not None  # noqa: S101 - an execution has at least one state
    return last


def _line(span: Span, began: datetime) -> str:
    at = ((span.ended or span.started) - began).total_seconds()
    return f"  {at:6.1f} s  {span.stage:<10} {span.lane:<22} took {span.seconds or 0:.1f} s"


def _table(snapshot: Snapshot) -> Table:
    now = snapshot.ended or datetime.now(UTC)
    elapsed = (now - snapshot.started).total_seconds()
    table = Table(
        title=f"{snapshot.status.lower()} · {elapsed:.1f} s · "
        f"{snapshot.history.transitions} state transitions",
        title_justify="left",
        box=None,
        padding=(0, 2, 0, 0),
    )
    for column, justify in (("", "left"), ("stage", "left"), ("state", "left")):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    table.add_column("polls", justify="right")
    table.add_column("seconds", justify="right")
    for lane in snapshot.history.lanes:
        table.add_row(*_row(lane, now), style="dim" if lane.finished else None)
    return table


def _row(lane: Lane, now: datetime) -> tuple[str, str, str, str, str]:
    mark = "[green]✓[/]" if lane.finished else "[cyan]●[/]"
    name = "the run" if lane.name == RUN else lane.name
    seconds = sum(((span.ended or now) - span.started).total_seconds() for span in lane.spans)
    state = "done" if lane.finished else lane.state
    return f"{mark} {name}", lane.stage, state, str(lane.waits or ""), f"{seconds:.1f}"
