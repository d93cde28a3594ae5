"""The steps of the promotion, as the state machines ask for them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import Field, TypeAdapter

from lambdas.promote.gate import Metrics, Verdict, finite, judge
from lambdas.promote.history import History, Judged, Promotion
from lambdas.shared import documents
from lambdas.shared.clients import Client
from lambdas.shared.decision import Decision
from lambdas.shared.ensure import describe
from lambdas.shared.errors import named_errors
from lambdas.shared.metric_names import MetricName
from lambdas.shared.observability import emit, share_execution
from lambdas.shared.promotion_settings import Tolerance
from lambdas.shared.resources import KINDS
from lambdas.shared.strict import Strict

PROMOTIONS = "state/promotions"
# In answers to the state machine: a null is no value to JSONata.
NOTHING = ""


class CampaignStep(Strict):
    """What every step is about: one campaign, and the memory of what it served."""

    solution: str
    """The solution's name, for people."""
    campaign_arn: str
    bucket: str
    execution_arn: str

    @property
    def key(self) -> str:
        """Return the key of the campaign's history."""
        return f"{PROMOTIONS}/{self.campaign_arn.rsplit('/', 1)[-1]}.json"

    def history(self, s3: Client) -> History:
        """Return what the campaign served so far."""
        found, _ = documents.read(s3, self.bucket, self.key, History)
        return found or History()

    def serving(self, personalize: Client) -> str | None:
        """Return the ARN of the version that serves, None where no campaign answers."""
        with named_errors():
            campaign = describe(personalize, KINDS["campaign"], self.campaign_arn)
        if campaign is None or campaign["status"] == "CREATE FAILED":
            return None
        return str(campaign["solutionVersionArn"])


class Judge(CampaignStep):
    """Judge a version that is trained: may it serve?"""

    step: Literal["judge"]
    version_arn: str
    metrics: dict[str, float | None]
    """The version's offline metrics, as GetSolutionMetrics gave them."""
    unread: str = NOTHING
    """Why the metrics could not be read, if they could not."""
    adopted: bool = False
    """Whether the service trained it by itself: one is looked at again until the next one."""
    follows: bool = False
    """Whether the service moves the campaign by itself: then there is nothing to hold."""
    gate: tuple[Tolerance, ...]

    def take(self, personalize: Client, s3: Client) -> dict[str, Any]:
        """Return the verdict, the version that serves, and a decision where it is to hold."""
        seen = self.adopted and self._seen(s3)
        self._measure(s3)
        serving = self.serving(personalize)
        if self.follows:
            return self._followed(serving, personalize, s3)
        verdict = self._verdict(serving, personalize, s3)
        serves = serving == self.version_arn
        known = self.adopted and (serves or (seen and not verdict.promote))
        return {
            **verdict.model_dump(by_alias=True),
            "servingVersionArn": serving or NOTHING,
            "serves": serves,
            # Told before, and nothing has changed: nobody is told again.
            "known": known,
            "decision": held(self.solution, verdict.reason) if known or not verdict.promote else {},
        }

    def _followed(self, serving: str | None, personalize: Client, s3: Client) -> dict[str, Any]:
        """Return what the gate would have said of a version that serves without being asked."""
        before = self.history(s3).serving if serving == self.version_arn else serving
        known = before == self.version_arn
        verdict = self._verdict(before, personalize, s3)
        past = "" if verdict.promote else "Served past the gate (syncWithLatestSolutionVersion): "
        return {
            **verdict.model_dump(by_alias=True),
            "promote": True,
            "reason": past + verdict.reason,
            "servingVersionArn": before or NOTHING,
            "serves": True,
            "known": known,
            "decision": held(self.solution, verdict.reason) if known else {},
        }

    def _seen(self, s3: Client) -> bool:
        """Return whether it came before the gate in an earlier run."""
        judged = self.history(s3).judged
        return any(one.solution_version_arn == self.version_arn for one in judged)

    def _measure(self, s3: Client) -> None:
        """Emit the version's metrics and keep them for the report's history."""
        metrics = finite(self.metrics)
        for name, value in metrics.items():
            if value is not None:
                emit(name, value, unit=MetricUnit.NoUnit, solution=self.solution)
        judged = Judged(
            solution_version_arn=self.version_arn, at=datetime.now(UTC), metrics=metrics
        )
        documents.change(s3, self.bucket, self.key, History, lambda h: h.measured(judged))

    def _verdict(self, serving: str | None, personalize: Client, s3: Client) -> Verdict:
        if serving == self.version_arn:
            return Verdict(promote=True, reason="It serves already.")
        if self.unread:
            reason = f"Held because its offline metrics could not be read: {self.unread}"
            return Verdict(promote=False, reason=reason)
        withdrawn = self.history(s3).withdrawn(self.version_arn)
        if withdrawn:
            reason = f"Held because this version was rolled back before: {withdrawn}"
            return Verdict(promote=False, reason=reason)
        return judge(self.metrics, self._metrics_of(serving, personalize), self.gate)

    def _metrics_of(self, version_arn: str | None, personalize: Client) -> Metrics | None:
        if version_arn is None:
            return None
        with named_errors():
            answer = personalize.get_solution_metrics(solutionVersionArn=version_arn)
        metrics: dict[str, float | None] = answer["metrics"]
        return metrics


