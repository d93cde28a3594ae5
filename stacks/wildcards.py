"""Every resource that ends in a star, with its reason; one without a reason stops the synthesis."""

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
    "personalize:ListRecipes": "the list of recipes",
}
# By a part of the ARN, the first that fits.
_REASONS = (
    (":recipe/*", "recipes belong to the service and are the same for everybody"),
    ("event-tracker/*", "the service ends a tracker's ARN in an identifier of its own"),
    (":personalize:", "resources of Personalize that carry this pipeline's name"),
    (":cloudformation:", "CloudFormation ends a stack's ARN in an identifier of its own"),
    (".Arn>/", "objects under one prefix of the pipeline's own bucket"),
)


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
                reasons[rule] = _reason(shown, statement.actions)
    if reasons:
        acknowledge(role, reasons)


def _reason(resource: str, actions: Iterable[str]) -> str:
    if resource == "*":
        unknown = sorted(set(actions) - set(_WITHOUT_RESOURCE))
        if unknown:
            raise ValueError(f"no reason is known for a star as the resource of {unknown}")
        return f"{', '.join(sorted({_WITHOUT_RESOURCE[a] for a in actions}))} knows no resources"
    for part, reason in _REASONS:
        if part in resource:
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
    else:
        yield f"<{resolved['Ref']}>"
