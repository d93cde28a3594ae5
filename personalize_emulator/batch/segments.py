"""Batch segments: the users who are drawn to an item, or to items of given attributes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from personalize_emulator.batch.inference import filter_values
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.filters.binding import bind
from personalize_emulator.filters.evaluate import evaluate
from personalize_emulator.filters.tree import Filter
from personalize_emulator.recipes.contract import Model, SegmentRequest
from personalize_emulator.runtime.facts import GroupData, UserFacts
from personalize_emulator.runtime.metadata import Metadata
from personalize_emulator.values import Payload

# ITEMS.genres = "Comedy" AND ITEMS.genres = "Action" ("Preparing input data for user segments").
_ATTRIBUTE: Final = re.compile(r'\s*ITEMS\.(\w+)\s*=\s*"([^"]*)"\s*(AND|$)', re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Segments:
    """Everything that answers the lines of one job.

    Args:
        model: the solution version's model.
        data: what filters know of the dataset group.
        results: how many users a line gets.
        chosen: the job's filter; values for it come with each line.
    """

    model: Model
    data: GroupData
    results: int
    chosen: Filter | None

    def answer_item(self, line: Payload) -> Payload:
        """Return the output line of ``{"itemId": "105"}``."""
        item = line.get("itemId")
        if not isinstance(item, str):
            raise InvalidInputException("The line needs an itemId.")
        users = self._users(SegmentRequest(item_id=item, num_results=self._asked), line)
        return {"input": {"itemId": item}, "output": {"recommendedUsers": users}}

    def answer_attributes(self, line: Payload) -> Payload:
        """Return the output line of ``{"itemAttributes": 'ITEMS.genres = "Comedy"'}``."""
        text = line.get("itemAttributes")
        if not isinstance(text, str):
            raise InvalidInputException("The line needs itemAttributes.")
        named = {self._column(name): value for name, value in attributes_of(text).items()}
        request = SegmentRequest(attributes=named, num_results=self._asked)
        users = self._users(request, line)
        return {"itemAttributes": text, "output": {"recommendedUsers": users}}

    def _column(self, name: str) -> str:
        """Return a column of the Items dataset as its schema spells it; lines may not."""
        column = self.data.items.column(name.upper())
        return column.name if column else name

    @property
    def _asked(self) -> int:
        # A filter takes users away: then all are asked for, and the best of the rest are kept.
        return self.results if self.chosen is None else 2**31

    def _users(self, request: SegmentRequest, line: Payload) -> list[str]:
        users = self.model.segment(request)
        if self.chosen is None:
            return users
        return self._filtered(users, filter_values(line))[: self.results]

    def _filtered(self, users: list[str], values: Mapping[str, str]) -> list[str]:
        if self.chosen is None:
            return users
        ids = np.array(users, dtype="U")
        facts = UserFacts(self.data, Metadata(ids, self.data.tables.get("USERS")))
        return [str(user) for user in ids[evaluate(bind(self.chosen, values), facts)]]


def attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of a line, values of one column joined by ``|``."""
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _ATTRIBUTE.match(text, position)
        if match is None:
            msg = f'itemAttributes must read ITEMS.field = "value" AND ..., not {text}.'
            raise InvalidInputException(msg)
        name, value = match.group(1), match.group(2)
        found[name] = f"{found[name]}|{value}" if name in found else value
        position = match.end()
    return found
