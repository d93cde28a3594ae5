"""Three checks for every operation of the three models, none skipped."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from personalize_emulator.api.http import HttpRequest, HttpResponse
from personalize_emulator.api.model import Operation, load_api
from personalize_emulator.clock import VirtualClock
from personalize_emulator.objects import FolderObjects
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import INSTANT, EmulatorSettings
from tests.emulator.support.calls import minimal
from tests.emulator.support.clients import Clients, client
from tests.emulator.support.standin import PopularityTrainer, load_popularity
from tests.emulator.support.world import World

OPERATIONS = sorted(load_api().operations, key=lambda operation: operation.name)
PATHS = {operation.name: path for path, operation in load_api().by_path.items()}
NAMES = [operation.name for operation in OPERATIONS]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, interactions_csv: bytes) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    (folder / "s3" / "bucket").mkdir(parents=True)
    with open_service(folder) as service:
        yield World(Clients(service, folder / "s3"), interactions_csv)


def open_service(folder: Path) -> PersonalizeService:
    return PersonalizeService(
        EmulatorSettings(state_dir=folder / "state", pace=INSTANT),
        objects=FolderObjects(folder / "s3"),
        clock=VirtualClock(),
        trainer=PopularityTrainer(),
        load_model=load_popularity,
    )


@pytest.fixture
def world(template: World, tmp_path: Path) -> Iterator[World]:
    """A copy of the template that a test may change."""
    shutil.copytree(template.aws.s3_root.parent, tmp_path / "copy")
    with open_service(tmp_path / "copy") as service:
        yield template.on(Clients(service, tmp_path / "copy" / "s3"))


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def call(world: World, operation: Operation, **request: Any) -> Any:
    """Send a request through boto3 as it is, without botocore's own checks."""
    made = client(operation.service, world.aws.service, validate=False)
    return getattr(made, snake(operation.name))(**request)


def send(world: World, operation: Operation, request: dict[str, Any]) -> HttpResponse:
    """Send a request that boto3 would not even put on the wire."""
    body = json.dumps(request).encode()
    if operation.service == "personalize":
        headers = {"x-amz-target": f"AmazonPersonalize.{operation.name}"}
        return world.aws.service.handle(HttpRequest("POST", "/", "", headers, body))
    return world.aws.service.handle(HttpRequest("POST", PATHS[operation.name], "", {}, body))


def assert_invalid(world: World, operation: Operation, request: dict[str, Any], why: str) -> None:
    answer = send(world, operation, request)
    told = json.loads(answer.body)
    assert (answer.status, told["__type"]) == (400, "InvalidInputException"), told
    assert "validation error" in told["message"]
    assert why in told["message"]


def test_there_are_79_operations() -> None:
    assert len(OPERATIONS) == 71 + 3 + 5


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_a_minimal_call_is_answered_in_the_modelled_shape(
    world: World, operation: Operation
) -> None:
    answer = call(world, operation, **minimal(world, operation.name))

    metadata = answer.pop("ResponseMetadata")
    assert metadata["HTTPStatusCode"] == 200
    assert_shaped(answer, operation.output, operation.name)


