"""Tags of resources."""

from personalize_emulator.errors import InvalidInputException, TooManyTagsException
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_tags
from personalize_emulator.resources.kinds import SCHEMA
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.values import Payload


def _tagged(call: Call, arn: str) -> Resource:
    resource = call.get(arn)
    if resource.kind is SCHEMA:
        msg = f"Resources of this type can not be tagged: {arn}."
        raise InvalidInputException(msg)
    return resource


@operation("TagResource")
def tag_resource(call: Call, request: Payload) -> Payload:
    """Add tags, or replace the values of those that are there."""
    check_tags(call, request)
    resource = _tagged(call, request["resourceArn"])
    tags = resource.tags | {tag["tagKey"]: tag["tagValue"] for tag in request["tags"]}
    if len(tags) > call.backend.settings.quotas.tags:
        msg = f"More than {call.backend.settings.quotas.tags} tags on one resource."
        raise TooManyTagsException(msg)
    resource.tags = tags
    call.backend.store.save(resource)
    return {}


@operation("UntagResource")
def untag_resource(call: Call, request: Payload) -> Payload:
    """Remove tags; keys that are not there are no error."""
    resource = _tagged(call, request["resourceArn"])
    gone = set(request["tagKeys"])
    resource.tags = {key: value for key, value in resource.tags.items() if key not in gone}
    call.backend.store.save(resource)
    return {}


@operation("ListTagsForResource")
def list_tags_for_resource(call: Call, request: Payload) -> Payload:
    """Return a resource's tags."""
    resource = _tagged(call, request["resourceArn"])
    return {"tags": [{"tagKey": k, "tagValue": v} for k, v in resource.tags.items()]}
