"""Whose a resource is: names can meet (``shop`` + ``test-likes``, ``shop-test`` + ``likes``)."""

from lambdas.shared.clients import Client

# The tag on everything that a pipeline makes; its value is the pipeline's name.
TAG = "pipeline"
# What is shared by nobody; groups, schemas and datasets are adopted from one another on purpose.
OWNED = ("solution", "campaign", "recommender", "filter")


def another_owner(service: Client, arn: str, pipeline: str) -> str:
    """Return the other pipeline that a resource belongs to; empty where it may be adopted.

    Args:
        service: A boto3 client of ``personalize``.
        arn: The resource.
        pipeline: The pipeline that would adopt it.
    """
    owner = _owner(service, arn)
    return "" if owner == pipeline else owner


def carries_tag(service: Client, arn: str, pipeline: str) -> bool:
    """Return whether a resource carries the pipeline's tag: it made it, and nobody else did."""
    return _owner(service, arn) == pipeline


def _owner(service: Client, arn: str) -> str:
    tags = service.list_tags_for_resource(resourceArn=arn)["tags"]
    return next((str(tag["tagValue"]) for tag in tags if tag["tagKey"] == TAG), "")


def refusal(owner: str) -> str:
    """Return in words why a resource of another pipeline is left alone."""
    return f"it is another pipeline's: its tag {TAG} is {owner}; give one of the two another name"
