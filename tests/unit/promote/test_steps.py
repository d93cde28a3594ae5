"""The promotion's steps: judged against what serves, remembered, and undone."""

from typing import Any

import boto3
import pytest

from lambdas.promote.history import History
from lambdas.promote.steps import take
from lambdas.shared.errors import TransientError
from lambdas.shared.metric_names import MetricName
from tests.unit.fakes import FakePersonalize, FakeS3

ACCOUNT = "arn:aws:personalize:us-east-1:123456789012"
CAMPAIGN = f"{ACCOUNT}:campaign/movies-sims"
KEY = "state/promotions/movies-sims.json"
NDCG = "normalized_discounted_cumulative_gain_at_10"
ABOUT = {
    "solution": "movies-sims",
    "campaignArn": CAMPAIGN,
    "bucket": "data",
    "executionArn": "arn:aws:states:us-east-1:123456789012:execution:movies:run-1",
}


class World:
    """A campaign's surroundings, and the promote handler in them."""

    def __init__(self) -> None:
        self.personalize = FakePersonalize()
        self.s3 = FakeS3()

    def client(self, service: str) -> Any:
        return {"personalize": self.personalize, "s3": self.s3}[service]

    def serve(self, version: str, accuracy: float = 0.2) -> None:
        self.personalize.campaigns[CAMPAIGN] = {"solutionVersionArn": version, "status": "ACTIVE"}
        self.personalize.metrics[version] = {NDCG: accuracy}

    def judge(self, version: str, accuracy: object, **more: Any) -> dict[str, Any]:
        step = {
            "step": "judge",
            "versionArn": version,
            "metrics": {NDCG: accuracy},
            "gate": [{"metric": NDCG, "maxRelativeDrop": 0.05}],
        }
        return take({**ABOUT, **step, **more})

    def remember(self, version: str, replaced: str = "", run: str = "r") -> dict[str, Any]:
        step = {
            "step": "remember",
            "versionArn": version,
            "replacedArn": replaced,
            "dropId": "drop-1",
            "reason": "Promoted because it is better.",
        }
        return take({**ABOUT, **step, "executionArn": run})

    def way_back(self, to: str = "previous") -> dict[str, Any]:
        return take({**ABOUT, "step": "findTheWayBack", "to": to})

    def roll_back(self, version: str, withdrawn: str) -> dict[str, Any]:
        step = {
            "step": "rememberTheRollback",
            "versionArn": version,
            "withdrawnArn": withdrawn,
            "reason": "Its answers are odd.",
        }
        return take({**ABOUT, **step, "executionArn": "undo"})

    @property
    def history(self) -> History:
        return History.model_validate_json(self.s3.objects[KEY])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(boto3, "client", world.client)
    return world


def test_a_first_version_is_judged_without_a_campaign(world: World) -> None:
    verdict = world.judge("v1", 0.1)

    assert verdict["promote"]
    assert verdict["servingVersionArn"] == ""
    assert verdict["decision"] == {}


def test_a_campaign_that_failed_to_come_up_is_nothing_to_compare_with(world: World) -> None:
    world.serve("v0", 0.9)
    world.personalize.campaigns[CAMPAIGN]["status"] = "CREATE FAILED"

    assert world.judge("v1", 0.1)["servingVersionArn"] == ""


def test_a_worse_version_is_held_with_a_decision_to_tell(world: World) -> None:
    world.serve("v1", 0.2)

    verdict = world.judge("v2", 0.1)

    assert not verdict["promote"]
    assert verdict["servingVersionArn"] == "v1"
    assert verdict["decision"]["kind"] == MetricName.VERSION_HELD
    assert "fell from 0.2000 to 0.1000 (-50.0 %)" in verdict["decision"]["reason"]


@pytest.mark.parametrize("value", ["NaN", None])
def test_a_metric_that_is_no_number_is_held(world: World, value: object) -> None:
    verdict = world.judge("v1", value)

    assert not verdict["promote"]
    assert verdict["comparisons"][0]["candidate"] is None


def test_metrics_that_could_not_be_read_are_held_and_said(world: World) -> None:
    verdict = world.judge("v1", 0.3, unread="GetSolutionMetrics: throttled")

    assert not verdict["promote"]
    assert verdict["reason"].endswith("could not be read: GetSolutionMetrics: throttled")


def test_a_version_that_serves_already_is_no_question(world: World) -> None:
    world.serve("v1", 0.2)

    assert world.judge("v1", 0.2)["serves"]