def assert_shaped(value: Any, shape: Shape | None, path: str) -> None:
    """botocore drops what the model lacks; what is left must have the model's types."""
    if isinstance(shape, StructureShape):
        assert set(value) <= set(shape.members), path
        for name in value:
            assert_shaped(value[name], shape.members[name], f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for entry in value:
            assert_shaped(entry, shape.member, f"{path}[]")
    elif isinstance(shape, MapShape):
        for entry in value.values():
            assert_shaped(entry, shape.value, f"{path}{{}}")
    elif isinstance(shape, StringShape):
        assert isinstance(value, str), path
        assert not shape.enum or value in shape.enum, path


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_a_request_without_a_required_member_is_refused(
    template: World, operation: Operation
) -> None:
    request = minimal(template, operation.name, changing=False)
    for name in operation.input.required_members:
        rest = {k: v for k, v in request.items() if k != name}
        why = f"Value null at '{name}' failed to satisfy constraint: Member must not be null"
        assert_invalid(template, operation, rest, why)
    # Where nothing is required, null stands for absence and is no error.
    if not operation.input.required_members:
        answer = send(template, operation, dict.fromkeys(operation.input.members))
        assert b"validation error" not in answer.body


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_unknown_members_and_wrong_types_are_refused(template: World, operation: Operation) -> None:
    for name, shape in operation.input.members.items():
        wrong = 7 if shape.type_name in {"string", "list", "map", "structure"} else "seven"
        assert_invalid(template, operation, {name: wrong}, f"'{name}' has the wrong type")
    assert_invalid(template, operation, {"noSuch": 1}, "Unknown member 'noSuch'")


BREAKERS: dict[str, Callable[[StringShape], str]] = {
    "max": lambda shape: "x" * (shape.metadata["max"] + 1),
    "min": lambda _: "",
    "enum": lambda _: "NO_SUCH_VALUE",
    "pattern": lambda _: "\N{SNOWMAN}",
}


Place = tuple[str, Shape, Callable[[Any], dict[str, Any]]]
"""Where a member is, as the service writes it; its shape; and a request with it alone."""


def places(shape: Shape, path: str, wrap: Callable[[Any], Any]) -> Iterator[Place]:
    """All members below a shape, however deep."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from places(member, f"{path}.{name}" if path else name, _within(wrap, name))
    elif isinstance(shape, ListShape):
        yield from places(shape.member, f"{path}.1.member", lambda value: wrap([value]))
    elif isinstance(shape, MapShape):
        yield from places(shape.value, f"{path}.k", _within(wrap, "k"))
    if path:
        yield path, shape, wrap


def _within(wrap: Callable[[Any], Any], name: str) -> Callable[[Any], Any]:
    return lambda value: wrap({name: value})


def everything(operation: Operation) -> list[Place]:
    return list(places(operation.input, "", lambda value: value))


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_broken_constraints_are_refused_however_deep(template: World, operation: Operation) -> None:
    for path, shape, wrap in everything(operation):
        why = f"'{path}' failed to satisfy constraint"
        for constraint, broken in BREAKERS.items():
            if isinstance(shape, StringShape) and shape.metadata.get(constraint):
                assert_invalid(template, operation, wrap(broken(shape)), why)
        if shape.type_name in {"integer", "float", "double"}:
            for constraint, step in (("min", -1), ("max", 1)):
                if constraint in shape.metadata:
                    value = shape.metadata[constraint] + step
                    assert_invalid(template, operation, wrap(value), why)
        if isinstance(shape, ListShape) and "max" in shape.metadata:
            assert_invalid(template, operation, wrap([None] * (shape.metadata["max"] + 1)), why)


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_what_a_part_requires_is_required(template: World, operation: Operation) -> None:
    for path, shape, wrap in everything(operation):
        for name in shape.required_members if isinstance(shape, StructureShape) else ():
            why = f"Value null at '{path}.{name}' failed to satisfy constraint"
            assert_invalid(template, operation, wrap({}), why)


def test_what_no_model_knows_is_refused_loudly(template: World) -> None:
    for request in (
        HttpRequest("POST", "/", "", {"x-amz-target": "AmazonPersonalize.DoMagic"}, b"{}"),
        HttpRequest("POST", "/magic", "", {}, b"{}"),
        HttpRequest("GET", "/recommendations", "", {}, b""),
    ):
        answer = template.aws.service.handle(request)
        assert answer.status == 400
        assert b"UnknownOperationException" in answer.body


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_what_is_not_there_or_is_there_already_is_a_modelled_error(
    template: World, operation: Operation
) -> None:
    request = minimal(template, operation.name, changing=False)
    gone = {
        name: "arn:aws:personalize:us-east-1:000000000000:thing/nowhere"
        for name in request
        if name.endswith("Arn") and name != "roleArn"
    }
    gone |= {"trackingId": "nobodys"} if "trackingId" in request else {}
    # What names nothing else: a list, or what is created beside everything else.
    others = {"nextToken": "nonsense"} if operation.name.startswith("List") else {"name": "custom"}
    if operation.name == "CreateSchema":
        others = {"name": "free"}
    if operation.name == "UpdateMetricAttribution":
        others = {}

    answer = send(template, operation, request | (gone or others))

    assert answer.headers["x-amzn-errortype"] in operation.errors
    assert 400 <= answer.status == operation.errors[answer.headers["x-amzn-errortype"]] < 500
