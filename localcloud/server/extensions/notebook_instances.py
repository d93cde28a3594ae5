"""SageMaker notebook instances in CloudFormation: recorded, listed, deleted; nothing is started.

An unknown resource type makes CloudFormation reject the whole stack. The notebook is the one
SageMaker resource of the pipeline, so its two types are registered, with the limits that AWS
documents for them (volume 5 to 16384 GB, names up to 63 characters of letters, digits, hyphens).
"""

import re
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from localcloud.server.extensions.patching import private

Properties = dict[str, Any]
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_VOLUME_GB = range(5, 16385)

_instances: dict[str, Properties] = {}
_configurations: dict[str, Properties] = {}


def install() -> None:
    """Add two entries to `_RESOURCE_HANDLERS`."""
    handlers = private(provisioners, "_RESOURCE_HANDLERS")
    handlers["AWS::SageMaker::NotebookInstance"] = {
        "create": _create_instance,
        "update": _update_instance,
        "delete": lambda physical_id, _properties: _instances.pop(physical_id, None),
    }
    handlers["AWS::SageMaker::NotebookInstanceLifecycleConfig"] = {
        "create": _create_configuration,
        "update": _update_configuration,
        "delete": lambda physical_id, _properties: _configurations.pop(physical_id, None),
    }


def instances() -> dict[str, Properties]:
    """The properties of every notebook instance by its ARN."""
    return _instances


def configurations() -> dict[str, Properties]:
    """The properties of every lifecycle configuration by its ARN."""
    return _configurations


def _create_instance(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    name = str(properties.get("NotebookInstanceName") or f"{stack}-{logical_id}")[:63]
    for required in ("InstanceType", "RoleArn"):
        if not properties.get(required):
            raise ValueError(f"AWS::SageMaker::NotebookInstance: {required} is required")
    _check(name, properties)
    arn = _arn("notebook-instance", name)
    _instances[arn] = properties
    return arn, {"NotebookInstanceName": name, "Id": arn}


def _update_instance(
    physical_id: str, _old: Properties, new: Properties, _stack: str
) -> tuple[str, Properties]:
    name = physical_id.rsplit("/", 1)[-1]
    _check(name, new)
    _instances[physical_id] = new
    return physical_id, {"NotebookInstanceName": name, "Id": physical_id}


def _check(name: str, properties: Properties) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"AWS::SageMaker::NotebookInstance: invalid name {name!r}")
    if int(properties.get("VolumeSizeInGB", 5)) not in _VOLUME_GB:
        raise ValueError("AWS::SageMaker::NotebookInstance: VolumeSizeInGB must be 5 to 16384")


def _create_configuration(
    logical_id: str, properties: Properties, stack: str
) -> tuple[str, Properties]:
    name = str(properties.get("NotebookInstanceLifecycleConfigName") or f"{stack}-{logical_id}")
    arn = _arn("notebook-instance-lifecycle-config", name[:63])
    _configurations[arn] = properties
    return arn, {"NotebookInstanceLifecycleConfigName": name[:63], "Id": arn}


def _update_configuration(
    physical_id: str, _old: Properties, new: Properties, _stack: str
) -> tuple[str, Properties]:
    _configurations[physical_id] = new
    name = physical_id.rsplit("/", 1)[-1]
    return physical_id, {"NotebookInstanceLifecycleConfigName": name, "Id": physical_id}


def _arn(kind: str, name: str) -> str:
    # SageMaker lowers the name in its ARNs.
    return f"arn:aws:sagemaker:{get_region()}:{get_account_id()}:{kind}/{name.lower()}"
