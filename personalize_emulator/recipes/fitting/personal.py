"""Fit the personal model: matrices from everybody's sequences, weights from a validation slice."""

from personalize_emulator.recipes.algorithms.choice import Blend
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.fitting.signals import SignalSettings, fit_signals
from personalize_emulator.recipes.models.histories import Histories
from personalize_emulator.recipes.models.personal import PersonalModel


def fit_personal(
    recipe: str, log: EventLog, settings: SignalSettings, blend: Blend
) -> PersonalModel:
    """The served model of a log."""
    return PersonalModel(
        recipe,
        log.item_ids,
        signals=fit_signals(log, settings),
        blend=blend,
        histories=Histories.of(log),
    )