class Remember(CampaignStep):
    """Remember that a version serves now."""

    step: Literal["remember"]
    version_arn: str
    replaced_arn: str
    """The version that served until now, made to serve by hand perhaps; empty if there was none."""
    drop_id: str
    reason: str
    """The gate's, in one sentence."""

    def take(self, personalize: Client, s3: Client) -> dict[str, Any]:  # noqa: ARG002 one shape
        """Write the promotion down; return the decision."""
        promotion = Promotion(
            solution_version_arn=self.version_arn,
            at=datetime.now(UTC),
            execution_arn=self.execution_arn,
            drop_id=self.drop_id,
        )
        documents.change(
            s3,
            self.bucket,
            self.key,
            History,
            lambda h: h.adopted(self.replaced_arn or None, promotion.at).promoted(promotion),
        )
        return {"decision": _told(MetricName.VERSION_PROMOTED, self, self.reason)}


class FindTheWayBack(CampaignStep):
    """Find the version to roll back to."""

    step: Literal["findTheWayBack"]
    to: str = "previous"
    """``previous``, or the ARN of a version that this campaign served before."""

    def take(self, personalize: Client, s3: Client) -> dict[str, Any]:
        """Return the version to go back to, or a decision that refuses."""
        serving, history = self.serving(personalize), self.history(s3)
        if serving is None:
            return self._refused(f"{self.campaign_arn} does not exist.")
        target = history.previous(serving) if self.to == "previous" else self.to
        if target is None:
            return self._refused(f"No version is known to have served before {serving}.")
        if target == serving:
            return self._refused(f"{target} serves already.")
        if not any(p.solution_version_arn == target for p in history.promotions):
            return self._refused(f"{target} never served on this campaign.")
        return {"versionArn": target, "withdrawnArn": serving, "decision": {}}

    def _refused(self, reason: str) -> dict[str, Any]:
        decision = _told(MetricName.ROLLBACK_REFUSED, self, reason)
        return {"versionArn": NOTHING, "withdrawnArn": NOTHING, "decision": decision}


class RememberTheRollback(CampaignStep):
    """Remember that an earlier version serves again."""

    step: Literal["rememberTheRollback"]
    version_arn: str
    withdrawn_arn: str
    reason: str

    def take(self, personalize: Client, s3: Client) -> dict[str, Any]:  # noqa: ARG002 one shape
        """Mark the withdrawn version, so that no run promotes it again; return the decision."""
        promotion = Promotion(
            solution_version_arn=self.version_arn,
            at=datetime.now(UTC),
            execution_arn=self.execution_arn,
        )
        documents.change(
            s3,
            self.bucket,
            self.key,
            History,
            lambda h: h.rolled_back(promotion, withdrawn=self.withdrawn_arn, reason=self.reason),
        )
        return {"decision": _told(MetricName.VERSION_ROLLED_BACK, self, self.reason)}


Step = Annotated[
    Judge | Remember | FindTheWayBack | RememberTheRollback, Field(discriminator="step")
]
_STEPS: TypeAdapter[Step] = TypeAdapter(Step)


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take the step that ``event`` describes."""
    step = _STEPS.validate_python(dict(event))
    share_execution(step.execution_arn)
    return step.take(boto3.client("personalize"), boto3.client("s3"))


def held(solution: str, reason: str) -> dict[str, Any]:
    """Return the decision to let the old version serve on."""
    decision = Decision(kind=MetricName.VERSION_HELD, subject=solution, reason=reason)
    return decision.model_dump(mode="json", by_alias=True)


def _told(
    kind: Literal[
        MetricName.VERSION_PROMOTED, MetricName.VERSION_ROLLED_BACK, MetricName.ROLLBACK_REFUSED
    ],
    step: CampaignStep,
    reason: str,
) -> dict[str, Any]:
    detail = {"campaignArn": step.campaign_arn, "versionArn": getattr(step, "version_arn", NOTHING)}
    decision = Decision(kind=kind, subject=step.solution, reason=reason, detail=detail)
    return decision.model_dump(mode="json", by_alias=True)
