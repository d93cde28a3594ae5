"""The steps of the cost stage, as the state machine asks for them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import Field, TypeAdapter

from lambdas.cost import ledger
from lambdas.cost.budget import BudgetDecision, Claim, decide
from lambdas.cost.estimate import (
    DataFacts,
    Estimate,
    PastTraining,
    SolutionPlan,
    estimate,
    training,
)
from lambdas.cost.ledger import Charge, Month
from lambdas.cost.prices import Prices, load_prices
from lambdas.cost.serving import CampaignPlan, serving_usd
from lambdas.cost.sweep import Sweep
from lambdas.shared.clients import Client
from lambdas.shared.cost_settings import CostSettings
from lambdas.shared.decision import Decision
from lambdas.shared.errors import named_errors
from lambdas.shared.metric_names import MetricName
from lambdas.shared.observability import emit, share_execution
from lambdas.shared.strict import Strict


class CostStep(Strict):
    """What every step knows: the run, and what the pipeline file says about money."""

    bucket: str
    run: str
    started_at: datetime
    """When the run began."""
    execution_arn: str
    cost: CostSettings
    campaigns: tuple[CampaignPlan, ...] = ()
    """The pipeline's campaigns, those that do not exist yet too."""

    @property
    def prices(self) -> Prices:
        """Return the prices that hold for this pipeline."""
        return load_prices(self.cost.prices)

    def spent(self, s3: Client, now: datetime) -> tuple[float, float]:
        """Return what this run, and what this calendar month, was charged so far."""
        months = {m.start: m for m in (Month.of(self.started_at), Month.of(now))}
        entries = ledger.charges(s3, self.bucket, months.values())
        in_month = sum(e.usd for e in entries if e.at >= Month.of(now).start)
        return sum(e.usd for e in entries if e.run == self.run), in_month


class File(Strict):
    """One file of the drop, pinned by validation."""

    dataset: str
    key: str
    version_id: str
    rows: int


class EstimateStep(CostStep):
    """Estimate the run before its first billed call, and ask the budget."""

    step: Literal["estimate"]
    drop_id: str
    files: tuple[File, ...]
    plans: tuple[SolutionPlan, ...]
    not_covered: tuple[str, ...] = ()
    """What bills but has no price."""

    def take(self, personalize: Client, s3: Client) -> dict[str, Any]:
        """Return the estimate and the budget's decision."""
        now = datetime.now(UTC)
        facts = self._facts(s3)
        past = ledger.past_trainings(s3, self.bucket, [plan.name for plan in self.plans])
        expected = estimate(self.plans, facts, self.prices, past, self.not_covered)
        verdict = self._decide(expected, personalize, s3, now)
        emit(MetricName.ESTIMATED_COST, expected.run_usd, unit=MetricUnit.NoUnit)
        emit(
            MetricName.MONTHLY_SERVING_COST, expected.serving_usd_per_month, unit=MetricUnit.NoUnit
        )
        emit(MetricName.BUDGET_USED, verdict.used_percent, unit=MetricUnit.Percent)
        if verdict.granted:
            imported = Charge(
                what="import",
                about=self.drop_id,
                usd=expected.import_usd,
                run=self.run,
                at=now,
            )
            ledger.charge(s3, self.bucket, f"{self.run}-import", imported)
        return {
            "granted": verdict.granted,
            "budget": verdict.model_dump(by_alias=True),
            "estimate": expected.model_dump(by_alias=True),
            "interactions": facts.interactions,
            "decision": _told(self.drop_id, verdict),
        }

    def _facts(self, s3: Client) -> DataFacts:
        with named_errors():
            sizes = [
                s3.head_object(Bucket=self.bucket, Key=f.key, VersionId=f.version_id)
                for f in self.files
            ]
        return DataFacts(
            interactions=sum(f.rows for f in self.files if f.dataset == "interactions"),
            imported_bytes=sum(size["ContentLength"] for size in sizes),
        )

    def _decide(
        self, expected: Estimate, personalize: Client, s3: Client, now: datetime
    ) -> BudgetDecision:
        run, month = self.spent(s3, now)
        until_now, until_end = serving_usd(personalize, self.campaigns, self.prices, now)
        return decide(
            self.cost.budget,
            run=Claim(wanted_usd=expected.run_usd, wanted_for="this run", spent_usd=run),
            month=Claim(
                wanted_usd=expected.run_usd + until_end,
                wanted_for="this run and serving until the end of the month",
                spent_usd=month + until_now,
            ),
            not_covered=self.not_covered,
        )


