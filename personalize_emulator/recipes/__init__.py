"""Recipes: real models, trained in their own process and served from disk.

Training: ``python -m personalize_emulator.recipes.train JOB.json``
(:class:`~personalize_emulator.recipes.job.TrainingJob`). Serving: :func:`load_model`.
"""

from personalize_emulator.recipes.contract import (
    LiveEvent,
    Model,
    RecommendRequest,
    ScoredItem,
    SegmentRequest,
)
from personalize_emulator.recipes.job import TrainingJob
from personalize_emulator.recipes.loading import load_model

__all__ = [
    "LiveEvent",
    "Model",
    "RecommendRequest",
    "ScoredItem",
    "SegmentRequest",
    "TrainingJob",
    "load_model",
]
