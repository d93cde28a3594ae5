"""The steps of the training stage, as the state machine asks for them."""

from collections.abc import Mapping
from typing import Any, Literal

import boto3
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.shared.clients import Client
from lambdas.shared.durations import expected_seconds
from lambdas.shared.ensure import Ensured
from lambdas.shared.errors import named_errors
from lambdas.shared.settings.names import unique_name
from lambdas.shared.steps import ResourceStep

# Versions are listed oldest first; a run's own is among the newest, but an account may hold many.
_LOOK_BACK = 20


class VersionStep(BaseModel):
    """Start the training of a run, or take what the service trained by itself (ADOPT)."""

    model_config = ConfigDict(alias_generator=to_camel)

    step: Literal["version"]
    solution_arn: str
    training_mode: Literal["FULL", "UPDATE", "ADOPT"]
    run: str
    tags: list[dict[str, str]]

    def take(self, client: Client) -> Ensured:
        """Return the solution version of this run."""
        solution = self.solution_arn.rsplit("/", 1)[-1]
        name = unique_name(solution, self.solution_arn, self.run)
        with named_errors():
            versions = self._versions(client)
            if self.training_mode == "ADOPT" and (newest := _newest(versions)):
                return Ensured(arn=newest)
            mode = self._mode(versions)
            likely = expected_seconds(v for v in versions if v.get("trainingMode") == mode)
            found = self._version_named(client, name, versions)
            if found:
                return Ensured(arn=found, expected=likely)
            made = client.create_solution_version(
                name=name, solutionArn=self.solution_arn, trainingMode=mode, tags=self.tags
            )
        return Ensured(arn=made["solutionVersionArn"], created=True, expected=likely)

    def _versions(self, client: Client) -> list[dict[str, Any]]:
        pages = client.get_paginator("list_solution_versions").paginate(
            solutionArn=self.solution_arn
        )
        versions = [version for page in pages for version in page["solutionVersions"]]
        return sorted(versions, key=lambda version: version["creationDateTime"], reverse=True)

    @staticmethod
    def _version_named(client: Client, name: str, versions: list[dict[str, Any]]) -> str | None:
        """Return the ARN of the version of that name: only Describe tells a version's name."""
        for version in versions[:_LOOK_BACK]:
            arn: str = version["solutionVersionArn"]
            answer = client.describe_solution_version(solutionVersionArn=arn)
            if answer["solutionVersion"].get("name") == name:
                return arn
        return None

    def _mode(self, versions: list[dict[str, Any]]) -> str:
        """Return FULL where there is nothing yet that could be updated or adopted."""
        if self.training_mode != "UPDATE":
            return "FULL"
        trained = any(version["status"] == "ACTIVE" for version in versions)
        return "UPDATE" if trained else "FULL"


def _newest(versions: list[dict[str, Any]]) -> str | None:
    """Return the ARN of the newest version that serves or may come to serve; they are in order."""
    alive = (v for v in versions if "FAILED" not in v["status"] and "STOP" not in v["status"])
    return next((str(version["solutionVersionArn"]) for version in alive), None)


class Step(BaseModel):
    """Any step of the stage."""

    action: ResourceStep | VersionStep


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take the step that ``event`` describes and return the ensured resource."""
    step = Step.model_validate({"action": dict(event)})
    return step.action.take(boto3.client("personalize")).model_dump()
