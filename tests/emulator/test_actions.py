"""Actions: which of them are recommended, and where there are none."""

from typing import Any

import pytest

from personalize_emulator.clock import VirtualClock
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import Clients
from tests.emulator.support.world import ACTION_INTERACTIONS, ACTIONS

ENDING: dict[str, Any] = {
    "type": "record",
    "name": "Actions",
    "fields": [
        {"name": "ACTION_ID", "type": "string"},
        {"name": "ACTION_EXPIRATION_TIMESTAMP", "type": ["long", "null"]},
    ],
}
NEXT_BEST_ACTION = "arn:aws:personalize:::recipe/aws-next-best-action"


def test_an_action_is_recommended_until_it_expires(
    aws: Clients, clock: VirtualClock, interactions_csv: bytes
) -> None:
    group, now = aws.group(), int(clock.now())
    aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
    actions = aws.dataset(group, aws.schema(ENDING, "actions"), "ACTIONS")
    ends = [("i0", now - 1), ("i1", now + 60), ("i2", ""), ("i3", now + 3_600)]
    header = ("ACTION_ID", "ACTION_EXPIRATION_TIMESTAMP")
    aws.import_csv(actions, to_csv(header, ends), "actions")
    version = aws.train(group, "aws-next-best-action")["solutionVersionArn"]
    campaign = aws.campaign(version)

    def recommended() -> set[str]:
        answer = aws.runtime.get_action_recommendations(
            campaignArn=campaign, userId="u1", numResults=100
        )
        return {action["actionId"] for action in answer["actionList"]} & dict(ends).keys()

    assert recommended() == {"i1", "i2", "i3"}
    clock.advance(60)
    assert recommended() == {"i2", "i3"}
    aws.events.put_actions(
        datasetArn=actions,
        actions=[{"actionId": "i3", "properties": f'{{"actionExpirationTimestamp": {now}}}'}],
    )
    assert recommended() == {"i2"}


@pytest.mark.parametrize(
    ("kind", "avro"), [("ACTIONS", ACTIONS), ("ACTION_INTERACTIONS", ACTION_INTERACTIONS)]
)
def test_domains_have_no_actions(aws: Clients, kind: str, avro: dict[str, Any]) -> None:
    group, schema = aws.group(domain="ECOMMERCE"), aws.schema(avro)

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="custom groups"):
        aws.schema(avro, "other", domain="ECOMMERCE")

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="must be the same"):
        aws.dataset(group, schema, kind)


def test_domains_have_no_next_best_action(aws: Clients) -> None:
    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="only for custom"):
        aws.personalize.create_solution(
            name="actions",
            datasetGroupArn=aws.group(domain="VIDEO_ON_DEMAND"),
            recipeArn=NEXT_BEST_ACTION,
        )
