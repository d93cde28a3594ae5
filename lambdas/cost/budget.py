"""The budget: refuses before the first billed call, and says by how much it is exceeded."""

from collections.abc import Iterator, Sequence

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


class Claim(Strict):
    """What comes next and what was spent before, against one budget. US dollars."""

    wanted_usd: float
    """The estimate of what comes next."""
    wanted_for: str
    """What it is for: "this run", "training movies-sims"."""
    spent_usd: float = 0
    """What was spent of this budget already."""


def decide(
    budget: BudgetSettings, *, run: Claim, month: Claim, not_covered: Sequence[str] = ()
) -> BudgetDecision:
    """Decide whether money may be spent: every budget that is set has to cover its claim.

    Args:
        budget: What the pipeline file allows.
        run: The claim on the budget of a run.
        month: The claim on the budget of a calendar month.
        not_covered: What bills besides and is in neither claim; the reason says so.
    """
    decision = _decided(budget, run=run, month=month)
    if not not_covered:
        return decision
    besides = f"Not in these figures, for no price is known: {'; '.join(not_covered)}."
    return decision.model_copy(update={"reason": f"{decision.reason} {besides}"})


def _decided(budget: BudgetSettings, *, run: Claim, month: Claim) -> BudgetDecision:
    claims = list(_claims(budget, run, month))
    if not claims:
        reason = f"{_usd(run.wanted_usd)} estimated for {run.wanted_for}; no budget is set."
        return BudgetDecision(granted=True, reason=reason)
    limit, name, claim = max(claims, key=lambda c: c[2].spent_usd + c[2].wanted_usd - c[0])
    excess = claim.spent_usd + claim.wanted_usd - limit
    used = max(_percent(c.spent_usd + c.wanted_usd, limit) for limit, _, c in claims)
    before = f" on top of {_usd(claim.spent_usd)} already spent" if claim.spent_usd else ""
    facts = f"{_usd(claim.wanted_usd)} estimated for {claim.wanted_for}{before}"
    if excess > 0:
        reason = f"{facts} exceeds the budget of {_usd(limit)} {name} by {_usd(excess)}."
        return BudgetDecision(granted=False, reason=reason, over_usd=excess, used_percent=used)
    reason = f"{facts} is within the budget of {_usd(limit)} {name}."
    return BudgetDecision(granted=True, reason=reason, used_percent=used)


def _claims(budget: BudgetSettings, run: Claim, month: Claim) -> Iterator[tuple[float, str, Claim]]:
    if budget.per_run is not None:
        yield budget.per_run, "a run", run
    if budget.per_month is not None:
        yield budget.per_month, "a month", month


def _percent(part: float, whole: float) -> float:
    return part / whole * 100 if whole else (100.0 if part else 0.0)


def _usd(amount: float) -> str:
    """Write dollars; hundredths of a cent where cents would read as nothing."""
    return f"{amount:,.2f} USD" if amount >= CENT or amount == 0 else f"{amount:.4f} USD"
