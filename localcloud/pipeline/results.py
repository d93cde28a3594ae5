"""What a run brought: its report beside the drop, and what its campaigns answer."""

from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from lambdas.report.model import RunReport, SolutionReport
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.recipes import RECIPES
from localcloud.clients import Clients
from localcloud.pipeline.campaigns import Answer, ask
from localcloud.pipeline.catalogue import Catalogue
from localcloud.pipeline.live_events import LiveChange, click
from localcloud.pipeline.watch import Snapshot

POPULARITY = "POPULARITY"
ACTIVE = "ACTIVE"
# What a solution may end as while its campaign serves: with the new version, or with the old one.
_SERVED = frozenset((ACTIVE, "HELD"))


@dataclass(frozen=True, kw_only=True)
class SolutionResult:
    """One solution of the run; `status` is its campaign's, or the state in which it ended.

    Metrics are under the service's own names; one that the service could not compute is None.
    """

    name: str
    recipe: str
    version: str
    campaign: str
    status: str
    metrics: dict[str, float | None]
    training_seconds: float | None
    reason: str = ""
    answer: Answer | None = None

    @property
    def answers(self) -> bool:
        """Whether the campaign is ACTIVE and recommended something; a solution may have none."""
        if not self.campaign:
            return self.status == ACTIVE
        return self.status == ACTIVE and self.answer is not None and bool(self.answer.items)


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """A run from its drop to its campaigns' answers.

    Attributes:
        pipeline: The pipeline's name.
        drop_id: The drop.
        source: Where the data came from, in words.
        end: The execution at its end.
        report: What the run wrote beside the drop, or the little that is known if it could not.
        user: The user whom the answers are about, "" where nothing was trained.
        solutions: In the order of the pipeline file.
        live: What live events changed; None where nothing personalizes for users.
        validation: The page on what validation saw of the drop, None if it came to none.
    """

    pipeline: str
    drop_id: str
    source: str
    end: Snapshot
    report: RunReport
    user: str
    solutions: tuple[SolutionResult, ...]
    live: LiveChange | None = None
    validation: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the execution succeeded and every campaign is ACTIVE and answers."""
        return self.end.status == "SUCCEEDED" and all(s.answers for s in self.solutions)


def collect(
    clients: Clients,
    *,
    pipeline: Pipeline,
    bucket: str,
    drop_id: str,
    source: str,
    end: Snapshot,
    catalogue: Catalogue,
) -> RunResult:
    """Read the run's report, ask every campaign, send live events and ask again."""
    report = _report(clients, pipeline.name, bucket, drop_id, end)
    # A refused drop may be anything: only one that was trained on is read for people.
    user = catalogue.typical_user if report.solutions else ""
    solutions = tuple(_solution(clients, said, catalogue, user) for said in report.solutions)
    return RunResult(
        pipeline=pipeline.name,
        drop_id=drop_id,
        source=source,
        end=end,
        report=report,
        user=user,
        solutions=solutions,
        live=_live(clients, pipeline, solutions, catalogue, user),
        validation=_text(clients, bucket, f"runs/{drop_id}/validation.html"),
    )


def _report(clients: Clients, pipeline: str, bucket: str, drop_id: str, end: Snapshot) -> RunReport:
    text = _text(clients, bucket, f"runs/{drop_id}/report.json")
    if text is None:
        return RunReport(
            pipeline=pipeline,
            drop_id=drop_id,
            outcome="failed",
            reason=end.error or "The run wrote no report.",
            execution_arn=end.arn,
            started_at=end.started,
            ended_at=end.ended or datetime.now(UTC),
        )
    return RunReport.model_validate_json(text)


def _text(clients: Clients, bucket: str, key: str) -> str | None:
    """Read an object, None if there is none."""
    try:
        answer = clients.s3.get_object(Bucket=bucket, Key=key)
    except clients.s3.exceptions.NoSuchKey:
        return None
    return answer["Body"].read().decode()


def _solution(
    clients: Clients, said: SolutionReport, catalogue: Catalogue, user: str
) -> SolutionResult:
    campaign, status, answer = said.campaign_arn or "", said.status, None
    if campaign and status in _SERVED:
        status = _status(clients, campaign)
        answer = ask(clients, campaign=campaign, recipe=said.recipe, catalogue=catalogue, user=user)
    return SolutionResult(
        name=said.name,
        recipe=said.recipe,
        version=said.solution_version_arn or "",
        campaign=campaign,
        status=status,
        metrics=said.metrics,
        training_seconds=said.training_seconds,
        reason=(answer.error if answer else "") or said.reason or "",
        answer=answer,
    )


def _status(clients: Clients, campaign: str) -> str:
    try:
        return clients.personalize.describe_campaign(campaignArn=campaign)["campaign"]["status"]
    except ClientError as error:
        return str(error.response["Error"]["Code"])


def _live(
    clients: Clients,
    pipeline: Pipeline,
    solutions: tuple[SolutionResult, ...],
    catalogue: Catalogue,
    user: str,
) -> LiveChange | None:
    tracker = pipeline.event_tracker_name
    personal = [s for s in solutions if s.answers and s.campaign and _is_personal(s.recipe)]
    if tracker is None or not personal:
        return None
    return click(
        clients,
        tracker=tracker,
        campaign=personal[0].campaign,
        recipe=personal[0].recipe,
        catalogue=catalogue,
        user=user,
    )


def _is_personal(recipe: str) -> bool:
    return RECIPES[recipe].question == "user" and RECIPES[recipe].type != POPULARITY
