"""The offline metrics of a solution's versions over time, out of the promotion's memory."""

from collections.abc import Mapping, Sequence

from lambdas.promote.history import History
from lambdas.promote.steps import PROMOTIONS
from lambdas.report.model import VersionMetrics
from lambdas.report.raw import Run
from lambdas.shared import documents
from lambdas.shared.clients import Client


def versions_of(run: Run, s3: Client) -> Mapping[str, Sequence[VersionMetrics]]:
    """Return the versions of each solution that has a campaign, oldest first."""
    served = {s["name"]: s["campaignArn"] for s in run.solutions if s.get("campaignArn")}
    return {name: _versions(run, s3, campaign) for name, campaign in served.items()}


def _versions(run: Run, s3: Client, campaign_arn: str) -> list[VersionMetrics]:
    key = f"{PROMOTIONS}/{campaign_arn.rsplit('/', 1)[-1]}.json"
    history = documents.read(s3, run.bucket, key, History)[0] or History()
    return [
        VersionMetrics(
            solution_version_arn=judged.solution_version_arn,
            created_at=judged.at,
            metrics=judged.metrics,
            serving=judged.solution_version_arn == history.serving,
        )
        for judged in history.judged
    ]
