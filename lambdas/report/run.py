"""The end of a run: its report beside the drop, and the words that are sent."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.report.outcome import outcome_of
from lambdas.shared.errors import named_errors


class Run(BaseModel):
    """What the state machine knows when a run ends."""

    model_config = ConfigDict(alias_generator=to_camel)

    pipeline: str
    bucket: str
    drop_id: str
    execution: str
    started_at: int
    validation: dict[str, Any]
    imports: list[dict[str, Any]]
    solutions: list[dict[str, Any]]
    failure: dict[str, Any]


def report(event: Mapping[str, Any]) -> dict[str, Any]:
    """Write ``runs/<drop>/report.json`` and return the outcome with the report's key."""
    run = Run.model_validate(dict(event))
    outcome = outcome_of(run.pipeline, run.drop_id, run.solutions, run.failure)
    key = f"runs/{run.drop_id}/report.json"
    ended = datetime.now(UTC)
    started = datetime.fromtimestamp(run.started_at / 1000, UTC)
    body = run.model_dump(by_alias=True) | outcome.model_dump()
    body |= {"startedAt": started.isoformat(), "endedAt": ended.isoformat()}
    with named_errors():
        boto3.client("s3").put_object(
            Bucket=run.bucket,
            Key=key,
            Body=json.dumps(body, indent=2).encode(),
            ContentType="application/json",
        )
    return outcome.model_dump() | {"reportKey": key}
