"""Any request that has the form of one: answered, or refused in the service's way; never broken."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalize_emulator.api.model import Operation
from tests.emulator.support.clients import INTERACTIONS, ROLE, Clients
from tests.emulator.support.world import World
from tests.emulator.test_every_operation import OPERATIONS, open_service, send

EXTREME = [0, 1, -1, 0.5, 25, 2**31, 2**63, 10**40, 1e308, 1e400, float("nan"), 1.6e9, 1.6e12]
TEXTS = ["", "a", "custom", "u1", "i1", "*", "\0", "\ud800", "\N{SNOWMAN}", "x" * 300, "-1", "NaN"]
TEXTS += [
    "1e400",
    "$LATEST",
    "../..",
    "s3://bucket/../x",
    "s3://bucket/\0",
    "s3://",
    "INTERACTIONS",
]
# What only some members take: without it, few requests would come far.
APT: dict[str, list[str]] = {
    "filterExpression": [
        "INCLUDE ItemID WHERE Items.PRICE > $P",
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")',
        "INCLUDE UserID WHERE Users.AGE = 1e999",
        f"INCLUDE ItemID WHERE {'(' * 300}Items.PRICE > 1{')' * 300}",
    ],
    "schema": [json.dumps(INTERACTIONS), "[" * 3_000, '{"name": 1, "fields": {"a": [null]}}'],
    "properties": ['{"price": 1e400}', '{"itemId": {"a": 1}}', '{"age": "NaN"}', "[" * 1_000],
    "schedulingExpression": ["rate(1 day)", "rate(99999 days)"],
    "recipeArn": [f"arn:aws:personalize:::recipe/aws-{n}" for n in ("sims", "item-affinity")],
    "path": ["s3://bucket/lines/input.json", "s3://bucket/out", "s3://bucket/import.csv/below"],
    "dataLocation": ["s3://bucket/import.csv", "s3://nowhere"],
    "roleArn": [ROLE],
    "name": ["a", "b", "custom"],
    "jobName": ["a", "b", "batch-inference"],
    "eventType": ["click", "watch"],
    "trackingId": ["Tracking"],
    "expression": ["SAMPLECOUNT()", "SUM(Items.PRICE)", "SUM(Items.NONE)"],
    "datasetType": ["Items", "Users", "Action_Interactions"],
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, interactions_csv: bytes) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("world")
    (folder / "s3" / "bucket").mkdir(parents=True)
    with open_service(folder) as service:
        yield World(Clients(service, folder / "s3"), interactions_csv)


def values(shape: Shape, name: str) -> st.SearchStrategy[Any]:
    """Values of a shape's type, also out of its bounds; "Arn:" and "Tracking" are filled in."""
    if isinstance(shape, StructureShape):
        members = {key: values(member, key) for key, member in shape.members.items()}
        required = {key: members.pop(key) for key in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if isinstance(shape, ListShape):
        return st.lists(values(shape.member, name), max_size=3)
    if isinstance(shape, MapShape):
        keys = values(shape.key, name)
        return st.dictionaries(keys, values(shape.value, name), max_size=2)
    if isinstance(shape, StringShape):
        known = list(shape.enum) or APT.get(name)
        known = known or ([f"Arn:{name}"] if name.endswith("Arn") else TEXTS)
        return st.sampled_from([*known * 3, "a"])
    return st.booleans() if shape.type_name == "boolean" else st.sampled_from(EXTREME)


# What programs send the most, and what takes the most, more often than what describes and lists.
OFTEN = OPERATIONS + [o for o in OPERATIONS if o.name.startswith(("Create", "Update", "Get"))] * 2
OFTEN += [o for o in OPERATIONS if o.service == "personalize-events"] * 9
REQUESTS = {operation.name: values(operation.input, "") for operation in OPERATIONS}


def filled_in(value: Any, world: World, which: int) -> Any:
    """Put the names of what is there where a request wants one."""
    if isinstance(value, dict):
        return {key: filled_in(member, world, which) for key, member in value.items()}
    if isinstance(value, list):
        return [filled_in(entry, world, which) for entry in value]
    if value == "Tracking":
        return world.tracker["trackingId"]
    if not isinstance(value, str) or not value.startswith("Arn:"):
        return value
    there = world.aws.service.backend.store.all()
    fitting = [one.arn for one in there if one.kind.arn_field == value.removeprefix("Arn:")]
    arns = fitting or [one.arn for one in there]
    return arns[which % len(arns)]


@settings(
    max_examples=1_500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(operation=st.sampled_from(OFTEN), data=st.data())
def test_no_request_breaks_anything(
    world: World, operation: Operation, data: st.DataObject
) -> None:
    drawn, which = data.draw(REQUESTS[operation.name]), data.draw(st.integers(0, 10**6))
    request = filled_in(drawn, world, which)

    answer = send(world, operation, request)

    assert answer.status < 500, (operation.name, request, answer.body)
    code = answer.headers.get("x-amzn-errortype")
    assert answer.status == 200 or code in {*operation.errors, "InvalidInputException"}
    if answer.body:
        json.loads(answer.body, parse_constant=pytest.fail)
