"""The operations of the three services, read from botocore's own service models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import botocore.session
from botocore.model import OperationModel, StructureShape

from personalize_emulator.api.validation import compile_input

CONTROL: Final = "personalize"
RUNTIME: Final = "personalize-runtime"
EVENTS: Final = "personalize-events"
SERVICES: Final = (CONTROL, RUNTIME, EVENTS)


@dataclass(frozen=True)
class Operation:
    """One operation of the API.

    Args:
        service: the model it belongs to, such as ``personalize-runtime``.
        name: its name, such as ``GetRecommendations``.
        errors: the modelled errors, each with its HTTP status.
        validate: checks an input; raises InvalidInputException.
        input: the modelled input.
        output: the modelled output; None where the service answers with nothing.
    """

    service: str
    name: str
    errors: Mapping[str, int]
    validate: Callable[[object], None]
    input: StructureShape
    output: StructureShape | None


@dataclass(frozen=True)
class Api:
    """All operations, found as the wire names them."""

    by_target: Mapping[str, Operation]
    by_path: Mapping[str, Operation]

    @property
    def operations(self) -> list[Operation]:
        """Every operation of the three services."""
        return [*self.by_target.values(), *self.by_path.values()]


@cache
def load_api() -> Api:
    """Read the models that come with the installed botocore."""
    session = botocore.session.get_session()
    by_target, by_path = {}, {}
    for service in SERVICES:
        model = session.get_service_model(service)
        for name in model.operation_names:
            operation = _operation(service, model.operation_model(name))
            if service == CONTROL:
                by_target[f"{model.metadata['targetPrefix']}.{name}"] = operation
            else:
                by_path[model.operation_model(name).http["requestUri"]] = operation
    return Api(by_target, by_path)


def _operation(service: str, model: OperationModel) -> Operation:
    shape = model.input_shape
    if not isinstance(shape, StructureShape):
        msg = f"{model.name} has no input structure; the service models have changed"
        raise TypeError(msg)
    output = model.output_shape
    return Operation(
        service=service,
        name=model.name,
        errors={
            error.name: error.metadata.get("error", {}).get("httpStatusCode", 400)
            for error in model.error_shapes
        },
        validate=compile_input(shape),
        input=shape,
        output=output if isinstance(output, StructureShape) else None,
    )
