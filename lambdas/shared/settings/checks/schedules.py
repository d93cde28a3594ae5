"""Schedules: each has something to do."""

from collections.abc import Iterator

from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES


def check_schedules(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield schedules that would start runs with nothing to do."""
    schedules = pipeline.schedules
    recipes = [RECIPES.get(solution.recipe) for solution in pipeline.solutions]
    idle = {
        "retrain": (schedules.retrain and not pipeline.solutions, "there are no solutions"),
        "update": (
            schedules.update and not any(recipe and recipe.update_mode for recipe in recipes),
            "no solution's recipe has the training mode UPDATE",
        ),
        "adopt": (
            schedules.adopt and not any(one.perform_auto_training for one in pipeline.solutions),
            "no solution has performAutoTraining",
        ),
        "batch": (
            schedules.batch and not (pipeline.batch_inference or pipeline.batch_segments),
            "there are no batch jobs",
        ),
        "filters": (
            schedules.filters and not any(one.rotates for one in pipeline.filters),
            "no filter moves with the date",
        ),
        "export": (schedules.export and not pipeline.exports, "there are no exports"),
    }
    for key, (wrong, reason) in idle.items():
        if wrong:
            yield Problem(("schedules", key), f"{reason}: the run would have nothing to do")
