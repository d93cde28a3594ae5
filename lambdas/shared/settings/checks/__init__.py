"""Checks that look at more than one value; everything that is wrong is said at once."""

from collections.abc import Iterator

from lambdas.shared.settings.checks.cost import check_cost
from lambdas.shared.settings.checks.datasets import check_datasets
from lambdas.shared.settings.checks.filters import check_filters
from lambdas.shared.settings.checks.history import check_history, check_length
from lambdas.shared.settings.checks.jobs import check_jobs
from lambdas.shared.settings.checks.names import check_names
from lambdas.shared.settings.checks.recommenders import check_recommenders
from lambdas.shared.settings.checks.schedules import check_schedules
from lambdas.shared.settings.checks.solutions import check_solutions
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem

__all__ = ["check"]


def check(pipeline: Pipeline, *, legacy_recipes: bool) -> Iterator[Problem]:
    """Yield everything that is wrong with a pipeline whose shape is right.

    Args:
        pipeline: What was read.
        legacy_recipes: Whether retired recipes pass; only the local emulator still trains them.
    """
    yield from check_names(pipeline)
    yield from check_datasets(pipeline)
    yield from check_solutions(pipeline, legacy_recipes=legacy_recipes)
    yield from check_recommenders(pipeline)
    yield from check_filters(pipeline)
    yield from check_jobs(pipeline)
    yield from check_schedules(pipeline)
    yield from check_cost(pipeline)
    yield from check_history(pipeline)
    yield from check_length(pipeline)
