"""A pipeline file to break, one line at a time."""

from collections.abc import Callable

import pytest

from lambdas.shared.settings.loader import parse_pipeline
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem, SettingsError

HEAD = """\
name: films
datasets:
  interactions:
    fields:
      - {name: USER_ID, type: string}
      - {name: ITEM_ID, type: string}
      - {name: TIMESTAMP, type: long}
      - {name: EVENT_TYPE, type: string}
  items:
    fields:
      - {name: ITEM_ID, type: string}
      - {name: GENRES, type: string, categorical: true}
      - {name: PRICE, type: float}
"""
Refuse = Callable[[str], list[Problem]]


def parse(tail: str) -> Pipeline:
    return parse_pipeline(HEAD + tail, source="films.yaml")


@pytest.fixture
def refused() -> Refuse:
    """Return what is wrong with HEAD followed by a text, which has to be something."""

    def refuse(tail: str) -> list[Problem]:
        with pytest.raises(SettingsError) as caught:
            parse(tail)
        return list(caught.value.problems)

    return refuse