def test_each_offline_metric_is_emitted_for_its_solution(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.judge("v1", 0.25)

    output = capsys.readouterr().out
    assert f'"{NDCG}":[0.25]' in output
    assert '"Solution":"movies-sims"' in output


def test_a_promotion_is_remembered_and_told(world: World) -> None:
    told = world.remember("v1")["decision"]

    assert (told["kind"], told["subject"]) == ("VersionPromoted", "movies-sims")
    assert told["detail"] == {"campaignArn": CAMPAIGN, "versionArn": "v1"}
    assert world.history.serving == "v1"


def test_a_version_that_was_made_to_serve_by_hand_is_a_way_back_too(world: World) -> None:
    world.remember("v2", replaced="made-by-hand")
    world.serve("v2")

    assert world.way_back()["versionArn"] == "made-by-hand"


def test_a_promotion_written_by_somebody_else_meanwhile_is_tried_again(world: World) -> None:
    other = History().model_dump_json().encode()
    world.s3.before_put = [(KEY, other)]

    with pytest.raises(TransientError, match="written by somebody else"):
        world.remember("v1")
    assert world.remember("v1")["decision"]["kind"] == "VersionPromoted"


def test_the_way_back_is_the_version_before(world: World) -> None:
    world.remember("v1", run="r1")
    world.remember("v2", replaced="v1", run="r2")
    world.serve("v2")

    back = world.way_back()

    assert back == {"versionArn": "v1", "withdrawnArn": "v2", "decision": {}}


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("v2", "v2 serves already."),
        ("v9", "v9 never served on this campaign."),
    ],
)
def test_a_rollback_to_a_version_that_makes_no_sense_is_refused(
    world: World, to: str, reason: str
) -> None:
    world.remember("v1", run="r1")
    world.remember("v2", replaced="v1", run="r2")
    world.serve("v2")

    refusal = world.way_back(to)

    assert refusal["versionArn"] == ""
    assert refusal["decision"]["kind"] == "RollbackRefused"
    assert refusal["decision"]["reason"] == reason


def test_a_first_version_cannot_be_rolled_back(world: World) -> None:
    world.remember("v1")
    world.serve("v1")

    assert "No version is known to have served before v1" in world.way_back()["decision"]["reason"]


def test_a_campaign_that_is_not_there_cannot_be_rolled_back(world: World) -> None:
    assert "does not exist" in world.way_back()["decision"]["reason"]


def test_a_version_that_was_rolled_back_is_not_promoted_again(world: World) -> None:
    world.remember("v1", run="r1")
    world.remember("v2", replaced="v1", run="r2")
    told = world.roll_back("v1", withdrawn="v2")["decision"]
    world.serve("v1")

    verdict = world.judge("v2", 0.9)

    assert told["kind"] == "VersionRolledBack"
    assert world.history.serving == "v1"
    assert verdict["reason"] == (
        "Held because this version was rolled back before: Its answers are odd."
    )


def test_what_the_service_trained_is_told_of_once(world: World) -> None:
    world.serve("v1", 0.2)

    first, again = (world.judge("v2", 0.1, adopted=True) for _ in range(2))

    assert (first["promote"], first["known"]) == (False, False)
    assert (again["promote"], again["known"]) == (False, True)
    assert again["decision"]["reason"] == first["decision"]["reason"]


def test_what_was_adopted_and_serves_is_left_alone(world: World) -> None:
    world.serve("v1", 0.2)

    verdict = world.judge("v1", 0.2, adopted=True)

    assert verdict["known"]
    assert verdict["decision"]["reason"] == "It serves already."


def test_what_was_held_once_may_serve_when_the_one_before_it_is_gone(world: World) -> None:
    world.serve("v1", 0.2)
    world.judge("v2", 0.1, adopted=True)
    world.serve("v0", 0.1)

    verdict = world.judge("v2", 0.1, adopted=True)

    assert (verdict["promote"], verdict["known"]) == (True, False)


def test_a_version_that_the_service_let_serve_is_never_held_and_the_gates_word_is_told(
    world: World,
) -> None:
    world.serve("v1", 0.2)
    world.remember("v1")
    world.personalize.metrics["v2"] = {NDCG: 0.1}
    world.serve("v2", 0.1)

    verdict = world.judge("v2", 0.1, follows=True)
    world.remember("v2", replaced=verdict["servingVersionArn"])
    again = world.judge("v2", 0.1, follows=True)

    assert (verdict["promote"], verdict["serves"], verdict["known"]) == (True, True, False)
    assert verdict["servingVersionArn"] == "v1"
    assert verdict["reason"].startswith("Served past the gate (syncWithLatestSolutionVersion): ")
    assert "fell from 0.2000 to 0.1000" in verdict["reason"]
    assert again["known"]
    assert again["decision"]["reason"] == "It serves already."
