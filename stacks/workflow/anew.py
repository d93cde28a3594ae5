"""What came to nothing is deleted and made anew: the grant for it, see lambdas.shared.ensure."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from lambdas.shared.ownership import TAG
from stacks.workflow.stage import Parts


def making_anew(parts: Parts, *members: str, resources: Sequence[str]) -> iam.PolicyStatement:
    """Return the grant to delete what this pipeline made, told by its tag.

    Args:
        parts: The constructs to work with.
        members: The API's words in upper camel case: ``DatasetGroup``.
        resources: Their ARNs, or patterns.
    """
    return iam.PolicyStatement(
        actions=[f"personalize:Delete{member}" for member in members],
        resources=list(resources),
        conditions={"StringEquals": {f"aws:ResourceTag/{TAG}": parts.pipeline.name}},
    )
