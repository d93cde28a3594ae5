"""What a recipe is: how it is tuned and fitted, and how its metrics are asked for."""

from dataclasses import dataclass
from typing import Literal, Protocol

from personalize_emulator.evaluation.evaluate import Ask, evaluate, user_request
from personalize_emulator.evaluation.metrics import MetricTable
from personalize_emulator.evaluation.split import Split, hold_out_users
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.options import Options


class Fit(Protocol):
    """A fitted choice of everything that is tuned; fits any log with it."""

    def __call__(self, data: Dataset, /) -> BaseModel:
        """The served model of this data."""


class Tune(Protocol):
    """Settles, on training data alone, everything that a fit needs to know."""

    def __call__(self, recipe: str, data: Dataset, options: Options) -> Fit:
        """The fit to be used on this data, and on more of its kind."""


class Resume(Protocol):
    """Takes from a trained model everything that a fit needs to know."""

    def __call__(self, recipe: str, previous: BaseModel, options: Options) -> Fit:
        """The fit that folds new data into the model."""


class Measure(Protocol):
    """Computes a model's offline metrics on held-out users."""

    def __call__(self, model: BaseModel, split: Split, ask: Ask) -> MetricTable:
        """The metrics of a model."""


class HoldOut(Protocol):
    """Divides a log into what may be learned from and what is asked about."""

    def __call__(self, log: EventLog, *, seed: int) -> Split:
        """The split of a log."""


@dataclass(frozen=True)
class Recipe:
    """How one recipe becomes a model.

    Args:
        tune: learns on a validation slice of the data that it is given.
        ask: the request that its metrics are computed on.
        measure: how its metrics are computed.
        hold_out: how events are held out for them.
        subject: what is recommended: items, or the actions of next-best-action.
        ranks: whether it orders given items, so that no answer is known before.
        resume: how an UPDATE goes on from a trained model; None where there is none.
        kin: recipes of one kin, left to their defaults, are one model; empty where it is alone.
        legacy: whether AWS has retired it; offered behind a switch only.
    """

    tune: Tune
    ask: Ask = user_request
    measure: Measure = evaluate
    hold_out: HoldOut = hold_out_users
    subject: Literal["item", "action"] = "item"
    ranks: bool = False
    resume: Resume | None = None
    kin: str = ""
    legacy: bool = False
