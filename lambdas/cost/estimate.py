"""What a run will cost before it starts, and what its campaigns cost a month. US dollars.

Pure arithmetic. Training hours are the unknown: from a solution's own last training they scale with
the interactions; before there is one, the price file's assumptions stand in.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from lambdas.cost.prices import Prices
from lambdas.shared.strict import Strict

BYTES_PER_GB = 1e9
Basis = Literal["earlier training", "assumption", "price per interaction"]
PER_INTERACTION: Basis = "price per interaction"


class DataFacts(Strict):
    """What is known of a drop once it is validated."""

    interactions: int
    """Rows of interactions."""
    imported_bytes: int
    """Bytes of all files of the drop, that is what is imported."""


class SolutionPlan(Strict):
    """What a run will do for one solution."""

    name: str
    recipe: str
    perform_hpo: bool = False
    training_mode: Literal["FULL", "UPDATE"] = "FULL"
    min_provisioned_tps: int = 0
    """Provisioned transactions a second of its campaign; 0 where it has none."""


class PastTraining(Strict):
    """A training that is over: what it took, for how many interactions."""

    training_hours: float
    interactions: int
    training_mode: Literal["FULL", "UPDATE"] = "FULL"
    perform_hpo: bool = False


class TrainingEstimate(Strict):
    """One solution's training."""

    solution: str
    recipe: str
    training_hours: float
    """Billed hours of 4 vCPU and 8 GiB; 0 where interactions are billed instead."""
    usd: float
    basis: Basis
    """What the figure rests on."""


class ServingEstimate(Strict):
    """One campaign for one month."""

    solution: str
    min_provisioned_tps: int
    usd_per_month: float
    """The least it bills, idle or not."""


class Estimate(Strict):
    """A run and the months after it."""

    import_usd: float
    orchestration_usd: float
    trainings: tuple[TrainingEstimate, ...]
    serving: tuple[ServingEstimate, ...]
    run_usd: float
    """Import, orchestration and every training."""
    serving_usd_per_month: float
    prices_checked: str
    """The date of the prices, ISO."""
    not_covered: tuple[str, ...] = ()
    """What the pipeline is billed for besides, and is in no figure: no price of it is known."""


def estimate(
    plans: Sequence[SolutionPlan],
    facts: DataFacts,
    prices: Prices,
    past: Mapping[str, PastTraining] | None = None,
    not_covered: Sequence[str] = (),
) -> Estimate:
    """Return what a run of ``plans`` on data of ``facts`` will cost.

    Args:
        plans: The solutions that will be trained.
        facts: The drop's size.
        prices: The price file.
        past: Each solution's last training, by solution name.
        not_covered: What has no price, such as "recommenders for-you".
    """
    trainings = tuple(training(plan, facts, prices, (past or {}).get(plan.name)) for plan in plans)
    serving = tuple(_serving(plans, prices))
    import_usd = facts.imported_bytes / BYTES_PER_GB * prices.prices.ingestion_gb.usd
    transitions = prices.assumptions.transitions_per_run * max(1, len(plans))
    orchestration_usd = transitions / 1000 * prices.prices.thousand_transitions.usd
    return Estimate(
        import_usd=import_usd,
        orchestration_usd=orchestration_usd,
        trainings=trainings,
        serving=serving,
        run_usd=import_usd + orchestration_usd + sum(t.usd for t in trainings),
        serving_usd_per_month=sum(s.usd_per_month for s in serving),
        prices_checked=prices.checked.isoformat(),
        not_covered=tuple(not_covered),
    )


def training(
    plan: SolutionPlan, facts: DataFacts, prices: Prices, past: PastTraining | None
) -> TrainingEstimate:
    """Return what one training will cost."""
    if plan.recipe in prices.per_thousand_interactions_recipes:
        hours, basis = 0.0, PER_INTERACTION
        usd = facts.interactions / 1000 * prices.prices.thousand_interactions.usd
    else:
        hours, basis = _hours(plan, facts, prices, past)
        usd = hours * prices.prices.training_hour.usd
    return TrainingEstimate(
        solution=plan.name, recipe=plan.recipe, training_hours=hours, usd=usd, basis=basis
    )


def _hours(
    plan: SolutionPlan, facts: DataFacts, prices: Prices, past: PastTraining | None
) -> tuple[float, Basis]:
    assumed = prices.assumptions
    if past and past.interactions > 0:
        scale = facts.interactions / past.interactions
        hours = past.training_hours * scale / _effort(past, assumed_by=prices)
        return hours * _effort(plan, assumed_by=prices), "earlier training"
    millions = facts.interactions / 1e6
    one = assumed.base_training_hours + millions * assumed.training_hours_per_million_interactions
    return one * _effort(plan, assumed_by=prices), "assumption"


def _effort(training: SolutionPlan | PastTraining, *, assumed_by: Prices) -> float:
    """Return a training's effort in plain FULL trainings."""
    assumed = assumed_by.assumptions
    mode = assumed.update_share if training.training_mode == "UPDATE" else 1.0
    return mode * (assumed.hpo_trainings if training.perform_hpo else 1.0)


def _serving(plans: Iterable[SolutionPlan], prices: Prices) -> Iterable[ServingEstimate]:
    month = prices.assumptions.hours_per_month * prices.prices.campaign_tps_hour.usd
    for plan in plans:
        if plan.min_provisioned_tps:
            yield ServingEstimate(
                solution=plan.name,
                min_provisioned_tps=plan.min_provisioned_tps,
                usd_per_month=plan.min_provisioned_tps * month,
            )
