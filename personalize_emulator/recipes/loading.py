"""Open a trained model for serving."""

from pathlib import Path

from personalize_emulator.recipes.contract import Model
from personalize_emulator.recipes.errors import ModelFormatError
from personalize_emulator.recipes.models.actions import ActionsModel
from personalize_emulator.recipes.models.affinity import AffinityModel
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.popularity import PopularityModel
from personalize_emulator.recipes.models.recurrent import RecurrentModel
from personalize_emulator.recipes.models.related import RelatedModel
from personalize_emulator.recipes.models.semantic import SemanticModel
from personalize_emulator.recipes.models.trending import TrendingModel
from personalize_emulator.recipes.store import StoredModel

KINDS: dict[str, type[BaseModel]] = {
    model.kind: model
    for model in (
        ActionsModel,
        AffinityModel,
        PersonalModel,
        PopularityModel,
        RecurrentModel,
        RelatedModel,
        SemanticModel,
        TrendingModel,
    )
}


def load_model(folder: Path | str) -> Model:
    """The model that a training wrote, its arrays memory-mapped.

    Raises:
        ModelFormatError: there is no complete model in the folder, or one of another version.
    """
    stored = StoredModel.read(Path(folder))
    if stored.kind not in KINDS:
        raise ModelFormatError(f"{folder} holds a model of unknown kind {stored.kind!r}")
    return KINDS[stored.kind].restore(stored)
