"""Trainings of solution versions and recommenders: the work behind both."""

import threading
from typing import Any

from personalize_emulator.catalogue import Recipe
from personalize_emulator.errors import JobFailed
from personalize_emulator.jobs import Work
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.snapshots import snapshots_of
from personalize_emulator.resources.solutions import missing_datasets
from personalize_emulator.training.data import Snapshot
from personalize_emulator.training.run import TrainingPlan, run_training
from personalize_emulator.values import Payload


def training_work(
    backend: Backend,
    group: str,
    recipe: Recipe,
    **plan: Any,  # noqa: ANN401 - fields of TrainingPlan
) -> Work:
    """Return the work of one training; its result has the trainer's and what the data went up to.

    Args:
        backend: the world.
        group: the dataset group to train on, as it is when the training begins.
        recipe: the recipe.
        plan: the other fields of :class:`TrainingPlan`.
    """
    settings = backend.settings
    described = TrainingPlan(
        recipe=recipe.name,
        quotas=settings.quotas,
        seed=settings.seed,
        legacy=settings.legacy_recipes,
        **plan,
    )
    missing = missing_datasets(backend, group, recipe)

    def work(stop: threading.Event) -> Payload:
        if missing:
            msg = f"The recipe {recipe.arn} needs a dataset of type {', '.join(missing)}."
            raise JobFailed(msg)
        seen: Payload = {}

        def take() -> dict[str, Snapshot]:
            with backend.lock:
                seen["through"] = backend.records.last()
                return snapshots_of(backend, group)

        return run_training(described, take, backend.trainer, stop) | seen

    return work
