"""Next-Best-Action: what it asks of the data, and which actions have a propensity."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personalize_emulator.recipes import LiveEvent, RecommendRequest, TrainingJob, load_model
from personalize_emulator.recipes.contract import Model, ScoredItem
from personalize_emulator.recipes.train import run
from tests.emulator.recipes.tastes import DAY, NEWEST, save

ACTIONS = ("app", "card", "club", "tour")
Event = tuple[str, str, str, int]


def trained(folder: Path, events: Sequence[Event] | None) -> tuple[dict[str, Any], Model]:
    """Train on four actions and what was done about them; None is no dataset of that."""
    save(folder, {"ACTION_ID": np.array(ACTIONS), "VALUE": np.arange(4.0)}, "actions")
    if events is not None:
        users, actions, types, times = zip(*events, strict=True) if events else ((),) * 4
        columns = {"USER_ID": users, "ACTION_ID": actions, "EVENT_TYPE": types}
        written = {name: np.array(column, dtype=np.str_) for name, column in columns.items()}
        written["TIMESTAMP"] = np.array(times, dtype=np.int64)
        save(folder, written, "actionInteractions")
    job = TrainingJob(recipe="aws-next-best-action", data=folder, output=folder / "model")
    result = run(job)
    return result["metrics"], load_model(job.output)


def asked(model: Model, **more: Any) -> list[ScoredItem]:
    return model.recommend(RecommendRequest(user_id="u1", num_results=5, **more))


def about(action: str, kind: str, count: int, days: int = 0) -> list[Event]:
    """So many interactions with an action, by forty people in turn."""
    return [(f"u{n % 40}", action, kind, NEWEST - days * DAY - n) for n in range(count)]


@pytest.mark.parametrize("events", [None, [], about("card", "TAKEN", 10)], ids=["no", "none", "10"])
def test_no_action_interactions_are_needed(tmp_path: Path, events: list[Event] | None) -> None:
    metrics, model = trained(tmp_path, events)

    assert asked(model) == [ScoredItem(name, 0.0) for name in ACTIONS]
    assert asked(model, events=[LiveEvent("tour", "Taken")]) == asked(model)
    allowed = np.isin(model.item_ids, ["club", "tour"])
    assert [action.item_id for action in asked(model, allowed=allowed)] == ["club", "tour"]
    assert [action.item_id for action in model.recommend(RecommendRequest(num_results=1))] == [
        "app"
    ]
    assert model.explain("u1", [], "app") == []
    assert all(np.isfinite(value) for value in metrics.values())


@pytest.mark.parametrize(("taken", "left"), [("TAKEN", "NOT_TAKEN"), ("Taken", "Viewed")])
def test_an_action_that_is_known_well_enough_has_a_propensity(
    tmp_path: Path, taken: str, left: str
) -> None:
    enough = about("club", taken, 50) + about("club", left, 50)
    one_sided = about("app", taken, 90) + about("app", left, 49)
    long_ago = about("tour", taken, 60, days=43) + about("tour", left, 60, days=43)

    _, model = trained(tmp_path, enough + one_sided + long_ago)

    first, *others = asked(model)
    assert (first.item_id, first.score > 0) == ("club", True)
    assert {action.item_id for action in others} == {"app", "card", "tour"}
    assert {action.score for action in others} == {0.0}
    allowed = np.isin(model.item_ids, ["card", "tour"])
    assert {action.item_id for action in asked(model, allowed=allowed)} == {"card", "tour"}
