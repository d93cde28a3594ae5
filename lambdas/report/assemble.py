"""A run as the state machine hands it over, made into the report's model."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lambdas.observe.words import execution_url
from lambdas.report.costs import cost_of
from lambdas.report.model import (
    DatasetSummary,
    Finding,
    GateResult,
    RunReport,
    SolutionReport,
    Stage,
    VersionMetrics,
)
from lambdas.report.outcome import Ending, in_words
from lambdas.report.raw import Run
from lambdas.report.samples import Samples


def assemble(
    run: Run,
    ending: Ending,
    *,
    ended_at: datetime,
    stages: Sequence[Stage],
    versions: Mapping[str, Sequence[VersionMetrics]],
    samples: Samples,
) -> RunReport:
    """Return the report of a run.

    Args:
        run: What the state machine knows.
        ending: How it ended.
        ended_at: When, UTC.
        stages: Its timeline.
        versions: The metrics of each solution's versions, oldest first.
        samples: What its campaigns recommend.
    """
    return RunReport(
        pipeline=run.pipeline,
        drop_id=run.drop_id,
        outcome=ending.outcome,
        reason=ending.message,
        execution_arn=run.execution,
        execution_url=execution_url(run.execution),
        started_at=datetime.fromtimestamp(run.started_at / 1000, UTC),
        ended_at=ended_at,
        datasets=tuple(
            DatasetSummary(
                name=file.dataset, rows=file.rows, size_bytes=file.size_bytes, users=file.users
            )
            for file in run.files
        ),
        findings=tuple(_finding(found, run.validation) for found in _findings(run)),
        stages=tuple(stages),
        solutions=tuple(_solution(s, versions.get(s["name"], ())) for s in run.solutions),
        samples=samples.samples,
        explained=samples.explained,
        cost=cost_of(run),
    )


def _findings(run: Run) -> Sequence[Any]:
    found: Sequence[Any] = run.validation.get("findings", ())
    return found


def _finding(found: Any, validation: Mapping[str, Any]) -> Finding:  # noqa: ANN401 text or mapping
    if isinstance(found, Mapping):
        return Finding(level=found["level"], message=found["message"])
    return Finding(level="warn" if validation.get("ok") else "refuse", message=str(found))


def _solution(said: Mapping[str, Any], versions: Sequence[VersionMetrics]) -> SolutionReport:
    gate = said.get("gate")
    paid = said.get("cost") or {}
    reason = in_words(said["failure"]) if said.get("failure") else said.get("reason")
    return SolutionReport(
        name=said["name"],
        recipe=said["recipe"],
        solution_version_arn=said.get("solutionVersionArn") or None,
        campaign_arn=said.get("campaignArn") or None,
        status=said["status"],
        reason=reason,
        metrics=said.get("metrics") or {},
        gate=_gate(said, gate) if gate else None,
        versions=tuple(versions),
        training_hours=paid.get("trainingHours"),
        training_seconds=said.get("trainingSeconds"),
    )


def _gate(said: Mapping[str, Any], gate: Mapping[str, Any]) -> GateResult:
    """Return the verdict as it ended: the smoke test or a person may have had the last word."""
    return GateResult(
        promoted=said["status"] == "ACTIVE",
        reason=said.get("reason") or gate["reason"],
        comparisons=gate.get("comparisons") or (),
    )
