"""Batch jobs, exports and metric attribution: against solutions, filters and columns."""

import re
from collections.abc import Iterator

from lambdas.shared.settings.checks.filters import expression_of
from lambdas.shared.settings.checks.recipes import check_exploration
from lambdas.shared.settings.jobs import BatchInference, BatchJob
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES, Recipe

_THEMES = "aws-similar-items"


def check_jobs(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield what is wrong with the jobs."""
    for index, inference in enumerate(pipeline.batch_inference):
        problems = (
            *_job(inference, "inference", pipeline),
            *_themes(inference, pipeline),
            *_exploration(inference, pipeline),
        )
        for problem in problems:
            yield Problem(("batchInference", index, *problem.location), problem.message)
    for index, segment in enumerate(pipeline.batch_segments):
        for problem in _job(segment, "segment", pipeline):
            yield Problem(("batchSegments", index, *problem.location), problem.message)
    for index, export in enumerate(pipeline.exports):
        if export.dataset not in pipeline.datasets.present:
            message = f"this pipeline has no {export.dataset} dataset"
            yield Problem(("exports", index, "dataset"), message)
    yield from _attribution(pipeline)


def _recipe_of(job: BatchJob, pipeline: Pipeline) -> Recipe | None:
    found = (solution for solution in pipeline.solutions if solution.name == job.solution)
    return next((RECIPES.get(solution.recipe) for solution in found), None)


def _job(job: BatchJob, work: str, pipeline: Pipeline) -> Iterator[Problem]:
    recipe = _recipe_of(job, pipeline)
    if job.solution not in {solution.name for solution in pipeline.solutions}:
        known = ", ".join(solution.name for solution in pipeline.solutions) or "none"
        yield Problem(("solution",), f"there is no solution {job.solution}; known: {known}")
    elif recipe and work not in recipe.batch:
        can = f"batch {' and '.join(recipe.batch)} jobs only" if recipe.batch else "no batch jobs"
        yield Problem(("solution",), f"{recipe.name} has {can}")
    yield from _filter(job, work, pipeline)


def _filter(job: BatchJob, work: str, pipeline: Pipeline) -> Iterator[Problem]:
    if job.filter is None:
        return
    found = {one.name: one for one in pipeline.filters}
    if job.filter not in found:
        known = ", ".join(found) or "none"
        yield Problem(("filter",), f"there is no filter {job.filter}; known: {known}")
        return
    expression = expression_of(found[job.filter])
    wanted = "USERID" if work == "segment" else "ITEMID"
    if expression and expression.target != wanted:
        yield Problem(("filter",), f"it is a filter of {expression.target}, wanted is {wanted}")


def _themes(job: BatchInference, pipeline: Pipeline) -> Iterator[Problem]:
    themes = job.batch_inference_job_mode == "THEME_GENERATION"
    recipe = _recipe_of(job, pipeline)
    if themes and recipe and recipe.name != _THEMES:
        yield Problem(("batchInferenceJobMode",), f"only {_THEMES} generates themes")
    if themes and not job.item_name:
        yield Problem(("batchInferenceJobMode",), "THEME_GENERATION needs itemName")
    if job.item_name and not themes:
        yield Problem(("itemName",), "only THEME_GENERATION uses it")


def _exploration(job: BatchInference, pipeline: Pipeline) -> Iterator[Problem]:
    recipe, config = _recipe_of(job, pipeline), job.batch_inference_job_config
    if recipe:
        exploration = config.item_exploration_config
        yield from check_exploration(recipe, exploration, "batchInferenceJobConfig")


def _attribution(pipeline: Pipeline) -> Iterator[Problem]:
    attribution, present = pipeline.metric_attribution, pipeline.datasets.present
    if attribution is None:
        return
    if "EVENT_TYPE" not in {field.name for field in present["interactions"].fields}:
        message = "events are counted by type; the interactions have no column EVENT_TYPE"
        yield Problem(("metricAttribution",), message)
    for index, metric in enumerate(attribution.metrics):
        column = re.search(r"(Items|Interactions)\.(\w+)", metric.expression)
        if column is None:
            continue
        dataset = present.get("items" if column[1] == "Items" else "interactions")
        types = {f.name: f.types for f in dataset.fields} if dataset else {}
        numeric = set(types.get(column[2], ())) & {"int", "long", "float", "double"}
        if not numeric:
            place = ("metricAttribution", "metrics", index, "expression")
            yield Problem(place, f"{column[0]} is no numeric column of this pipeline")
