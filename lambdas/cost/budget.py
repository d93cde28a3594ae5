"""The budget: refuses before the first billed call, and says by how much it is exceeded."""

from collections.abc import Iterator

from lambdas.shared.cost_settings import BudgetSettings
from lambdas.shared.strict import Strict

CENT = 0.01


class BudgetDecision(Strict):
    """Whether money may be spent."""

    granted: bool
    reason: str
    """In one sentence, with the dollars."""
    over_usd: float = 0
    """By how much the tightest budget is exceeded; 0 where it is granted."""
    used_percent: float = 0
    """How much of the tightest budget would be used; 0 without a budget."""


def decide(
    budget: BudgetSettings,
    *,
    wanted_usd: float,
    spent_in_run_usd: float,
    spent_in_month_usd: float,
    wanted_for: str,
) -> BudgetDecision:
    """Decide whether ``wanted_usd`` may be spent.

    Args:
        budget: What the pipeline file allows.
        wanted_usd: The estimate of what comes next.
        spent_in_run_usd: What this run has cost already.
        spent_in_month_usd: What this calendar month has cost already, this run included.
        wanted_for: What it is for, e.g. "this run" or "training movies-sims".
    """
    limits = list(_limits(budget, spent_in_run_usd, spent_in_month_usd))
    if not limits:
        reason = f"{_usd(wanted_usd)} estimated for {wanted_for}; no budget is set."
        return BudgetDecision(granted=True, reason=reason)
    excess, name, limit, spent = max(
        (spent + wanted_usd - limit, name, limit, spent) for name, limit, spent in limits
    )
    used = max(_percent(spent + wanted_usd, limit) for _, limit, spent in limits)
    before = f" on top of {_usd(spent)} already spent" if spent else ""
    facts = f"{_usd(wanted_usd)} estimated for {wanted_for}{before}"
    if excess > 0:
        reason = f"{facts} exceeds the budget of {_usd(limit)} {name} by {_usd(excess)}."
        return BudgetDecision(granted=False, reason=reason, over_usd=excess, used_percent=used)
    reason = f"{facts} is within the budget of {_usd(limit)} {name}."
    return BudgetDecision(granted=True, reason=reason, used_percent=used)


def _limits(budget: BudgetSettings, run: float, month: float) -> Iterator[tuple[str, float, float]]:
    if budget.per_run is not None:
        yield "a run", budget.per_run, run
    if budget.per_month is not None:
        yield "a month", budget.per_month, month


def _percent(part: float, whole: float) -> float:
    return part / whole * 100 if whole else (100.0 if part else 0.0)


def _usd(amount: float) -> str:
    """Write dollars; hundredths of a cent where cents would read as nothing."""
    return f"{amount:,.2f} USD" if amount >= CENT or amount == 0 else f"{amount:.4f} USD"
