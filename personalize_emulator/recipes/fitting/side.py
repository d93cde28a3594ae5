"""Learn what the side data is worth beside a history, on users who shaped neither."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from personalize_emulator.evaluation.split import Split
from personalize_emulator.recipes.algorithms.choice import Blend, Choices, learn_blend
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import Codes, Floats, Ints
from personalize_emulator.recipes.fitting.blending import (
    VALIDATION_SEED,
    sample_users,
    validation_split,
)
from personalize_emulator.recipes.fitting.metadata import fit_metadata
from personalize_emulator.recipes.models.histories import Histories
from personalize_emulator.recipes.models.metadata import Metadata
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.signals import Signals
from personalize_emulator.recipes.models.situation import Situation

MAX_PEOPLE = 250
MAX_CANDIDATES = 1_200
"""Of one person: what they touched, wanted or might like, and a sample of everything else."""

LIKED = 100


@dataclass(frozen=True)
class Choice:
    """What one held-out person chose.

    Args:
        signals: (4, n_candidates) what the side data says.
        offsets: (n_candidates,) what the history says, and the log of how many each stands for.
        chosen: (n_candidates,) shares of the choice.
    """

    signals: Floats
    offsets: Floats
    chosen: Floats


def learn_side_weights(data: Dataset, signals: Signals, blend: Blend) -> Floats:
    """(4,) weights of METADATA_SIGNALS: a conditional logit on top of the histories' own scores.

    The histories' scores enter with a fixed weight of 1, so what is learned is what the side data
    knows beyond them.

    Args:
        data: everything; a fifth of the users judges, the others shape the side data.
        signals: matrices that the others have shaped.
        blend: what the signals are worth.
    """
    choices = list(_choices(data, signals, blend))
    lengths = np.array([len(choice.offsets) for choice in choices])
    together = Choices(
        signals=np.concatenate([choice.signals for choice in choices], axis=1).T,
        buckets=np.zeros(int(lengths.sum()), dtype=np.int64),
        offsets=np.concatenate([choice.offsets for choice in choices]),
        chosen=np.concatenate([choice.chosen for choice in choices]),
        starts=np.cumsum(lengths) - lengths,
    )
    return learn_blend(together, n_buckets=1).weights


def _choices(data: Dataset, signals: Signals, blend: Blend) -> Iterator[Choice]:
    """Yield the choices of a fifth of the users, whose events shaped neither matrices nor lifts."""
    split = validation_split(data.log)
    known = sample_users(split.train)
    metadata = fit_metadata(data.with_log(known))
    model = PersonalModel(
        "",
        split.train.item_ids,
        signals=signals,
        blend=blend,
        histories=Histories.of(known),
    )
    random = np.random.default_rng(VALIDATION_SEED)
    for row in range(min(MAX_PEOPLE, split.given.n_users)):
        situation, wanted = _situation(metadata, split, row), split.relevant(row)
        scores = model.score(situation.history)
        items, stands_for = _candidates(scores, np.union1d(wanted, situation.history), random)
        yield Choice(
            metadata.signals(situation)[:, items],
            scores[items] + stands_for,
            (np.isin(items, wanted) / len(wanted)).astype(np.float32),
        )


def _situation(metadata: Metadata, split: Split, row: int) -> Situation:
    """What was known of a held-out user at the time of their first held-out event."""
    given, truth = split.given, split.truth
    first = truth.user(row).start
    context = {name: str(column[first]) for name, column in truth.contexts.items()}
    return Situation(
        given.items[given.user(row)],
        metadata.profile_of(str(given.user_ids[row])),
        metadata.context_of(context),
    )


def _candidates(scores: Floats, known: Codes, random: np.random.Generator) -> tuple[Ints, Floats]:
    """Items to compare, and for each the log of how many it stands for."""
    if len(scores) <= MAX_CANDIDATES:
        return np.arange(len(scores)), np.zeros(len(scores), dtype=np.float32)
    certain = np.union1d(known, np.argpartition(-scores, LIKED)[:LIKED])
    others = np.setdiff1d(np.arange(len(scores)), certain)
    sample = random.choice(others, min(MAX_CANDIDATES, len(others)), replace=False)
    each = np.log(len(others) / max(1, len(sample)))
    stands_for = np.repeat([0.0, each], [len(certain), len(sample)])
    return np.concatenate([certain, sample]), stands_for.astype(np.float32)
