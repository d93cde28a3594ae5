"""Amazon Personalize's own resource types in CloudFormation: groups, schemas, datasets, solutions.

An unknown resource type makes CloudFormation reject the whole stack. A resource's properties are
the members of the request that creates it, their names begun with a capital; `Ref` gives its ARN. A
dataset's import job is started, and the stack does not wait for its end.
"""

import json
from functools import partial
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StructureShape
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from localcloud.server.extensions.patching import private
from localcloud.server.extensions.personalize import Call

Properties = dict[str, Any]

KINDS = ("DatasetGroup", "Schema", "Dataset", "Solution")


def install(call: Call) -> None:
    """Add an entry to `_RESOURCE_HANDLERS` for every kind that CloudFormation knows."""
    handlers = private(provisioners, "_RESOURCE_HANDLERS")
    for kind in KINDS:
        create = _create_dataset if kind == "Dataset" else partial(_create, kind)
        handlers[f"AWS::Personalize::{kind}"] = {
            "create": partial(create, call),
            "delete": partial(_delete, call, kind),
        }


def _create(
    kind: str, call: Call, logical_id: str, properties: Properties, stack: str
) -> tuple[str, Properties]:
    del logical_id, stack  # every kind has a name of its own
    tags = [{"TagKey": t["Key"], "TagValue": t["Value"]} for t in properties.get("Tags", ())]
    answer = _ask(call, f"Create{kind}", properties | ({"Tags": tags} if tags else {}))
    arn = str(answer[_member(f"{kind}Arn")])
    return arn, {f"{kind}Arn": arn}


def _create_dataset(
    call: Call, logical_id: str, properties: Properties, stack: str
) -> tuple[str, Properties]:
    own = {name: value for name, value in properties.items() if name != "DatasetImportJob"}
    arn, attributes = _create("Dataset", call, logical_id, own, stack)
    if job := properties.get("DatasetImportJob"):
        asked = {name: job[name] for name in ("JobName", "DataSource", "RoleArn") if name in job}
        _ask(call, "CreateDatasetImportJob", asked | {"DatasetArn": arn})
    return arn, attributes


def _delete(call: Call, kind: str, physical_id: str, properties: Properties) -> None:
    del properties
    _ask(call, f"Delete{kind}", {f"{kind}Arn": physical_id}, gone="ResourceNotFoundException")


def _ask(call: Call, operation: str, properties: Properties, *, gone: str = "") -> Properties:
    """Ask Personalize as the stack's account; raises ValueError with what it says against it."""
    model = botocore.session.get_session().get_service_model("personalize")
    request = _request(model.operation_model(operation).input_shape, properties)
    scope = f"{get_account_id()}/20200101/{get_region()}/personalize/aws4_request"
    headers = {
        "x-amz-target": f"AmazonPersonalize.{operation}",
        "authorization": f"AWS4-HMAC-SHA256 Credential={scope}",
    }
    status, told, body = call(
        method="POST", path="/", query={}, headers=headers, body=json.dumps(request).encode()
    )
    answer: Properties = json.loads(body)
    if status != 200 and told.get("x-amzn-errortype") != gone:  # noqa: PLR2004 - HTTP's OK
        raise ValueError(f"Personalize refused {operation}: {answer.get('message')}")
    return answer


def _request(shape: Shape | None, value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Turn properties into the request's members; keys of maps stay as they are."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = {_member(name): entry for name, entry in value.items()}
        return {name: _request(shape.members.get(name), e) for name, e in members.items()}
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {name: _request(shape.value, entry) for name, entry in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_request(shape.member, entry) for entry in value]
    return _scalar(shape, value)


def _scalar(shape: Shape | None, value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Give a value its type: templates may write every one as text, or a text as a number."""
    kind = shape.type_name if shape else ""
    if kind == "boolean" and isinstance(value, str):
        return value.lower() == "true"
    if kind in {"integer", "double"} and isinstance(value, str):
        return json.loads(value)
    if kind == "string" and isinstance(value, bool | int | float):
        return json.dumps(value)
    return value


def _member(name: str) -> str:
    return name[0].lower() + name[1:]
