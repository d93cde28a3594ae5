"""Counts of parts and of shares, put together to the facts of a drop."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from lambdas.validate.counting.part import WHOLE_FILE, BrokenLine, Counted, Held, Mended
from lambdas.validate.counting.shares import ShareFacts
from lambdas.validate.facts import Facts, FileFacts
from lambdas.validate.limits import MIN_INTERACTIONS
from lambdas.validate.reading.records import KEPT, Fault


def merge(parts: Iterable[Counted], shares: Mapping[str, ShareFacts]) -> dict[str, Facts]:
    """Return the facts of each dataset; it does not matter how its rows were cut into parts."""
    in_order = sorted(parts, key=lambda part: (part.kind, part.name, part.number))
    return {
        kind: _dataset(kind, list(group), shares.get(kind, ShareFacts()))
        for kind, group in groupby(in_order, key=lambda part: part.kind)
    }


def _dataset(kind: str, parts: Sequence[Counted], share: ShareFacts) -> Facts:
    files = [file_of(list(group)) for _, group in groupby(parts, key=lambda part: part.name)]
    rows = sum(file.rows for file in files)
    followed = sum(part.followed for part in parts)
    is_events = share.distinct_rows > 0
    times = [
        time for part in parts for time in (part.first_time, part.last_time) if time is not None
    ]
    return Facts(
        kind=kind,
        files=files,
        users=share.users,
        users_with_two=share.users_with_two,
        things=share.things,
        duplicates=rows - share.distinct_rows if is_events else 0,
        followed=followed,
        repeats=followed - share.distinct_pairs,
        repeated_ids=share.repeated_ids,
        unknown_things=share.unknown_things,
        cold_things=share.cold_things,
        first_time=min(times, default=None),
        last_time=max(times, default=None),
        by_month=dict(sorted(_sum(part.by_month for part in parts).items())),
        event_types=dict(_sum(part.event_types for part in parts).most_common()),
        popularity=share.popularity,
        trainable=dict(_sum(part.trainable for part in parts)),
        different={name: min(n, MIN_INTERACTIONS) for name, n in share.different.items()},
    )


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def file_of(parts: Sequence[Counted]) -> FileFacts:
    """Return one file out of its parts in their order; line numbers become the file's."""
    facts = FileFacts(name=parts[0].name)
    held: dict[str, Held] = {}
    faults: Counter[Fault] = Counter()
    mended: dict[tuple[str, str | None], Mended] = {}
    for part in parts:
        before = facts.lines
        for key, one in part.held.items():
            first = held.get(key) or one.model_copy(update={"count": 0, "line": one.line + before})
            held[key] = first.model_copy(update={"count": first.count + one.count})
        facts.broken.extend(_moved(one, before) for one in part.broken)
        faults.update(part.faults)
        if part.doubled and not facts.doubled:
            facts.first_doubled = part.first_doubled + before
        facts.doubled += part.doubled
        facts.size += part.size
        facts.lines += part.lines
        facts.rows += part.rows
        facts.returns = facts.returns or part.returns
        mended = _with(mended, part.mended, before)
    update = {
        "held": held,
        "faults": dict(faults),
        "broken": facts.broken[:KEPT],
        "mended": list(mended.values()),
    }
    return facts.model_copy(update=update)


def _with(
    mended: dict[tuple[str, str | None], Mended], more: Iterable[Mended], lines: int
) -> dict[tuple[str, str | None], Mended]:
    total = dict(mended)
    for one in more:
        key = (one.code, one.column)
        first = total.get(key, one.model_copy(update={"count": 0, "line": one.line + lines}))
        whole_file = one.code in WHOLE_FILE
        count = one.count if whole_file else first.count + one.count
        total[key] = first.model_copy(update={"count": count})
    return total


def _moved(one: BrokenLine, lines: int) -> BrokenLine:
    return one.model_copy(update={"line": one.line + lines})
