"""What a run brought: its report beside the drop, and what its campaigns answer."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lambdas.shared.settings import Pipeline
from lambdas.shared.settings.recipes import RECIPES
from localcloud.clients import Clients
from localcloud.pipeline.campaigns import Answer, ask
from localcloud.pipeline.catalogue import Catalogue
from localcloud.pipeline.live_events import LiveChange, click
from localcloud.pipeline.watch import Snapshot

POPULARITY = "POPULARITY"
ACTIVE = "ACTIVE"


@dataclass(frozen=True, kw_only=True)
class SolutionResult:
    """One solution of the run; `status` is its campaign's, or the state in which it ended."""

    name: str
    recipe: str
    version: str
    campaign: str
    status: str
    metrics: dict[str, float]
    training_seconds: float
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
        report: `runs/<drop id>/report.json`, {} if the run wrote none.
        user: The user whom the answers are about.
        solutions: In the order of the pipeline file.
        live: What live events changed; None where nothing personalizes for users.
    """

    pipeline: str
    drop_id: str
    source: str
    end: Snapshot
    report: dict[str, Any]
    user: str
    solutions: tuple[SolutionResult, ...]
    live: LiveChange | None = None

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
    report = _report(clients, bucket, drop_id)
    user = catalogue.typical_user
    solutions = tuple(
        _solution(clients, said, catalogue, user) for said in report.get("solutions", ())
    )
    return RunResult(
        pipeline=pipeline.name,
        drop_id=drop_id,
        source=source,
        end=end,
        report=report,
        user=user,
        solutions=solutions,
        live=_live(clients, pipeline, solutions, catalogue, user),
    )


def _report(clients: Clients, bucket: str, drop_id: str) -> dict[str, Any]:
    try:
        answer = clients.s3.get_object(Bucket=bucket, Key=f"runs/{drop_id}/report.json")
    except clients.s3.exceptions.NoSuchKey:
        return {}
    return dict(json.loads(answer["Body"].read()))


def _solution(
    clients: Clients, said: dict[str, Any], catalogue: Catalogue, user: str
) -> SolutionResult:
    campaign, recipe = str(said.get("campaignArn") or ""), str(said["recipe"])
    status = _status(clients, campaign) if campaign else str(said["status"])
    answer = None
    if status == ACTIVE and campaign:
        answer = ask(clients, campaign=campaign, recipe=recipe, catalogue=catalogue, user=user)
    failure = said.get("failure") or {}
    return SolutionResult(
        name=said["name"],
        recipe=recipe,
        version=said.get("solutionVersionArn") or "",
        campaign=campaign,
        status=status if said["status"] == ACTIVE else said["status"],
        metrics=dict(said.get("metrics") or {}),
        training_seconds=float(said.get("trainingSeconds") or 0.0),
        reason=str(failure.get("cause", "")) or (answer.error if answer else ""),
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
