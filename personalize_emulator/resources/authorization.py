"""Which resources a call is about, for an authorizer.

A creation is about the resource to be created, a list about all ("*"); everything else about what
its first ARN names, a version about its solution, events about their tracker (service
authorization reference, "Actions, resources, and condition keys for Amazon Personalize").
"""

from personalize_emulator.api.model import Operation
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.kinds import DATASET, KINDS, TRACKER, VERSION
from personalize_emulator.values import Payload


def resources_of(operation: Operation, payload: Payload, call: Call) -> list[str]:
    """Return the ARNs that a call is about."""
    if operation.name.startswith("List") and "resourceArn" not in payload:
        return ["*"]
    if tracking := payload.get("trackingId"):
        with call.backend.lock:
            resources = call.backend.store.all(TRACKER, DATASET)
        return [r.arn for r in resources if r.get("trackingId") == tracking] or ["*"]
    kind = KINDS.get(operation.name.removeprefix("Create"))
    if kind is not None and kind is not VERSION:
        name = payload.get(kind.name_field, "*")
        if kind is DATASET:
            group = payload["datasetGroupArn"].rpartition("/")[2]
            return [call.arn(kind, group, payload["datasetType"].upper())]
        return [call.arn(kind, "*" if kind is TRACKER else name)]
    arns = [v for k, v in payload.items() if k.endswith("Arn") and k != "roleArn"]
    return arns[:1] or ["*"]
