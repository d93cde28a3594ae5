"""The end of a run: its page beside the drop, and what there is to tell."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3

from lambdas.report.assemble import assemble
from lambdas.report.history import versions_of
from lambdas.report.model import RunReport
from lambdas.report.outcome import ending_of
from lambdas.report.page import render
from lambdas.report.raw import Run
from lambdas.report.samples import samples_of
from lambdas.report.timeline import stages_of
from lambdas.shared.clients import Client
from lambdas.shared.errors import named_errors
from lambdas.shared.observability import share_execution


def report(event: Mapping[str, Any]) -> dict[str, Any]:
    """Write ``runs/<drop>/report.json`` and ``report.html``; return how the run ended."""
    run = Run.model_validate(dict(event))
    share_execution(run.execution)
    ending = ending_of(run.drop_id, run.solutions, run.failure, run.others)
    s3: Client = boto3.client("s3")
    samples = samples_of(run, s3, boto3.client("personalize-runtime"))
    page = assemble(
        run,
        ending,
        ended_at=datetime.now(UTC),
        stages=stages_of(run, boto3.client("stepfunctions")),
        versions=versions_of(run, s3),
        samples=samples,
    )
    key = f"runs/{run.drop_id}/report"
    _write(s3, run.bucket, key, page)
    return {
        "outcome": ending.outcome,
        "error": ending.error,
        "message": ending.message,
        "decision": ending.decision.model_dump(mode="json", by_alias=True)
        if ending.decision
        else {},
        "reportKey": f"{key}.json",
        "pageKey": f"{key}.html",
    }


def _write(s3: Client, bucket: str, key: str, page: RunReport) -> None:
    bodies = {
        "json": ("application/json", page.model_dump_json(by_alias=True, indent=2)),
        "html": ("text/html; charset=utf-8", render(page)),
    }
    with named_errors():
        for ending, (kind, body) in bodies.items():
            s3.put_object(
                Bucket=bucket, Key=f"{key}.{ending}", Body=body.encode(), ContentType=kind
            )
