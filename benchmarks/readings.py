"""SIMS under several readings of how the service evaluates related-items recipes.

The developer guide says what is given and what is held out of a user, but not which item is asked
with. One question a held-out user cannot be all: at 25 items a list, 61 users of the workshop could
not be shown more than 16.1 % of 9,477 items, and the service reports a coverage of 18.6 %. So there
are readings with a question for every item held out. The guide also says that what is given of the
held-out users is an input, which for a model without users can only mean that it learns from it.
Earlier editions describe another split: the newest tenth of everybody.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.evaluation.evaluate import score_lists
from personalize_emulator.evaluation.metrics import LONGEST, MetricTable, tabulate
from personalize_emulator.evaluation.split import Split
from personalize_emulator.recipes.contract import Model, RecommendRequest
from personalize_emulator.recipes.eventlog import Codes, EventLog


def last_given(model: Model, split: Split) -> MetricTable:
    """One question a user: what goes with the last item given? Right is all that is held out."""
    given = split.given
    lasts = [int(given.items[given.user(row)][-1]) for row in range(given.n_users)]
    return score_lists([near(model, given.item_ids[item]) for item in lasts], split)


def each_held_out(model: Model, split: Split) -> MetricTable:
    """A question with every item held out of a user; right are the others held out of them."""
    users = (split.relevant(row) for row in range(split.given.n_users))
    return _asked(model, split, [(int(item), wanted) for wanted in users for item in wanted])


def askers(split: Split) -> NDArray[np.int64]:
    """(n_questions,) whose question each of :func:`each_held_out` is."""
    counts = [len(split.relevant(row)) for row in range(split.given.n_users)]
    return np.repeat(np.arange(len(counts)), counts)


def with_given(log: EventLog, split: Split) -> EventLog:
    """What may be learned from if the given of the held-out users is an input of the model."""
    unseen = np.zeros(log.n_users, dtype=np.int64)
    held_out = np.isin(log.user_ids, split.given.user_ids)
    unseen[held_out] = split.truth.lengths
    return log.keep(log.ages >= np.repeat(unseen, log.lengths))


def _asked(model: Model, split: Split, questions: list[tuple[int, Codes]]) -> MetricTable:
    """Metrics over questions: an item, and what is right beside the item itself."""
    ids = split.given.item_ids
    answers: Mapping[int, list[str]] = {
        item: near(model, ids[item]) for item in {item for item, _ in questions}
    }
    hits = np.zeros((len(questions), LONGEST), dtype=np.bool_)
    for row, (item, wanted) in enumerate(questions):
        right = set(ids[wanted].tolist()) - {str(ids[item])}
        hits[row, : len(answers[item])] = [name in right for name in answers[item]]
    relevant = np.array([len(wanted) - 1 for _, wanted in questions])
    shown = {name for answer in answers.values() for name in answer}
    return tabulate(hits, relevant, len(shown) / split.given.n_items)


def near(model: Model, item_id: str) -> list[str]:
    """The items nearest to one."""
    request = RecommendRequest(item_id=str(item_id), num_results=LONGEST)
    return [item.item_id for item in model.recommend(request)]
