"""A new version serves only if it is not worse; what served before comes back as it was."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from localcloud.errors import RunError
from localcloud.rollback import RollbackOptions, rollback
from localcloud.run import read_pipeline
from localcloud.settings import CloudSettings
from tests.e2e.faults.answers import strange
from tests.e2e.promotion.conftest import PIPELINE, Opening
from tests.e2e.promotion.world import Shop, walks

NDCG = "normalized_discounted_cumulative_gain_at_10"


class Story:
    """Three drops: a good one, a better one, a shuffled one; then a rollback."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.first = shop.run("first", walks(3))
        self.first_answers, self.first_campaign = shop.answers(), shop.serving()
        self.second = shop.run("second", walks(1))
        self.second_answers, self.second_campaign = shop.answers(), shop.serving()
        self.campaigns_after_second = shop.campaigns()
        self.worse = shop.run("worse", walks(1, shuffled=True))
        self.worse_answers, self.worse_campaign = shop.answers(), shop.serving()
        self.told = shop.ears.listen()
        self.rollback = shop.start("rollback", solution="alike", reason="Its answers are odd.")
        self.back_answers, self.back_campaign = shop.answers(), shop.serving()
        self.told_of_rollback = shop.ears.listen()
        self.events = shop.ears.events()
        self.logged = shop.ears.logged()

    def solution(self, drop_id: str) -> dict[str, Any]:
        [solution] = self.shop.report(drop_id)["solutions"]
        return dict(solution)

    def of_kind(self, kind: str) -> list[dict[str, str]]:
        return [message for message in self.told if message["kind"] == kind]


@pytest.fixture(scope="module")
def story(opened: Opening) -> Story:
    return Story(opened("gate"))


def test_a_first_version_serves_without_a_predecessor(story: Story) -> None:
    assert story.first.status == "SUCCEEDED"
    assert "nothing serves yet to compare it with" in story.solution("first")["gate"]["reason"]
    assert story.first_campaign["status"] == "ACTIVE"


def test_a_version_that_is_not_worse_takes_over_on_the_same_campaign(story: Story) -> None:
    assert story.second.status == "SUCCEEDED"
    assert story.solution("second")["gate"]["promoted"]
    assert story.second_campaign["campaignArn"] == story.first_campaign["campaignArn"]
    assert story.second_campaign["solutionVersionArn"] != story.first_campaign["solutionVersionArn"]
    assert story.second_answers != story.first_answers


def test_it_answered_on_a_trial_campaign_first_which_is_gone(story: Story) -> None:
    assert "Ask the trial" in story.second.states
    assert story.second.states.index("Ask the trial") < story.second.states.index(
        "Ensure the campaign"
    )
    assert story.campaigns_after_second == ["gate-alike"]


def test_a_worse_version_is_not_promoted_and_says_why_in_one_sentence(story: Story) -> None:
    gate = story.solution("worse")["gate"]
    [comparison] = gate["comparisons"]

    assert not gate["promoted"]
    assert comparison["candidate"] < comparison["serving"] / 2
    old, new = comparison["serving"], comparison["candidate"]
    assert gate["reason"].startswith(f"Held because {NDCG} fell from {old:.4f} to {new:.4f}")
    assert gate["reason"].endswith("more than the 5 % that may be lost.")


def test_the_campaign_and_its_answers_do_not_change(story: Story) -> None:
    assert "Ensure the campaign" not in story.worse.states
    assert story.worse_campaign == story.second_campaign
    assert story.worse_answers == story.second_answers


def test_a_held_version_is_no_failed_run(story: Story) -> None:
    assert story.worse.status == "SUCCEEDED"
    assert story.solution("worse")["status"] == "HELD"
    assert len(story.shop.versions()) == 3


def test_a_rollback_restores_the_answers_exactly(story: Story) -> None:
    assert story.rollback["status"] == "SUCCEEDED"
    assert story.back_campaign["campaignArn"] == story.first_campaign["campaignArn"]
    assert story.back_campaign["solutionVersionArn"] == story.first_campaign["solutionVersionArn"]
    assert story.back_answers == story.first_answers


def test_each_decision_has_one_notification(story: Story) -> None:
    kinds = [message["kind"] for message in story.told]

    assert kinds.count("DropAccepted") == kinds.count("BudgetGranted") == 3
    assert kinds.count("VersionPromoted") == 2
    assert kinds.count("VersionHeld") == 1
    assert kinds.count("RunSucceeded") == 3
    assert len(kinds) == 12
    assert [message["kind"] for message in story.told_of_rollback] == ["VersionRolledBack"]


