"""Schedules: each has something to do."""

from collections.abc import Iterator
from difflib import get_close_matches
from zoneinfo import available_timezones

from lambdas.shared.settings.checks.cron import wrong_in
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES


def check_schedules(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield a time zone or a moment that there is not, and schedules with nothing to do."""
    yield from _time_zone(pipeline.schedules.time_zone)
    given = pipeline.schedules.model_dump(by_alias=True, exclude={"time_zone"})
    for key, expression in given.items():
        for message in wrong_in(expression or ""):
            yield Problem(("schedules", key), message)
    yield from _idle(pipeline)


def _time_zone(zone: str) -> Iterator[Problem]:
    known = available_timezones()
    # Where a machine keeps no time zones at all, there is nothing to compare with.
    if known and zone not in known:
        close = get_close_matches(zone, known, n=1, cutoff=0.5)
        advice = f"; did you mean {close[0]}?" if close else ""
        yield Problem(("schedules", "timeZone"), f"there is no time zone {zone}{advice}")


def _idle(pipeline: Pipeline) -> Iterator[Problem]:
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
