"""Every resource that ends in a star, with its reason; one without a reason stops the synthesis."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.acknowledge import acknowledge

# What the service's authorization reference gives no resource for, so that only a star is left.
_WITHOUT_RESOURCE = {
    **dict.fromkeys(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "X-Ray"),
    **dict.fromkeys(
        (
            *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery"),
            *("logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy"),
            *("logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
        ),
        "log delivery",
    ),
    **dict.fromkeys(("xray:GetSamplingRules", "xray:GetSamplingTargets"), "X-Ray"),
    "cloudwatch:GetMetricData": "CloudWatch",
    # "… the wildcard * in the Resource element", says the API reference of PutEvents.
    "personalize:PutEvents": "recording events",
    # No List action of Personalize has a resource (service authorization reference).
    **dict.fromkeys(
        (
            *(
                "personalize:ListRecipes",
                "personalize:ListDatasetGroups",
                "personalize:ListSchemas",
            ),
            *("personalize:ListDatasets", "personalize:ListSolutions", "personalize:ListFilters"),
            *("personalize:ListSolutionVersions", "personalize:ListCampaigns"),
            *("personalize:ListRecommenders", "personalize:ListEventTrackers"),
            *("personalize:ListMetricAttributions", "personalize:ListMetricAttributionMetrics"),
            *("personalize:ListDatasetImportJobs", "personalize:ListDatasetExportJobs"),
            *("personalize:ListBatchInferenceJobs", "personalize:ListBatchSegmentJobs"),
            "personalize:ListDataDeletionJobs",
        ),
        "a list of Personalize",
    ),
}
# By a pattern in the ARN, the first that fits.
_REASONS = (
    (r":recipe/\*", "recipes belong to the service and are the same for everybody"),
    (r"event-tracker/\*", "the service ends a tracker's ARN in an identifier of its own"),
    (r":personalize:[^:]*:[^:]*:\*$", "read only: to tell what is ours, others are looked at"),
    (r":personalize:", "resources of Personalize that carry this pipeline's name"),
    (r":cloudformation:", "CloudFormation ends a stack's ARN in an identifier of its own"),
    (r":execution:", "the executions of one state machine of this pipeline"),
    (r":log-stream:", "the log streams of this pipeline's notebook instance"),
    (r":log-group:[^*]*:\*$", "one log group: IAM knows it by the ARNs of its streams"),
    (r"\.Arn>/", "objects of the pipeline's own bucket"),
)
_BY_TAG = "only what carries this pipeline's tag: a condition on aws:ResourceTag"


def explain(role: Construct, statements: Iterable[iam.PolicyStatement]) -> None:
    """Acknowledge the starred resources of a role's statements, each with its reason.

    Raises:
        ValueError: A star has no reason here.
    """
    stack, reasons = Stack.of(role), {}
    for statement in statements:
        for resource in statement.resources:
            shown = _shown(stack.resolve(resource))
            if "*" in shown:
                rule = f"AwsSolutions-IAM5[Resource::{shown}]"
                reasons[rule] = _reason(shown, statement)
    if reasons:
        acknowledge(role, reasons)


def _reason(resource: str, statement: iam.PolicyStatement) -> str:
    if resource == "*":
        unknown = sorted(set(statement.actions) - set(_WITHOUT_RESOURCE))
        if unknown:
            raise ValueError(f"no reason is known for a star as the resource of {unknown}")
        what = ", ".join(sorted({_WITHOUT_RESOURCE[action] for action in statement.actions}))
        return f"{what} knows no resources"
    if "aws:ResourceTag/" in str(statement.conditions):
        return _BY_TAG
    for pattern, reason in _REASONS:
        if re.search(pattern, resource):
            return reason
    raise ValueError(f"no reason is known for the star in {resource}")


def _shown(resolved: Any) -> str:  # noqa: ANN401 - whatever CloudFormation's intrinsics resolve to
    """Return a resource as cdk-nag's findings spell it: ``<Bucket.Arn>/drops/*``."""
    return "".join(_parts(resolved))


def _parts(resolved: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    if isinstance(resolved, str):
        yield resolved
    elif "Fn::Join" in resolved:
        for part in resolved["Fn::Join"][1]:
            yield from _parts(part)
    elif "Fn::GetAtt" in resolved:
        yield f"<{'.'.join(resolved['Fn::GetAtt'])}>"
    elif "Fn::Sub" in resolved:
        yield resolved["Fn::Sub"]
    else:
        yield f"<{resolved['Ref']}>"
