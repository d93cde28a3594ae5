"""Report and notify: what the run did, beside the drop and to whoever listens."""

from aws_cdk import Duration
from aws_cdk import Stack as CdkStack
from aws_cdk import aws_iam as iam

from lambdas.shared.metric_names import MetricName
from stacks.storage import DROPS, RUNS, STATE
from stacks.workflow.ending import WELL
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, choice, expression, invoke
from stacks.workflow.telling import Telling

REFUSED, BROKEN = "The drop is refused", "The run failed"
REPORT = "Write the report"
_UNWRITTEN = "The report was not written"
_NEWS, _NOTIFY = "Is there news?", "Tell how the run ended"


def reporting(parts: Parts, *, telling: Telling, then: str) -> Stage:
    """Return the states that say how a run ended; whatever happened before, they run."""
    function = parts.functions.make(
        "report",
        description="Writes the run's report beside the drop and words its notification",
        reads_data=True,
        memory_mib=1024,
        timeout=Duration.minutes(2),
        grants=_grants(parts),
    )
    # Nothing that happens to the report or the notification changes the run's outcome.
    states = {
        REFUSED: {
            "Type": "Pass",
            "Assign": {
                "failure": {
                    "step": "the validation",
                    "error": "DropRefused",
                    "cause": expression("$validation.message"),
                }
            },
            "Next": REPORT,
        },
        REPORT: invoke(
            function.function_arn,
            {
                "pipeline": parts.pipeline.name,
                "bucket": expression("$bucket"),
                "dropId": expression("$dropId"),
                "execution": expression("$execution"),
                "startedAt": expression("$startedAt"),
                "validation": expression("$validation"),
                "imports": expression("[$imports]"),
                "solutions": expression("[$solutions]"),
                "others": expression("[$others]"),
                "cost": expression("$cost"),
                "settings": parts.pipeline.observation.report.model_dump(by_alias=True),
                "failure": expression("$failure"),
            },
            assign={"report": expression("$states.result.Payload")},
            then=_NEWS,
            failed=_UNWRITTEN,
            step="the report",
            seconds=130,
        ),
        _UNWRITTEN: _unwritten(),
        # What the budget refuses is told when it refuses; nothing is told twice.
        _NEWS: choice(("$exists($report.decision.kind)", _NOTIFY), otherwise=then),
        _NOTIFY: telling.tell("$report.decision", then=then),
        WELL: choice(("$report.outcome = 'succeeded'", "Done"), otherwise=BROKEN),
        BROKEN: {
            "Type": "Fail",
            "Error": expression("$report.error"),
            "Cause": expression("$report.message"),
        },
        "Done": {"Type": "Pass", "Output": expression("$report"), "End": True},
    }
    return Stage(entry=REPORT, states=states, functions=(function, telling.function))


def _grants(parts: Parts) -> list[iam.PolicyStatement]:
    stack, data = CdkStack.of(parts.data), parts.data
    where = f"arn:{stack.partition}:states:{stack.region}:{stack.account}"
    memory = data.under(f"{STATE}/promotions")
    return [
        iam.PolicyStatement(actions=["s3:PutObject"], resources=[data.under(RUNS)]),
        iam.PolicyStatement(
            actions=["s3:GetObjectVersion"], resources=[data.under(DROPS), data.under(RUNS)]
        ),
        iam.PolicyStatement(actions=["s3:GetObject"], resources=[memory]),
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[data.bucket.bucket_arn]),
        iam.PolicyStatement(
            actions=["personalize:GetRecommendations"], resources=parts.names.own("campaign")
        ),
        iam.PolicyStatement(
            actions=["states:GetExecutionHistory"],
            resources=[f"{where}:execution:{parts.pipeline.name}:*"],
        ),
    ]


def _unwritten() -> State:
    """Return the state that words the end of a run whose report could not be written."""
    cause = expression("'The report could not be written: ' & $failure.cause")
    decision = {
        "kind": MetricName.RUN_FAILED.value,
        "subject": expression("$dropId"),
        "reason": cause,
    }
    report = {"outcome": "failed", "error": "ReportFailed", "message": cause, "decision": decision}
    return {"Type": "Pass", "Assign": {"report": report}, "Next": _NEWS}
