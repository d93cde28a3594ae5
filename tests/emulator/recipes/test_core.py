"""Which items the dense matrices hold."""

import numpy as np
import pytest

from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.fitting.signals import SignalSettings, core_items, fit_signals

SETTINGS = SignalSettings(max_dense=6, core=4, heart=2, min_core_events=10)


@pytest.mark.parametrize(
    ("counts", "core"),
    [
        ([9, 10, 500, 0, 11], [1, 2, 4]),
        ([30, 10, 500, 12, 11, 13], [0, 2, 3, 5]),
        ([30, 10, 500, 0, 11, 12, 13], [0, 2]),
        ([3, 1, 3], [0, 2]),
    ],
    ids=[
        "a small catalogue: all with enough",
        "one with many of these: the most touched",
        "a large one: its heart",
        "sparse: the most touched",
    ],
)
def test_core(counts: list[int], core: list[int]) -> None:
    assert core_items(np.array(counts), SETTINGS).tolist() == core


def test_a_log_in_which_nothing_is_touched_twice_is_fitted() -> None:
    places = np.arange(60)
    log = EventLog.from_columns((places // 6).astype(str), places.astype(str), places)
    assert np.isfinite(fit_signals(log, SETTINGS).of(log.items[:5])).all()
