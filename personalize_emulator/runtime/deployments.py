"""Models in service: what a campaign or recommender answers from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.catalogue import Recipe
from personalize_emulator.recipes.contract import Model
from personalize_emulator.runtime.answers import Answers
from personalize_emulator.runtime.live import LiveLog

LoadModel = Callable[[Path], Model]


@dataclass(frozen=True)
class Deployment:
    """What one campaign or recommender answers from.

    Args:
        arn: the campaign or recommender.
        model: the trained model.
        recipe: the recipe that it was trained with.
        trained: the ARN of the solution version or recommender that the model comes from.
        item_ids: the model's items or actions, one object for as long as it serves.
        group: the dataset group.
        live: the live events of the dataset group.
        since: the newest record that the training has seen.
        config: the campaign's or recommender's configuration.
        exploration: its exploration as numbers; None where the recipe has none.
        answers: what has been answered already.
    """

    arn: str
    model: Model
    recipe: Recipe
    trained: str
    item_ids: NDArray[np.str_]
    group: str
    live: LiveLog
    since: int
    config: Mapping[str, Any]
    exploration: Mapping[str, float] | None = None
    answers: Answers = field(default_factory=Answers)


@dataclass
class Deployments:
    """All models in service, by the ARN that requests name. Reading needs no lock."""

    load_model: LoadModel
    _staged: dict[str, Deployment] = field(default_factory=dict)
    _deployed: dict[str, Deployment] = field(default_factory=dict)
    _models: dict[Path, Model] = field(default_factory=dict)

    def get(self, arn: str) -> Deployment | None:
        """Return what answers for a campaign or recommender, if it is in service."""
        return self._deployed.get(arn)

    def model(self, folder: Path) -> Model:
        """Return the model in a folder, loaded once."""
        if folder not in self._models:
            self._models[folder] = self.load_model(folder)
        return self._models[folder]

    def stage(self, deployment: Deployment) -> None:
        """Keep a deployment that has been made ready while its campaign is not ACTIVE yet."""
        self._staged[deployment.arn] = deployment

    def staged(self, arn: str) -> Deployment | None:
        """Take what has been made ready for a campaign or recommender."""
        return self._staged.pop(arn, None)

    def deploy(self, deployment: Deployment) -> None:
        """Put a model into service, in one step for all readers."""
        self._deployed[deployment.arn] = deployment

    def withdraw(self, arn: str) -> None:
        """Take a campaign or recommender out of service."""
        self._deployed.pop(arn, None)
        self._staged.pop(arn, None)

    def forget(self, folder: Path) -> None:
        """Let go of a model that is being deleted."""
        self._models.pop(folder, None)
