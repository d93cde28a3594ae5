"""Learn what a recurrent network is worth beside the linear model, on users who shaped neither."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.evaluation.metrics import service_ndcg
from personalize_emulator.evaluation.split import Split, hold_out_users
from personalize_emulator.recipes.algorithms.choice import Choices, learn_blend
from personalize_emulator.recipes.algorithms.hrnn import Training, session_starts, train_network
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog, Floats
from personalize_emulator.recipes.models.histories import REMEMBERED
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.recurrent import Network, RecurrentModel
from personalize_emulator.recipes.recipe import Fit

SHARE = 0.2
SEED = 1
MAX_PEOPLE = 250
MAX_ITEMS = 20_000
"""The loss runs over all items: beyond, a training takes hours on a laptop."""

LIST_LENGTH = 10


@dataclass(frozen=True)
class Verdict:
    """What the validation users say.

    Args:
        worth: (2,) weights of the linear and of the recurrent scores.
        people: how many were asked.
        linear: nDCG@10 of the linear model alone.
        recurrent: of the network alone.
        both: of the two together.
    """

    worth: Floats
    people: int
    linear: float
    recurrent: float
    both: float

    @property
    def helps(self) -> bool:
        """Whether the network makes the linear model better."""
        return self.both > self.linear

    def __str__(self) -> str:
        """One sentence."""
        told = "is served on top of" if self.helps else "does not help, and leaves the answers to"
        return (
            f"the recurrent network {told} the linear model: nDCG@10 of {self.people} validation"
            f" users {self.linear:.4f} linear, {self.recurrent:.4f} recurrent, {self.both:.4f} both"
        )


def judge(data: Dataset, linear: Fit, training: Training) -> Verdict:
    """Train both on four fifths of the users and ask about the others."""
    split = hold_out_users(data.log, seed=SEED, share=SHARE)
    model = _together(linear(data.with_log(split.train)), split.train, training)
    rows = range(min(MAX_PEOPLE, split.given.n_users))
    signals = np.array([_signals(model, split, row) for row in rows])
    wanted = np.array([np.isin(np.arange(data.log.n_items), split.relevant(row)) for row in rows])
    worth = _learn(signals, wanted)
    alone = [_ndcg(signals[:, place], wanted) for place in range(2)]
    return Verdict(worth, len(rows), alone[0], alone[1], _ndcg(worth @ signals, wanted))


def fit_recurrent(
    model: PersonalModel, data: Dataset, training: Training, verdict: Verdict
) -> PersonalModel:
    """The served model: with the network where it helps."""
    if not verdict.helps:
        return model
    return _together(model, data.log, training, verdict.worth)


def _together(
    linear: object, log: EventLog, training: Training, worth: Floats | None = None
) -> RecurrentModel:
    assert isinstance(linear, PersonalModel)  # noqa: S101 - what personal recipes fit
    recent = log.keep(log.ages < REMEMBERED)
    begins = session_starts(recent.take(np.argsort(recent.user_ids)))
    network = Network(train_network(log, training))
    return RecurrentModel(
        linear, network, begins, np.ones(2, np.float32) if worth is None else worth
    )


def _signals(model: RecurrentModel, split: Split, row: int) -> Floats:
    """(2, n_items): what the linear model and the network say about a held-out user."""
    span = split.given.user(row)
    history = split.given.items[span]
    begins = session_starts(split.given)[span]
    return np.array([model.score(history), model.network.scores(history, begins)])


def _learn(signals: Floats, wanted: NDArray[np.bool_]) -> Floats:
    people, _, n_items = signals.shape
    choices = Choices(
        signals=signals.transpose(0, 2, 1).reshape(-1, 2),
        buckets=np.zeros(people * n_items, dtype=np.int64),
        offsets=np.zeros(people * n_items, dtype=np.float32),
        chosen=(wanted / wanted.sum(axis=1, keepdims=True)).astype(np.float32).ravel(),
        starts=np.arange(people) * n_items,
    )
    return learn_blend(choices, n_buckets=1).weights


def _ndcg(scores: Floats, wanted: NDArray[np.bool_]) -> float:
    """Mean nDCG@10 by the service's definition."""
    order = np.argsort(-scores, axis=1)[:, :LIST_LENGTH]
    return float(service_ndcg(np.take_along_axis(wanted, order, axis=1)).mean())


def training_of(hidden: float, bptt: float) -> Training:
    """The shape that the service's hyperparameters name."""
    return replace(Training(), hidden=round(hidden), bptt=round(bptt))
