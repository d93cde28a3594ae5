"""The gate: may a new solution version take the serving one's place?

Pure judgement over offline metrics. A number that is missing or NaN never promotes: what cannot be
compared is not known to be no worse. (The developer guide warns that metrics of versions trained on
different data differ for that reason too; a tolerance absorbs it, it does not remove it.)
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from lambdas.shared.promotion_settings import Tolerance
from lambdas.shared.strict import Strict

Metrics = Mapping[str, float | None]
# Metrics are printed and compared as the service prints them; below this, it is rounding.
ROUNDING = 1e-9


class Comparison(Strict):
    """One metric, new beside serving, under its tolerance; values have no unit (0 to 1)."""

    metric: str
    """The service's name of the metric."""
    candidate: float | None = None
    """The new version's value; None where it is missing or NaN."""
    serving: float | None = None
    """The serving version's value; None where it is missing, NaN, or nothing serves."""
    objection: str | None = None
    """Why the tolerance does not hold, as the end of a sentence; None where it holds."""


class Verdict(Strict):
    """What the gate decided and why."""

    promote: bool
    """Whether the new version may serve."""
    reason: str
    """The reason, in one sentence."""
    comparisons: tuple[Comparison, ...] = ()
    """What was compared, in the order of the pipeline file."""


def finite(metrics: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return the metrics with NaN and infinity as None: JSON knows neither."""
    return {
        name: value if value is not None and math.isfinite(value) else None
        for name, value in metrics.items()
    }


def judge(candidate: Metrics, serving: Metrics | None, gate: Sequence[Tolerance]) -> Verdict:
    """Decide whether a version may serve.

    Args:
        candidate: The new version's offline metrics, under the service's names.
        serving: Those of the version that serves; None where nothing serves yet.
        gate: The tolerances; all have to hold.
    """
    comparisons = tuple(_compare(candidate, serving, tolerance) for tolerance in gate)
    objections = [c.objection for c in comparisons if c.objection]
    if objections:
        more = f" (and {len(objections) - 1} more)" if len(objections) > 1 else ""
        return Verdict(
            promote=False, reason=f"Held because {objections[0]}{more}.", comparisons=comparisons
        )
    return Verdict(promote=True, reason=_consent(comparisons, serving), comparisons=comparisons)


def _compare(candidate: Metrics, serving: Metrics | None, tolerance: Tolerance) -> Comparison:
    new = finite(candidate).get(tolerance.metric)
    old = finite(serving or {}).get(tolerance.metric)
    objections = _objections(new, old, tolerance, first=serving is None)
    return Comparison(
        metric=tolerance.metric, candidate=new, serving=old, objection=next(objections, None)
    )


def _objections(
    new: float | None, old: float | None, limit: Tolerance, *, first: bool
) -> Iterator[str]:
    name = limit.metric
    if new is None:
        yield f"the new version has no number for {name}"
        return
    if limit.minimum is not None and new < limit.minimum - ROUNDING:
        yield f"{name} is {new:.4f}, below the least that may serve, {limit.minimum:g}"
    if first or (limit.max_relative_drop is None and limit.max_absolute_drop is None):
        return
    if old is None:
        yield f"the serving version has no number for {name} to compare with"
        return
    yield from _drops(new, old, limit)


def _drops(new: float, old: float, limit: Tolerance) -> Iterator[str]:
    fell = f"{limit.metric} fell from {old:.4f} to {new:.4f}"
    relative, absolute = limit.max_relative_drop, limit.max_absolute_drop
    if relative is not None and old - new > abs(old) * relative + ROUNDING:
        yield f"{fell} ({_change(new, old)}), more than the {relative * 100:g} % that may be lost"
    if absolute is not None and old - new > absolute + ROUNDING:
        yield f"{fell}, more than the {absolute:g} that may be lost"


def _consent(comparisons: Sequence[Comparison], serving: Metrics | None) -> str:
    first = comparisons[0]
    value = f"{first.metric} is {first.candidate:.4f}"
    if serving is None:
        return f"Promoted as the first version: nothing serves yet to compare it with, and {value}."
    if first.candidate is None or first.serving is None:
        return f"Promoted because {value}, which is enough."
    change = _change(first.candidate, first.serving)
    more = ", and every other tolerance holds" if len(comparisons) > 1 else ""
    return f"Promoted because {value} after {first.serving:.4f} ({change}){more}."


def _change(new: float, old: float) -> str:
    if old == 0:
        return f"{new:+.4f}"
    return f"{(new - old) / abs(old) * 100:+.1f} %"
