"""Fit the personal model: matrices from everybody's sequences, weights from a validation slice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from personalize_emulator.recipes.algorithms.choice import Blend
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog, Floats
from personalize_emulator.recipes.fitting.blending import blend_on_validation, validation_signals
from personalize_emulator.recipes.fitting.metadata import fit_metadata, has_metadata
from personalize_emulator.recipes.fitting.objectives import bonus_of
from personalize_emulator.recipes.fitting.side import learn_side_weights
from personalize_emulator.recipes.fitting.signals import SignalSettings, fit_signals
from personalize_emulator.recipes.models.exploration import Frontier
from personalize_emulator.recipes.models.histories import Histories
from personalize_emulator.recipes.models.metadata import METADATA_SIGNALS
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.side import Side


@dataclass(frozen=True)
class Learned:
    """What a validation slice has taught, and an UPDATE keeps.

    Args:
        blend: what each signal and each repeat is worth.
        side_weights: (4,) what each of METADATA_SIGNALS is worth.
    """

    blend: Blend
    side_weights: Floats

    @classmethod
    def of(cls, model: PersonalModel) -> "Learned":
        """What a model was fitted with."""
        weights = NOTHING if model.side is None else model.side.weights
        return cls(model.blend, weights)


NOTHING = np.zeros(len(METADATA_SIGNALS), dtype=np.float32)


def learn(data: Dataset, settings: SignalSettings) -> Learned:
    """Everything that has to be learned, on users who shape nothing else."""
    signals = validation_signals(data.log, settings)
    blend = blend_on_validation(data.log, settings, signals=signals)
    described = has_metadata(data)
    return Learned(blend, learn_side_weights(data, signals, blend) if described else NOTHING)


def fit_personal(
    recipe: str,
    data: Dataset,
    settings: SignalSettings,
    learned: Learned,
    *,
    shaping: EventLog | None = None,
    config: Mapping[str, Any] | None = None,
) -> PersonalModel:
    """The served model of a dataset.

    Args:
        recipe: its name.
        data: everybody whom it is to know.
        settings: the shapes of the matrices.
        learned: what a validation slice has taught.
        shaping: the events that shape the matrices; None for all.
        config: the solution's.

    Raises:
        InvalidJob: the config's optimization objective names no numeric column.
    """
    log = data.log
    bonus = bonus_of(data.items, log, config or {})
    signals = fit_signals(log if shaping is None else shaping, settings)
    side = None
    if has_metadata(data) or bonus is not None:
        side = Side(
            fit_metadata(data),
            learned.side_weights,
            untouched=signals.popularity <= 0,
            bonus=np.zeros(log.n_items, dtype=np.float32) if bonus is None else bonus,
        )
    return PersonalModel(
        recipe,
        log.item_ids,
        signals=signals,
        blend=learned.blend,
        histories=Histories.of(log),
        side=side,
        frontier=Frontier.of(log, data.items),
    )
