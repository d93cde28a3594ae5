"""A small world whose structure is known: people of four tastes, each with its own items."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import RecommendRequest
from personalize_emulator.recipes.dataset import Dataset, Table
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.options import read_options
from personalize_emulator.recipes.registry import recipe_named

DAY = 86_400
GROUPS, USERS, ITEMS, EVENTS = 4, 80, 40, 20
OF_GROUP = ITEMS // GROUPS
NEWEST = 1_000 * DAY
PERSONAL = "aws-user-personalization"

Columns = dict[str, NDArray[Any]]


def interactions(seed: int = 5) -> Columns:
    """Everybody touches items of their own taste in the thirty days before NEWEST."""
    random = np.random.default_rng(seed)
    users = np.repeat(np.arange(USERS), EVENTS)
    items = users % GROUPS * OF_GROUP + random.integers(0, OF_GROUP, users.size)
    times = NEWEST - 30 * DAY + np.sort(random.integers(0, 30 * DAY, users.size))
    times[-1] = NEWEST
    return {
        "USER_ID": np.char.mod("u%03d", users),
        "ITEM_ID": np.char.mod("i%03d", items),
        "TIMESTAMP": times,
    }


def log_of(columns: Mapping[str, NDArray[Any]], **more: Any) -> EventLog:
    return EventLog.from_columns(
        columns["USER_ID"], columns["ITEM_ID"], columns["TIMESTAMP"], **more
    )


def items_table(fresh: Mapping[str, int], created: Mapping[str, int] | None = None) -> Table:
    """All items with their taste as GENRES, and new items of given tastes beside them."""
    tastes = {f"i{n:03d}": n // OF_GROUP for n in range(ITEMS)} | dict(fresh)
    ids = np.array(sorted(tastes))
    columns: Columns = {"GENRES": np.array([f"g{tastes[name]}" for name in ids])}
    if created is not None:
        columns["CREATION_TIMESTAMP"] = np.array([created.get(name, np.nan) for name in ids])
    return Table(ids, columns, categorical=frozenset({"GENRES"}))


def with_items(table: Table, columns: Columns | None = None, **more: Any) -> Dataset:
    log = log_of(columns or interactions(), catalogue=table.ids, **more)
    return Dataset(log, table)


def fitted(data: Dataset, recipe: str = PERSONAL, **config: Any) -> BaseModel:
    """The recipe's model of the data, tuned on the data itself."""
    options = read_options(recipe, config)
    return recipe_named(recipe).tune(recipe, data, options)(data)


def listed(model: BaseModel, user_id: str | None = "u001", **question: Any) -> list[str]:
    """The ids of an answer."""
    request = RecommendRequest(user_id=user_id, **question)
    return [item.item_id for item in model.recommend(request)]


def allowing(model: BaseModel, *names: str) -> NDArray[np.bool_]:
    return np.isin(model.item_ids, names)


def taste(item_id: str) -> int:
    return int(item_id[1:]) // OF_GROUP


def save(folder: Path, columns: Columns, dataset: str = "interactions") -> None:
    (folder / dataset).mkdir(parents=True, exist_ok=True)
    for name, column in columns.items():
        np.save(folder / dataset / f"{name}.npy", column)
