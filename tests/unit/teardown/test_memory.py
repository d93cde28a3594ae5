"""What the pipeline remembers of its data goes with them, and not before."""

from typing import Any

import pytest

from lambdas.teardown.bucket.empty import PAGES_A_STEP
from lambdas.teardown.bucket.step import take
from tests.unit.teardown.conftest import Aws, AwsError, Scope
from tests.unit.teardown.test_bucket import Store

FORGOTTEN = [
    {
        "TableName": "shop-turns",
        "Key": {"pk": {"S": "data"}},
        "UpdateExpression": "REMOVE #objects, #dropId",
        "ExpressionAttributeNames": {"#objects": "objects", "#dropId": "dropId"},
    },
    {
        "TableName": "shop-turns",
        "Key": {"pk": {"S": "turn"}},
        "UpdateExpression": "REMOVE #next",
        "ExpressionAttributeNames": {"#next": "next"},
    },
]


@pytest.fixture
def remembering(aws: Aws, scope: Scope) -> Scope:
    aws.answers["UpdateItem"] = {}
    attributes = {"data": ["objects", "dropId"], "turn": ["next"]}
    return scope | {"memory": {"table": "shop-turns", "attributes": attributes}}


def test_with_the_last_object_goes_what_is_remembered_of_all(aws: Aws, remembering: Scope) -> None:
    store = Store(aws, versions=PAGES_A_STEP + 5)
    store.page = 1

    take({"scope": remembering})
    assert aws.made("UpdateItem") == []
    take({"scope": remembering})

    assert aws.made("UpdateItem") == FORGOTTEN


@pytest.mark.parametrize(
    "more",
    [{"dryRun": True}, {"scope": {"retain": {"dataBucket": True}}}],
    ids=["a dry run", "a retained bucket"],
)
def test_where_the_data_stay_nothing_is_forgotten(
    aws: Aws, remembering: Scope, more: dict[str, Any]
) -> None:
    Store(aws, versions=3)

    take({**more, "scope": remembering | more.get("scope", {})})

    assert aws.made("UpdateItem") == []


def test_a_table_that_is_gone_remembers_nothing(aws: Aws, remembering: Scope) -> None:
    Store(aws, versions=0)
    aws.answers["UpdateItem"] = AwsError("ResourceNotFoundException")

    assert take({"scope": remembering})["remaining"] == 0
