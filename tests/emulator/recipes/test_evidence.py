"""What is known of pairs of items, in small catalogues and in large ones."""

import numpy as np
import pytest

from personalize_emulator.evaluation.generator import World, generate
from personalize_emulator.recipes.algorithms.neighbours import shared_audiences, shrunk_cosine
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.fitting import evidence


@pytest.fixture(scope="module")
def log() -> EventLog:
    events = generate(4, World(users=150, items=120, events_per_user=25)).interactions
    return EventLog.from_columns(
        events["USER_ID"].astype(np.str_),
        events["ITEM_ID"].astype(np.str_),
        events["TIMESTAMP"].astype(np.int64),
    )


def test_shared_audiences_are_counts_of_people(log: EventLog) -> None:
    people = [set(log.items[log.user(row)].tolist()) for row in range(log.n_users)]
    shared = shared_audiences(shrunk_cosine(log), log).toarray()
    for first, second in ((0, 1), (3, 77), (50, 119)):
        expected = sum({first, second} <= touched for touched in people)
        assert shared[first, second] == expected


def test_pairs_that_too_few_share_are_no_evidence(log: EventLog) -> None:
    shared = shared_audiences(shrunk_cosine(log), log).toarray()
    found = evidence.gather(log, min_shared=5)
    rows = np.repeat(np.arange(log.n_items), np.diff(found.starts))
    assert len(found.others)
    assert shared[rows, found.others].min() >= 5


def test_a_large_catalogue_looks_at_the_strongest_pairs_of_each_item(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = evidence.gather(log, min_shared=2)
    monkeypatch.setattr(evidence, "WHOLE", 100)
    monkeypatch.setattr(evidence, "KEPT", 15)
    strongest = evidence.gather(log, min_shared=2)
    assert 0 < len(strongest.others) < len(whole.others)
    sequence = np.zeros(len(evidence.KINDS), dtype=np.float32)
    sequence[evidence.KINDS.index("sequence")] = 1
    nearest = [np.argmax(each.scores(sequence).toarray()[7]) for each in (whole, strongest)]
    assert nearest[0] == nearest[1]
