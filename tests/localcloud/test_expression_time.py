"""Expressions are stopped by what they cost, not by how long they had to wait for their turn."""

import time

import pytest
from jsonata import timebox
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata

from localcloud.server.extensions import expression_time

ENDLESS = "($on := function($n) { $on($n + 1) }; $on(0))"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extension, taken back afterwards."""
    monkeypatch.setattr(timebox, "Timebox", timebox.Timebox)
    expression_time.install()


def test_waiting_for_the_processor_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    expression = Jsonata.jsonata("1 + 1", timeout=1_000)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3_600)

    assert expression.evaluate(None) == 2


def test_an_expression_without_an_end_is_stopped() -> None:
    with pytest.raises(JException) as stopped:
        Jsonata.jsonata(ENDLESS, timeout=50).evaluate(None)

    assert stopped.value.error == "D1012"