def test_each_decision_has_one_metric(story: Story) -> None:
    told = [message["kind"] for message in (*story.told, *story.told_of_rollback)]

    assert story.shop.ears.counted() == {kind: told.count(kind) for kind in set(told)}


def test_each_decision_is_an_event_with_the_run_it_was_taken_in(story: Story) -> None:
    told = [message["kind"] for message in (*story.told, *story.told_of_rollback)]
    runs = {story.first.arn, story.second.arn, story.worse.arn, story.rollback["executionArn"]}

    assert sorted(event["detail-type"] for event in story.events) == sorted(told)
    assert {event["detail"]["executionArn"] for event in story.events} == runs
    [held] = [e["detail"] for e in story.events if e["detail-type"] == "VersionHeld"]
    assert (held["subject"], held["dropId"]) == ("alike", "worse")
    assert held["reason"] == story.solution("worse")["gate"]["reason"]


def test_one_query_finds_what_all_handlers_of_a_run_had_to_say(story: Story) -> None:
    runs = {story.first.arn, story.second.arn, story.worse.arn, story.rollback["executionArn"]}

    assert {line["execution_id"] for line in story.logged} == runs
    decisions = [line for line in story.logged if "decision" in line]
    assert len(decisions) == len(story.told) + len(story.told_of_rollback)


def test_somebody_woken_at_night_reads_what_happened_and_where_to_look(story: Story) -> None:
    [held] = story.of_kind("VersionHeld")

    assert held["subject"] == "gate: alike keeps its old version"
    assert story.solution("worse")["gate"]["reason"] in held["text"]
    assert "what served before serves on, unchanged" in held["text"]
    assert story.worse.arn in held["text"]


def test_the_report_has_every_version_over_time(story: Story) -> None:
    versions = story.solution("worse")["versions"]

    assert [version["solutionVersionArn"] for version in versions] == story.shop.versions()
    assert [version["serving"] for version in versions] == [False, True, False]
    assert versions[-1]["metrics"] == story.solution("worse")["metrics"]


def test_what_was_rolled_back_is_not_rolled_back_to(story: Story) -> None:
    again = story.shop.start("rollback", solution="alike")

    assert again["status"] == "FAILED"
    assert again["error"] == "RollbackRefused"
    assert "No version is known to have served before" in again["cause"]
    assert [message["kind"] for message in story.shop.ears.listen()] == ["RollbackRefused"]


def test_a_solution_of_another_name_is_refused_with_those_that_are_known(story: Story) -> None:
    unknown = story.shop.start("rollback", solution="alikes")

    assert unknown["error"] == "RollbackRefused"
    assert unknown["cause"].endswith("known: alike.")


def test_a_sweep_leaves_a_campaign_alone_that_nobody_gave_a_lifetime(story: Story) -> None:
    story.shop.ears.listen()

    swept = story.shop.start("sweep")

    assert swept["status"] == "SUCCEEDED"
    assert story.shop.serving()["status"] == "ACTIVE"
    assert story.shop.ears.listen() == []


def test_the_faults_are_played_with_what_the_trial_and_the_gate_really_answer(story: Story) -> None:
    machines = story.shop.deployed
    real = list(machines.results_of(story.second.arn))
    real += machines.results_of(story.rollback["executionArn"])

    assert {"Ask the trial", "Find the way back"} <= {state for state, _, _ in real}
    assert strange(real) == []


def test_the_command_goes_back_to_any_version_that_served(story: Story, tmp_path: Path) -> None:
    file, printed = tmp_path / "gate.yaml", StringIO()
    file.write_text(PIPELINE.format(name="gate", solutions="{name: alike, recipe: aws-sims}"))
    second = story.second_campaign["solutionVersionArn"]
    options = RollbackOptions(
        pipeline=read_pipeline(file),
        solution="alike",
        to=second,
        reason="It was better [after] all.",
        endpoint=story.shop.deployed.clients.endpoint,
        cloud=CloudSettings(),
    )

    rollback(options, Console(file=printed, width=80))

    assert f"serves {second} again" in printed.getvalue()
    assert options.reason in printed.getvalue()
    assert story.shop.answers() == story.second_answers
    with pytest.raises(RunError, match=r"Not rolled back: .* serves already\."):
        rollback(options, Console(file=printed))
