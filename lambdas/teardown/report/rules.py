"""The report of a teardown, out of everything that its steps said."""

import json
from collections.abc import Iterable, Iterator

from lambdas.shared.strict import Strict
from lambdas.teardown.progress import Entry, total

# A state machine's output holds 256 KiB; the figures stay exact beyond this many entries.
_LISTED = 300
_NAMED = 5


class Failure(Strict):
    """What ended a teardown early; empty if nothing did."""

    step: str = ""
    error: str = ""
    cause: str = ""

    def __bool__(self) -> bool:
        """Return whether anything did."""
        return bool(self.error)

    @property
    def words(self) -> str:
        """Return it in a sentence; of a handler's cause, which is JSON, only the message."""
        try:
            cause = json.loads(self.cause)["errorMessage"]
        except (ValueError, TypeError, KeyError):
            cause = self.cause
        return f"The teardown ended early at {self.step!r}: {self.error}: {cause}"


class Told(Strict):
    """What the state machine has gathered."""

    pipeline: str
    dry_run: bool = False
    deleted: tuple[Entry, ...] = ()
    stopped: tuple[Entry, ...] = ()
    pending: tuple[Entry, ...] = ()
    left: tuple[Entry, ...] = ()
    kept: tuple[Entry, ...] = ()
    failure: Failure = Failure()


class Report(Strict):
    """What a teardown did; the output of its execution."""

    pipeline: str
    """The pipeline's name."""
    dry_run: bool
    """Whether nothing was changed; ``deleted`` then says what would go."""
    clean: bool
    """Whether nothing is left that should have gone."""
    ended_well: bool
    """Whether it is clean, or a dry run that came to its end."""
    deleted: tuple[Entry, ...] = ()
    """What went, one entry a kind and name."""
    stopped: tuple[Entry, ...] = ()
    """What was stopped before: trainings, runs, the notebook."""
    left: tuple[Entry, ...] = ()
    """What should have gone and is still there, with the reason."""
    kept: tuple[Entry, ...] = ()
    """What is not the pipeline's, or is retained, with the reason."""
    failure: Failure = Failure()
    """What ended the teardown early, if anything did."""
    summary: str
    """One sentence or two."""
    lines: tuple[str, ...]
    """The whole report in words, to be printed."""


def report_of(told: Told) -> Report:
    """Return the report."""
    deleted, stopped = _summed(told.deleted), _summed(told.stopped)
    left = _summed((*told.left, *told.pending))
    kept = _summed(told.kept)
    clean = not left and not told.failure
    return Report(
        pipeline=told.pipeline,
        dry_run=told.dry_run,
        clean=clean,
        ended_well=clean or (told.dry_run and not told.failure),
        deleted=deleted[:_LISTED],
        stopped=stopped[:_LISTED],
        left=left[:_LISTED],
        kept=kept[:_LISTED],
        failure=told.failure,
        summary=_summary(told, deleted, left),
        lines=tuple(_lines(told, deleted, stopped, left, kept)),
    )


def words_of(entry: Entry) -> str:
    """Return one entry in words: ``campaign shop-sims: it is CREATE PENDING``."""
    why = f": {entry.reason}" if entry.reason else ""
    if entry.count > 1:
        return f"{entry.count:,} {entry.kind}s of {entry.name}{why}"
    return f"{entry.kind} {entry.name}{why}"


def _summed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return one entry for each kind and name: the last one said, with the counts added up.

    Only what has no ARN is counted; a resource that was looked at twice is still one.
    """
    sums: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        key = (entry.kind, entry.name, entry.arn)
        before = 0 if entry.arn or key not in sums else sums[key].count
        sums[key] = entry.model_copy(update={"count": before + entry.count})
    return tuple(sums.values())


def _summary(told: Told, deleted: tuple[Entry, ...], left: tuple[Entry, ...]) -> str:
    would = "would be " if told.dry_run else ""
    done = (
        f"{total(deleted):,} {'would go' if told.dry_run else 'gone'}, {total(left):,} {would}left."
    )
    if told.failure:
        done = f"{told.failure.words}. {done}"
    if not left:
        return done
    named = "; ".join(words_of(entry) for entry in left[:_NAMED])
    more = f"; and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    return f"{done} {f'{would}left'.capitalize()}: {named}{more}."


def _lines(
    told: Told,
    deleted: tuple[Entry, ...],
    stopped: tuple[Entry, ...],
    left: tuple[Entry, ...],
    kept: tuple[Entry, ...],
) -> Iterator[str]:
    what = "Dry run of the teardown" if told.dry_run else "Teardown"
    yield f"{what} of the pipeline {told.pipeline}: {_summary(told, deleted, ())}"
    would = "would be " if told.dry_run else ""
    yield from _section(f"{would}stopped", stopped)
    yield from _section(f"{would}deleted", deleted)
    yield from _section(f"{would}left", left)
    yield from _section(f"{would}kept", kept)


def _section(title: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    if entries:
        yield f"{title} ({total(entries):,})"
        yield from (f"  {words_of(entry)}" for entry in entries[:_LISTED])
    if len(entries) > _LISTED:
        yield f"  … and {len(entries) - _LISTED:,} more"
