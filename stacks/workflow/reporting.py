"""Report and notify: what the run did, beside the drop and to whoever listens."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from stacks.storage import RUNS
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import call, choice, expression, invoke

REFUSED, BROKEN = "The drop is refused", "The run failed"
_REPORT, _NOTIFY, _WELL = "Write the report", "Notify", "Did all go well?"


def reporting(parts: Parts, *, topic: sns.Topic) -> Stage:
    """Return the last states; whatever happened before, they run."""
    function = parts.functions.make(
        "report",
        description="Writes the run's report beside the drop and words its notification",
        reads_data=True,
        memory_mib=512,
        grants=[iam.PolicyStatement(actions=["s3:PutObject"], resources=[parts.data.under(RUNS)])],
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
            "Next": _REPORT,
        },
        _REPORT: invoke(
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
                "failure": expression("$failure"),
            },
            assign={"report": expression("$states.result.Payload")},
            then=_NOTIFY,
            failed=_WELL,
            step="the report",
        ),
        _NOTIFY: call(
            "sns:publish",
            {
                "TopicArn": topic.topic_arn,
                "Subject": expression("$report.subject"),
                "Message": expression("$report.message"),
            },
            assign={},
            then=_WELL,
            failed=_WELL,
            step="the notification",
        ),
        _WELL: choice(
            ("$exists($report) and $report.outcome = 'succeeded'", "Done"), otherwise=BROKEN
        ),
        BROKEN: {
            "Type": "Fail",
            "Error": expression("$exists($report) ? $report.error : 'ReportFailed'"),
            "Cause": expression("$exists($report) ? $report.message : $failure.cause"),
        },
        "Done": {"Type": "Succeed", "Output": expression("$report")},
    }
    publish = iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn])
    return Stage(entry=_REPORT, states=states, functions=(function,), grants=(publish,))
