"""What an answer looks up on its way: the repeats of a history, and the places of names."""

import numpy as np
import pytest

from personalize_emulator.recipes.algorithms.repeats import (
    COUNTS,
    N_BUCKETS,
    RECENCY_EDGES,
    repeat_buckets,
)
from personalize_emulator.recipes.models import catalogue
from personalize_emulator.recipes.models.catalogue import Index


@pytest.mark.parametrize("length", [1, 5, 65, 66, 300])
def test_a_touched_item_is_in_the_bucket_of_its_newest_touch(length: int) -> None:
    history = np.random.default_rng(length).integers(40, size=length).astype(np.int32)
    written = np.zeros(40, dtype=np.int64)

    written[history] = repeat_buckets(history)

    for item in range(40):
        places = np.flatnonzero(history == item)
        if not len(places):
            assert written[item] == 0
            continue
        since = length - 1 - places[-1]
        recency = sum(since >= edge for edge in RECENCY_EDGES)
        assert written[item] == 1 + COUNTS * recency + (len(places) > 1)
    assert written.max() < N_BUCKETS


@pytest.mark.parametrize("held", [0, 10])
def test_names_are_found_in_a_dictionary_or_by_searching(
    held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "IN_A_DICTIONARY", held)
    index = Index(np.array(["a", "b", "d"]))

    assert index.find_all(["d", "c", "a", "d"]).tolist() == [2, 0, 2]
    assert index.find_all(["c"]).dtype == np.int32
    assert not len(index.find_all([]))
