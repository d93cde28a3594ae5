"""Batch recommendations with themes: what the similar items of a line have in common, in words.

Requirements and format: developer guide, "Batch recommendations with themes from Content
Generator". The service writes its themes with a language model: here a theme is the words that the
items' names and descriptions share, and others have less often, and an item's relevance for it is
the cosine of both as vectors of weighted words, scaled to the service's range (not emulated). There
are themes in every region (not emulated).
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from personalize_emulator.batch.lines import Answer
from personalize_emulator.data.schema import Column, DatasetSchema
from personalize_emulator.data.table import Table
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.runtime.answers import DECIMALS
from personalize_emulator.values import Payload

MODE: Final = "THEME_GENERATION"
RECIPE: Final = "aws-similar-items"
MAX_LINES: Final = 100
_HIGHEST: Final = 0.6
_WORDS: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
# What a few short texts may share without being about the same; in many texts their number tells.
_SILENT: Final = frozenset({
    "all", "and", "are", "but", "for", "from", "has", "have", "her", "his", "into", "its", "not",
    "that", "the", "their", "this", "was", "who", "with", "you", "your",
})  # fmt: skip


@dataclass(frozen=True)
class Fields:
    """The columns that themes are made of: the items' names and their descriptions."""

    name: Column
    text: Column


def fields_of(schema: DatasetSchema | None, config: Payload) -> Fields:
    """Return the columns of a job's themeGenerationConfig; raises InvalidInputException."""
    name = config.get("fieldsForThemeGeneration", {}).get("itemName")
    if not name:
        msg = "THEME_GENERATION needs a themeGenerationConfig with the itemName."
        raise InvalidInputException(msg)
    columns = schema.columns if schema else ()
    named = next((c for c in columns if c.name.upper() == name.upper()), None)
    text = next((column for column in columns if column.textual), None)
    if named is None or named.type != "string" or text is None:
        msg = (
            f"Themes need an Items dataset with a textual field and the names in {name}, a string."
        )
        raise InvalidInputException(msg)
    return Fields(named, text)


@dataclass(frozen=True)
class Catalogue:
    """The words of all items.

    Args:
        names: each item's name.
        words: the words of each item's name and description.
        seen: how many items have a word.
    """

    names: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    seen: Counter[str]

    @classmethod
    def of(cls, items: Table, fields: Fields) -> "Catalogue":
        """Read the Items dataset."""
        ids = [str(item) for item in items["ITEM_ID"]]
        names, texts = items[fields.name.name].tolist(), items[fields.text.name].tolist()
        words = {
            item: frozenset(words_of(f"{name} {text}"))
            for item, name, text in zip(ids, names, texts, strict=True)
        }
        seen = Counter(word for each in words.values() for word in each)
        return cls(dict(zip(ids, names, strict=True)), words, seen)

    def rarity(self, word: str) -> float:
        """Return the weight of a word: none if all items have it."""
        return math.log((1 + len(self.words)) / (1 + self.seen[word]))

    def common(self, items: list[str]) -> list[str]:
        """Return the words that tell these items from others, best first; two share each.

        A word weighs as often as it is there, times the logarithm of how much more often than in
        the whole catalogue that is.
        """
        known = [self.words[item] for item in items if item in self.words]
        shared = Counter(word for words in known for word in words)
        weights = {
            word: n * math.log(n * len(self.words) / (self.seen[word] * len(known)))
            for word, n in shared.items()
            if n > 1
        }
        found = sorted(weights, key=lambda word: (-weights[word], word))
        return [word for word in found if weights[word] > 0][:_WORDS]

    def relevance(self, theme: list[str], item: str) -> float:
        """Return how close an item is to the words of a theme, from 0 to 0.6."""
        words = self.words.get(item, frozenset())
        lengths = self._length(theme) * self._length(words)
        both = self._length(words.intersection(theme)) ** 2
        return round(_HIGHEST * both / lengths, DECIMALS) if lengths else 0.0

    def _length(self, words: list[str] | frozenset[str]) -> float:
        # Summed in one order: that of a set differs from process to process, and so would the sum.
        return math.sqrt(sum(self.rarity(word) ** 2 for word in sorted(words)))


def words_of(text: str) -> list[str]:
    """Return the words of a text that may say something, in lower case."""
    return [word for word in _WORD.findall(text.lower()) if word not in _SILENT]


def themed(answer: Answer, catalogue: Catalogue) -> Answer:
    """Return an answer whose lines have a theme, and their items by relevance for it."""

    def with_theme(line: Payload) -> Payload:
        answered = answer(line)
        found = answered["output"]["recommendedItems"]
        words, theme = _theme(catalogue, line["itemId"], found)
        scores = {item: catalogue.relevance(words, item) for item in found}
        ranked = sorted(found, key=lambda item: -scores[item])
        output = {
            "recommendedItems": ranked,
            "theme": theme,
            "itemsThemeRelevanceScores": [scores[item] for item in ranked],
        }
        return answered | {"output": output}

    return with_theme


def _theme(catalogue: Catalogue, item: str, found: list[str]) -> tuple[list[str], str]:
    """Return the words of a theme and how it reads: ``Pirates, Treasure and Sea``."""
    words = catalogue.common(list(dict.fromkeys([item, *found])))
    if not words:
        name = catalogue.names.get(item) or item
        return words_of(name), f"More like {name}"
    *first, last = [word.capitalize() for word in words]
    return words, f"{', '.join(first)} and {last}" if first else last
