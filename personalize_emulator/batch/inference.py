"""Batch inference: recommendations and rankings for the lines of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.catalogue import RANKING, RELATED, Recipe
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.filters.binding import bind
from personalize_emulator.filters.evaluate import Mask, evaluate
from personalize_emulator.filters.tree import Filter
from personalize_emulator.recipes.contract import Model, RecommendRequest, ScoredItem
from personalize_emulator.runtime.answers import DECIMALS
from personalize_emulator.runtime.facts import CandidateFacts, GroupData
from personalize_emulator.runtime.live import LiveLog
from personalize_emulator.runtime.metadata import Metadata
from personalize_emulator.values import Json, Payload

_ID: Final = {RELATED: "itemId"}


@dataclass(frozen=True, kw_only=True)
class Inference:
    """Everything that answers the lines of one job.

    Args:
        model: the solution version's model.
        item_ids: its items, one object for the whole job.
        recipe: its recipe.
        data: what filters know of the dataset group.
        live: events since the training, which began after record ``since``.
        since: the newest record that the training has seen.
        results: how many items a line gets.
        exploration: the job's exploration, as numbers.
        chosen: the job's filter; values for it come with each line.
        now: the job's time, seconds since the epoch.
    """

    model: Model
    item_ids: NDArray[np.str_]
    recipe: Recipe
    data: GroupData
    live: LiveLog
    since: int
    results: int
    exploration: Mapping[str, float] | None
    chosen: Filter | None
    now: int

    def answer(self, line: Payload) -> Payload:
        """Return the output line of an input line."""
        values = filter_values(line)
        asked = {name: value for name, value in line.items() if name != "filterValues"}
        question = self._question(asked, values)
        found = self.model.recommend(question) if question.num_results else []
        output: Payload = {"recommendedItems": [item.item_id for item in found]}
        if self.recipe.scores:
            output["scores"] = [_rounded(item) for item in found]
        return {"input": line, "output": output, "error": None}

    def _question(self, line: Payload, values: Mapping[str, str]) -> RecommendRequest:
        needed = _ID.get(self.recipe.type, "userId")
        if not isinstance(line.get(needed), str):
            msg = f"The line needs a {needed}."
            raise InvalidInputException(msg)
        user, context = line.get("userId"), line.get("context") or {}
        listed = line.get("itemList") if self.recipe.type == RANKING else None
        if self.recipe.type == RANKING and not (listed and _texts(listed)):
            raise InvalidInputException("The line needs an itemList, of texts.")
        if not is_text_map(context):
            raise InvalidInputException("The context of a line must be a map from text to text.")
        if listed:
            listed = self._passing(line, values, listed)
        return RecommendRequest(
            user_id=user,
            item_id=line.get("itemId"),
            events=self.live.since(user, self.since),
            context=context,
            num_results=self.results if listed is None else len(listed),
            allowed=self._allowed(line, values) if listed is None else None,
            input_list=listed,
            exploration=self.exploration,
            now=self.now,
        )

    def _allowed(self, line: Payload, values: Mapping[str, str]) -> Mask | None:
        if self.chosen is None:
            return None
        return self._mask(self.chosen, line, values, self.data.metadata("ITEMS", self.item_ids))

    def _passing(self, line: Payload, values: Mapping[str, str], listed: list[str]) -> list[str]:
        if self.chosen is None:
            return listed
        mask = self._mask(self.chosen, line, values, self.data.described(listed))
        return [item for item, passes in zip(listed, mask.tolist(), strict=True) if passes]

    def _mask(
        self, chosen: Filter, line: Payload, values: Mapping[str, str], candidates: Metadata
    ) -> Mask:
        facts = CandidateFacts(self.data, candidates, line.get("userId"), line.get("itemId"))
        return evaluate(bind(chosen, values), facts)


def filter_values(line: Payload) -> Mapping[str, str]:
    """Return the values that a line has for the filter's parameters."""
    values = line.get("filterValues") or {}
    if not is_text_map(values):
        raise InvalidInputException("The filterValues of a line must be a map from text to text.")
    return dict(values)


def is_text_map(value: Json) -> bool:
    """Tell whether a member of a line is an object whose values are texts."""
    return isinstance(value, dict) and _texts(list(value.values()))


def _texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _rounded(item: ScoredItem) -> float:
    return round(item.score, DECIMALS)