class GrantStep(CostStep):
    """Ask the budget once more before one training: the trainings before it may have cost more."""

    step: Literal["grant"]
    plan: SolutionPlan
    interactions: int

    def take(self, personalize: Client, s3: Client) -> dict[str, Any]:
        """Return whether the training may start, and a decision where it may not."""
        now = datetime.now(UTC)
        run, month = self.spent(s3, now)
        until_now, _ = serving_usd(personalize, self.campaigns, self.prices, now)
        next_one = _expected(self, s3)
        claim = Claim(wanted_usd=next_one, wanted_for=f"training {self.plan.name}", spent_usd=run)
        verdict = decide(
            self.cost.budget,
            run=claim,
            month=claim.model_copy(update={"spent_usd": month + until_now}),
        )
        decision = {} if verdict.granted else _told(self.plan.name, verdict)
        return {"granted": verdict.granted, "reason": verdict.reason, "decision": decision}


class SettleStep(CostStep):
    """Read what a training took and write it beside what was estimated."""

    step: Literal["settle"]
    plan: SolutionPlan
    interactions: int
    version_arn: str
    adopted: bool = False
    """Whether the service trained it by itself, at a time of its own."""

    def take(self, personalize: Client, s3: Client) -> dict[str, Any]:
        """Charge the training; return its hours and its price beside the estimate."""
        estimated = _expected(self, s3)
        version = self._version(personalize)
        hours, mode = _taken(version)
        usd = _billed(self.plan, hours, self.interactions, self.prices)
        paid = Charge(
            what="training",
            about=self.plan.name,
            usd=usd,
            run=self.run,
            at=version["creationDateTime"] if self.adopted else self.started_at,
            training_hours=hours,
        )
        # What is adopted comes before the gate more than once, and is paid for once.
        by = self.version_arn.rsplit("/", 1)[-1] if self.adopted else self.run
        ledger.charge(s3, self.bucket, f"{by}-{self.plan.name}", paid)
        taken = PastTraining(
            training_hours=hours,
            interactions=self.interactions,
            training_mode=mode,
            perform_hpo=self.plan.perform_hpo,
        )
        ledger.remember_training(s3, self.bucket, self.plan.name, taken)
        emit(MetricName.TRAINING_HOURS, hours, unit=MetricUnit.NoUnit, solution=self.plan.name)
        emit(MetricName.ACTUAL_TRAINING_COST, usd, unit=MetricUnit.NoUnit)
        return {"trainingHours": hours, "usd": usd, "estimatedUsd": estimated}

    def _version(self, personalize: Client) -> dict[str, Any]:
        with named_errors():
            answer = personalize.describe_solution_version(solutionVersionArn=self.version_arn)
        return dict(answer["solutionVersion"])


def _taken(version: Mapping[str, Any]) -> tuple[float, Literal["FULL", "UPDATE"]]:
    """Return a version's training hours and its mode."""
    update = version.get("trainingMode") == "UPDATE"
    return float(version.get("trainingHours") or 0.0), "UPDATE" if update else "FULL"


def _expected(step: GrantStep | SettleStep, s3: Client) -> float:
    facts = DataFacts(interactions=step.interactions, imported_bytes=0)
    past = ledger.past_trainings(s3, step.bucket, [step.plan.name]).get(step.plan.name)
    return training(step.plan, facts, step.prices, past).usd


def _billed(plan: SolutionPlan, hours: float, interactions: int, prices: Prices) -> float:
    if plan.recipe in prices.per_thousand_interactions_recipes:
        return interactions / 1000 * prices.prices.thousand_interactions.usd
    return hours * prices.prices.training_hour.usd


def _told(subject: str, verdict: BudgetDecision) -> dict[str, Any]:
    decision = Decision(
        kind=MetricName.BUDGET_GRANTED if verdict.granted else MetricName.BUDGET_REFUSED,
        subject=subject,
        reason=verdict.reason,
        detail={"overUsd": round(verdict.over_usd, 6)},
    )
    return decision.model_dump(mode="json", by_alias=True)


Step = Annotated[EstimateStep | GrantStep | SettleStep | Sweep, Field(discriminator="step")]
_STEPS: TypeAdapter[Step] = TypeAdapter(Step)


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take the step that ``event`` describes."""
    step = _STEPS.validate_python(dict(event))
    share_execution(step.execution_arn)
    personalize: Client = boto3.client("personalize")
    if isinstance(step, Sweep):
        return step.take(personalize, boto3.client("cloudwatch"))
    return step.take(personalize, boto3.client("s3"))
