"""The memory of promotions: what a rollback goes back to."""

from datetime import UTC, datetime

from lambdas.promote.history import History, Promotion


def act(version: str, run: str = "run-1") -> Promotion:
    return Promotion(
        solution_version_arn=version, at=datetime(2026, 7, 1, tzinfo=UTC), execution_arn=run
    )


def after(*versions: str) -> History:
    history = History()
    for number, version in enumerate(versions):
        history = history.promoted(act(version, f"run-{number}"))
    return history


def test_the_last_promotion_serves_and_the_one_before_is_the_way_back() -> None:
    history = after("v1", "v2", "v3")

    assert history.serving == "v3"
    assert history.previous("v3") == "v2"


def test_a_first_version_has_no_way_back() -> None:
    assert after("v1").previous("v1") is None
    assert History().previous("v1") is None


def test_telling_of_a_promotion_twice_changes_nothing() -> None:
    once = History().promoted(act("v1"))

    assert once.promoted(act("v1")) == once


def test_a_rolled_back_version_is_withdrawn_and_never_the_way_back() -> None:
    history = after("v1", "v2").rolled_back(act("v1", "undo"), withdrawn="v2", reason="odd answers")

    assert history.serving == "v1"
    assert history.withdrawn("v2") == "odd answers"
    assert history.withdrawn("v1") is None
    assert history.promoted(act("v3", "run-9")).previous("v3") == "v1"


def test_two_rollbacks_in_a_row_go_two_versions_back() -> None:
    once = after("v1", "v2", "v3").rolled_back(act("v2", "undo-1"), withdrawn="v3", reason="a")

    assert once.previous("v2") == "v1"


def test_a_version_promoted_again_by_hand_is_forgiven() -> None:
    history = after("v1", "v2").rolled_back(act("v1", "undo"), withdrawn="v2", reason="a mistake")

    assert history.promoted(act("v2", "redo")).withdrawn("v2") is None
    assert history.promoted(act("v2", "redo")).previous("v2") == "v1"


def test_a_history_survives_being_written_down() -> None:
    history = after("v1", "v2")

    assert History.model_validate_json(history.model_dump_json(by_alias=True)) == history
