"""The steps of the serving stage, as the state machine asks for them."""

from collections.abc import Mapping
from typing import Any

import boto3
from pydantic import Field

from lambdas.shared.clients import Client
from lambdas.shared.ensure import Ensured, ensure
from lambdas.shared.steps import ResourceStep


class CampaignStep(ResourceStep):
    """Ensure a campaign that serves one version."""

    version_arn: str = Field(default="", alias="versionArn")
    """The version; a campaign that follows its solution is asked for by ``SOLUTION/$LATEST``, and
    shows the version (API reference, CreateCampaign and Campaign)."""

    def take(self, client: Client) -> Ensured:
        """Return the ensured campaign: created, moved by the service, or by this call."""
        shown = {"solutionVersionArn": self.version_arn} if self.version_arn else {}
        return ensure(self.kind, self.arn, self.request, client, shown=shown)


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Ensure the campaign that ``event`` describes: created, or moved to another version."""
    step = CampaignStep.model_validate(dict(event))
    return step.take(boto3.client("personalize")).model_dump()
