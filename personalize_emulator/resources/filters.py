"""Filters of recommendations and segments."""

from personalize_emulator.errors import ResourceNotFoundException
from personalize_emulator.filters.check import check_filter
from personalize_emulator.filters.grammar import parse_filter
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_quota, check_settled, check_tags
from personalize_emulator.resources.contents import datasets_of, schema_of
from personalize_emulator.resources.kinds import DATASET_GROUP, FILTER
from personalize_emulator.resources.lifecycle import DELETE
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.snapshots import index_soon
from personalize_emulator.values import Payload


@operation("CreateFilter")
def create_filter(call: Call, request: Payload) -> Payload:
    """Keep an expression that fits the group's datasets."""
    check_tags(call, request)
    group = call.active(request["datasetGroupArn"], DATASET_GROUP)
    datasets = datasets_of(call.backend, group.arn)
    schemas = {name: schema_of(call.backend, dataset) for name, dataset in datasets.items()}
    check_filter(parse_filter(request["filterExpression"]), schemas)
    arn = call.arn(FILTER, request["name"])
    if call.backend.store.find(arn) is None:
        present = [
            f for f in call.backend.store.all(FILTER) if f.get("datasetGroupArn") == group.arn
        ]
        quota = call.backend.settings.quotas.filters_per_group
        check_quota(len(present), quota, "filters in the dataset group")
    fields = {k: v for k, v in request.items() if k != "tags"}
    created = call.backend.create(FILTER, arn, fields, tags=request.get("tags"))
    index_soon(call.backend, group.arn)
    return {"filterArn": created.arn}


@operation("DeleteFilter")
def delete_filter(call: Call, request: Payload) -> None:
    """Delete a filter; requests that name it fail from now on."""
    resource = call.get(request["filterArn"], FILTER)
    check_settled(resource)
    call.backend.enter(resource, DELETE)


def usable_filter(backend: Backend, arn: str, group: str) -> Resource:
    """Return a filter that is ACTIVE and of the group; raises ResourceNotFoundException."""
    resource = backend.store.find(arn, FILTER)
    if resource is None or resource.status != "ACTIVE" or resource.get("datasetGroupArn") != group:
        msg = f"No ACTIVE filter of the dataset group has the Arn {arn}."
        raise ResourceNotFoundException(msg)
    return resource
