"""What a run cost: the estimate, and beside it what the trainings came to."""

from collections.abc import Iterator, Mapping
from typing import Any

from lambdas.cost.estimate import Estimate
from lambdas.report.model import CostLine, CostReport
from lambdas.report.raw import Run


def cost_of(run: Run) -> CostReport | None:
    """Return the costs of a run; None where it ended before they were estimated."""
    if "estimate" not in run.cost:
        return None
    estimate = Estimate.model_validate(run.cost["estimate"])
    paid = {s["name"]: s["cost"] for s in run.solutions if s.get("cost")}
    lines = tuple(_lines(estimate, paid, imported=bool(run.imports)))
    actual = sum(line.actual_usd or 0 for line in lines)
    return CostReport(
        lines=lines,
        estimated_usd=estimate.run_usd,
        actual_usd=actual if run.cost["granted"] else 0.0,
        serving_usd_per_month=estimate.serving_usd_per_month,
        budget=run.cost["budget"]["reason"],
        prices_checked=estimate.prices_checked,
    )


def _lines(
    estimate: Estimate, paid: Mapping[str, Mapping[str, Any]], *, imported: bool
) -> Iterator[CostLine]:
    import_usd = estimate.import_usd if imported else None
    yield CostLine(what="import", estimated_usd=estimate.import_usd, actual_usd=import_usd)
    for training in estimate.trainings:
        actual = paid.get(training.solution)
        taken = actual["trainingHours"] if actual else 0
        hours = f"{taken:.2f} training hours" if taken else ""
        yield CostLine(
            what=f"training {training.solution}",
            estimated_usd=training.usd,
            actual_usd=actual["usd"] if actual else None,
            note=", ".join(filter(None, (training.basis, hours))),
        )
    yield CostLine(
        what="state transitions", estimated_usd=estimate.orchestration_usd, note="rule of thumb"
    )
    for what in estimate.not_covered:
        yield CostLine(what=what, estimated_usd=None, note="no price is known: in no sum")
