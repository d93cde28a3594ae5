"""SageMaker's own operations on notebook instances: describe, list, start, stop.

CloudFormation makes and deletes them (`notebook_instances`); whoever stops one before its deletion
asks SageMaker. No instance runs anything here. A status that passes by itself is seen once, then it
has passed (inferred: on AWS it takes minutes).
"""

import json
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import router
from ministack.core.responses import get_account_id, get_region

from localcloud.server.extensions import notebook_instances
from localcloud.server.extensions.patching import private

Answer = tuple[int, dict[str, str], bytes]
Json = dict[str, Any]
_PASSING = {"Stopping": "Stopped", "Pending": "InService"}
# Where an instance's record keeps its status; a new record is in service.
_STATUS = "NotebookInstanceStatus"


class _RefusedError(Exception):
    """SageMaker's ValidationException, with its words."""


def install() -> None:
    """Add `sagemaker` to `SERVICE_PATTERNS` and `SERVICE_HANDLERS`."""
    private(router, "SERVICE_PATTERNS")["sagemaker"] = {
        "target_prefixes": ["SageMaker"],
        "host_patterns": [r"sagemaker[.\-]"],
    }
    private(app, "SERVICE_HANDLERS")["sagemaker"] = _handle


async def _handle(
    method: str,  # noqa: ARG001 - MiniStack's interface
    path: str,  # noqa: ARG001
    headers: dict[str, str],
    body: bytes | str,
    query: dict[str, list[str]],  # noqa: ARG001
) -> Answer:
    operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
    answer = _OPERATIONS.get(operation, _unknown)
    try:
        return _answer(200, answer(json.loads(body or "{}")))
    except _RefusedError as refusal:
        return _answer(400, {"__type": "ValidationException", "message": str(refusal)})


def _answer(status: int, content: Json) -> Answer:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    return status, headers, json.dumps(content).encode()


def _unknown(_request: Json) -> Json:
    raise _RefusedError("the local cloud does not emulate this operation of SageMaker")


def _describe(request: Json) -> Json:
    arn = _find(request)
    record = notebook_instances.instances()[arn]
    status = record.get(_STATUS, "InService")
    record[_STATUS] = _PASSING.get(status, status)
    return {
        "NotebookInstanceArn": arn,
        "NotebookInstanceName": request["NotebookInstanceName"],
        _STATUS: status,
        "InstanceType": record["InstanceType"],
        "RoleArn": record["RoleArn"],
        **_optional(NotebookInstanceLifecycleConfigName=record.get("LifecycleConfigName")),
    }


def _optional(**members: str | None) -> Json:
    return {name: value for name, value in members.items() if value is not None}


def _describe_lifecycle(request: Json) -> Json:
    name = str(request.get("NotebookInstanceLifecycleConfigName", ""))
    for arn, record in notebook_instances.configurations().items():
        if _is_here(arn) and arn.endswith(f"/{name.lower()}"):
            hooks: Json = {hook: record[hook] for hook in ("OnCreate", "OnStart") if hook in record}
            return {
                "NotebookInstanceLifecycleConfigArn": arn,
                "NotebookInstanceLifecycleConfigName": name,
                **hooks,
            }
    raise _RefusedError("RecordNotFound")


def _list(request: Json) -> Json:
    wanted = request.get("NameContains", "")
    arns = [arn for arn in notebook_instances.instances() if _is_here(arn)]
    names = [arn.rsplit("/", 1)[-1] for arn in arns]
    described = [_describe({"NotebookInstanceName": name}) for name in names if wanted in name]
    return {"NotebookInstances": described}


def _stop(request: Json) -> Json:
    return _move(request, needs="InService", becomes="Stopping")


def _start(request: Json) -> Json:
    return _move(request, needs="Stopped", becomes="Pending")


def _move(request: Json, *, needs: str, becomes: str) -> Json:
    record = notebook_instances.instances()[_find(request)]
    status = record.get(_STATUS, "InService")
    if status != needs:
        raise _RefusedError(f"Status ({status}) not in ([{needs}]). Unable to transition to it")
    record[_STATUS] = becomes
    return {}


def _find(request: Json) -> str:
    name = str(request.get("NotebookInstanceName", "")).lower()
    for arn in notebook_instances.instances():
        if _is_here(arn) and arn.endswith(f"/{name}"):
            return arn
    raise _RefusedError("RecordNotFound")


def _is_here(arn: str) -> bool:
    return arn.startswith(f"arn:aws:sagemaker:{get_region()}:{get_account_id()}:")


_OPERATIONS: dict[str, Callable[[Json], Json]] = {
    "DescribeNotebookInstance": _describe,
    "DescribeNotebookInstanceLifecycleConfig": _describe_lifecycle,
    "ListNotebookInstances": _list,
    "StartNotebookInstance": _start,
    "StopNotebookInstance": _stop,
}
