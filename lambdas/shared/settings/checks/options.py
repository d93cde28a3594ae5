"""Options of a training: for what they are about there has to be a column, a switch, a recipe."""

from collections.abc import Iterator
from difflib import get_close_matches

from lambdas.shared.settings.datasets import DATASET_TYPES, Dataset
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Location, Problem
from lambdas.shared.settings.recipes import RECIPES, Recipe
from lambdas.shared.settings.solution_config import OptimizationObjective
from lambdas.shared.settings.solutions import Solution
from lambdas.shared.settings.training_data import TrainingDataConfig

_NUMERIC = {"int", "long", "float", "double"}


def check_options(recipe: Recipe, solution: Solution, pipeline: Pipeline) -> Iterator[Problem]:
    """Yield what is wrong with a solution's configuration."""
    config = solution.solution_config
    if config.auto_training_config and not solution.perform_auto_training:
        message = "it says how often the service retrains, and performAutoTraining is false"
        yield Problem(("solutionConfig", "autoTrainingConfig"), message)
    if config.hpo_config and not solution.perform_hpo:
        message = "it says how hyperparameters are searched for, and performHPO is false"
        yield Problem(("solutionConfig", "hpoConfig"), message)
    if config.training_data_config:
        place = ("solutionConfig", "trainingDataConfig")
        yield from check_columns(config.training_data_config, pipeline, place)
    yield from _hyperparameters(recipe, solution)
    if config.optimization_objective:
        yield from _objective(recipe, config.optimization_objective, pipeline)


def check_columns(
    config: TrainingDataConfig, pipeline: Pipeline, place: Location
) -> Iterator[Problem]:
    """Yield columns that are chosen, or left out, and do not exist."""
    chosen = {
        "excludedDatasetColumns": config.excluded_dataset_columns,
        "includedDatasetColumns": config.included_dataset_columns,
    }
    by_type = {DATASET_TYPES[kind]: one for kind, one in pipeline.datasets.present.items()}
    for key, datasets in chosen.items():
        for kind, columns in datasets.items():
            for message in _missing(columns, by_type.get(kind), kind):
                yield Problem((*place, key, kind), message)


def _missing(columns: tuple[str, ...], dataset: Dataset | None, kind: str) -> Iterator[str]:
    if dataset is None:
        yield f"this pipeline has no {kind} dataset"
        return
    names = [field.name for field in dataset.fields]
    for column in columns:
        if column not in names:
            close = get_close_matches(column, names, n=1, cutoff=0.5)
            advice = f"did you mean {close[0]}?" if close else f"known: {', '.join(names)}"
            yield f"{kind} has no column {column}; {advice}"


def _hyperparameters(recipe: Recipe, solution: Solution) -> Iterator[Problem]:
    known = recipe.hyperparameters
    for name in solution.solution_config.algorithm_hyper_parameters or ():
        if name not in known:
            close = get_close_matches(name, known, n=1, cutoff=0.5)
            others = f"known: {', '.join(known)}" if known else "it has none"
            advice = f"did you mean {close[0]}?" if close else others
            place = ("solutionConfig", "algorithmHyperParameters", name)
            yield Problem(place, f"{recipe.name} has no hyperparameter {name}; {advice}")


def _objective(
    recipe: Recipe, objective: OptimizationObjective, pipeline: Pipeline
) -> Iterator[Problem]:
    place, items = ("solutionConfig", "optimizationObjective"), pipeline.datasets.items
    if not recipe.optimizes:
        able = ", ".join(known.name for known in RECIPES.values() if known.optimizes)
        yield Problem(place, f"{recipe.name} takes none; these do: {able}")
    columns = {field.name: set(field.types) for field in items.fields} if items else {}
    if not columns.get(objective.item_attribute or "", set()) & _NUMERIC:
        numeric = [name for name, types in columns.items() if types & _NUMERIC]
        message = f"{objective.item_attribute} is no numeric column of the items; "
        yield Problem((*place, "itemAttribute"), f"{message}known: {', '.join(numeric) or 'none'}")
