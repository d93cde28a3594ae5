"""What there is to do about the filters, told from what is wanted and what is there.

The service has no update of a filter: a changed one is deleted and made again, under its name. One
that moves with the date gets a new name for each period: clients have until the next renewal to
move to it, because its predecessors stay until they are more than are kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from lambdas.shared.ownership import refusal
from lambdas.shared.settings.filters import Filter

_DATED = re.compile(r"(.+)-\d{8}")
_READY = "ACTIVE"


@dataclass(frozen=True)
class Found:
    """A filter that is there: its name, its status, why it failed if it did, whose it is."""

    name: str
    status: str
    expression: str = ""
    reason: str = ""
    owner: str = ""
    """Another pipeline whose it is; empty where it may be adopted."""
    elsewhere: str = ""
    """ARN of another dataset group that it is in; empty where it is in the pipeline's."""

    @property
    def failed(self) -> bool:
        """Return whether it will never be of use."""
        return self.status.endswith("FAILED")


@dataclass(frozen=True)
class Action:
    """One call: make a filter with an expression, or delete the one of that name."""

    verb: Literal["create", "delete"]
    name: str
    expression: str = ""


@dataclass(frozen=True)
class Progress:
    """What to do now, what is awaited, and what went wrong for good."""

    actions: tuple[Action, ...]
    pending: tuple[str, ...]
    failures: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Return whether everything is as it should be, or will not get better."""
        return not self.actions and not self.pending


def progress(
    wanted: Sequence[Filter], found: Sequence[Found], now: datetime, own: str, *, first: bool
) -> Progress:
    """Tell the next step.

    Args:
        wanted: The filters of the pipeline file.
        found: The filters of the dataset group.
        now: The moment of the run: it, not the clock, names the filters, so that a run over
            midnight stays with one name.
        own: What the names of this pipeline begin with, the hyphen included.
        first: Whether it is the run's first step: what has failed by then, an earlier run made. It
            is deleted, to be made again; what fails later fails the run.
    """
    there = {one.name: one for one in found}
    actions: list[Action] = []
    pending: list[str] = []
    failures: list[str] = []
    for one in wanted:
        name, expression = own + one.name_at(now), one.expression_at(one.period_start(now))
        present = there.get(name)
        if present is None:
            actions.append(Action("create", name, expression))
        elif present.owner:
            failures.append(f"{name}: {refusal(present.owner)}")
        elif present.failed and first:
            actions.append(Action("delete", name))
        elif present.elsewhere:
            failures.append(
                f"{name}: it is in {present.elsewhere}, another dataset group, where it may be in "
                f'use; confirm "filter/{name}" to have it made again'
            )
        elif present.failed:
            failures.append(f"{name}: {present.reason or present.status}")
        elif present.status != _READY:
            pending.append(name)
        elif present.expression != expression:
            actions.append(Action("delete", name))
        else:
            actions.extend(_outlived(one, own, there))
    return Progress(tuple(actions), tuple(pending), tuple(failures))


def _outlived(one: Filter, own: str, there: Mapping[str, Found]) -> Iterator[Action]:
    """Yield the deletion of this filter's predecessors, once the newest can be used."""
    if one.rotation is None:
        return
    dated = sorted(
        name
        for name, found in there.items()
        if (match := _DATED.fullmatch(name)) and match[1] == own + one.name and not found.owner
    )
    for name in dated[: -one.rotation.keep]:
        if there[name].status == _READY or there[name].failed:
            yield Action("delete", name)


def found_of(description: Mapping[str, Any], owner: str, group: str) -> Found:
    """Return a filter as DescribeFilter tells it.

    Args:
        description: The filter.
        owner: The other pipeline whose it is; empty where it may be adopted.
        group: The ARN of the pipeline's own dataset group.
    """
    there = description.get("datasetGroupArn", group)
    return Found(
        name=description["name"],
        status=description["status"],
        expression=description.get("filterExpression", ""),
        reason=description.get("failureReason", ""),
        owner=owner,
        elsewhere="" if there == group else there,
    )
