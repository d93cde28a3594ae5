"""Train one solution version: ``python -m personalize_emulator.recipes.train JOB.json``.

Writes the model and ``result.json`` into the job's output folder. The metrics come from a model
that has not seen the held-out users; the model that is written has learned from everybody.
"""

import argparse
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.evaluation.metrics import MetricTable
from personalize_emulator.evaluation.rewards import with_rewards
from personalize_emulator.recipes.dataset import Dataset, read_columns, read_table
from personalize_emulator.recipes.errors import InvalidJob, TrainingError
from personalize_emulator.recipes.families.legacy import FAMILY
from personalize_emulator.recipes.fitting.metadata import has_metadata
from personalize_emulator.recipes.fitting.objectives import objective_values
from personalize_emulator.recipes.fitting.searching import Values, search
from personalize_emulator.recipes.job import TrainingJob
from personalize_emulator.recipes.loading import load_model
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.options import Options, read_options
from personalize_emulator.recipes.recipe import Fit, Resume
from personalize_emulator.recipes.registry import recipe_named
from personalize_emulator.recipes.selection import (
    context_columns,
    event_rules,
    require_enough,
    select_events,
)

RESULT = "result.json"

logger = logging.getLogger(__name__)


AUTO_ML_JUDGES_BY = "normalized_discounted_cumulative_gain_at_25"


@dataclass(frozen=True)
class Trained:
    """A model and what is known of it.

    Args:
        model: learned from everybody.
        table: metrics of the same fit on the held-out users.
        tuned: hyperparameters that a search has chosen, None without one.
        best_recipe: the recipe that AutoML has chosen, None without it.
    """

    model: BaseModel
    table: MetricTable
    tuned: Values | None = None
    best_recipe: str | None = None


def train(job: TrainingJob, data: Dataset) -> Trained:
    """Tune and measure on the split, then fit the served model on everything."""
    if job.perform_auto_ml:
        return _train_best(job, data)
    recipe = recipe_named(job.recipe)
    options = read_options(job.recipe, job.solution_config)
    if recipe.subject == "item":
        require_enough(
            data.log,
            interactions=job.minimum_interactions,
            users=job.minimum_users,
            of_each=job.minimum_interactions_a_user,
        )
    split = recipe.hold_out(data.log, seed=job.seed)
    known = data.with_log(split.train)
    if job.training_mode == "UPDATE" and recipe.resume and job.previous_model:
        fit, tuned = _resumed(job.previous_model, recipe.resume, job.recipe, options)
    else:
        tuned = search(recipe, job.recipe, known, options) if job.perform_hpo else None
        fit = recipe.tune(job.recipe, known, options.with_values(tuned or {}))
    model = fit(known)
    table = recipe.measure(model, split, recipe.ask)
    values = objective_values(known.items, known.log.item_ids, job.solution_config)
    if values is not None:
        table = with_rewards(table, model, split, recipe.ask, values)
    del model  # as large as the one that follows
    return Trained(fit(data), table, tuned)


def _resumed(
    folder: Path, resume: Resume, recipe: str, options: Options
) -> tuple[Fit, Values | None]:
    """The fit of an earlier training, and the hyperparameters that its search has chosen."""
    previous = load_model(folder)
    assert isinstance(previous, BaseModel)  # noqa: S101 - what models are restored as
    written = folder / RESULT
    result = json.loads(written.read_bytes()) if written.is_file() else {}
    tuned: Values | None = result.get("tunedHPOParams")
    return resume(recipe, previous, options.with_values(tuned or {})), tuned


def _train_best(job: TrainingJob, data: Dataset) -> Trained:
    """AutoML, as the service had it: the best of the HRNN family.

    Without metadata its members are one model, which is trained once.
    """
    names = FAMILY if has_metadata(data) else FAMILY[:1]
    jobs = [job.model_copy(update={"recipe": name, "perform_auto_ml": False}) for name in names]
    results = {one.recipe: train(one, data) for one in jobs}
    best = max(results, key=lambda name: results[name].table.metrics[AUTO_ML_JUDGES_BY])
    return replace(results[best], best_recipe=best)


def load(job: TrainingJob) -> Dataset:
    """The job's datasets, its event filter applied; actions stand where items would.

    Raises:
        InvalidJob: a required column is missing.
    """
    if recipe_named(job.recipe).subject == "action":
        columns = _renamed(read_columns(job.data / "actionInteractions")) or _no_events()
        items = read_table(job.data / "actions", "ACTION_ID", job.schemas.get("actions", {}))
    else:
        columns = read_columns(job.data / "interactions")
        items = read_table(job.data / "items", "ITEM_ID", job.schemas.get("items", {}))
    missing = {"USER_ID", "ITEM_ID", "TIMESTAMP"} - columns.keys()
    if missing:
        raise InvalidJob(f"the interactions dataset has no column {', '.join(sorted(missing))}")
    users = read_table(job.data / "users", "USER_ID", job.schemas.get("users", {}))
    rules = event_rules(job.event_type, job.solution_config)
    log = select_events(
        columns,
        rules,
        catalogue=None if items is None else items.ids,
        contexts=context_columns(columns),
    )
    return Dataset(log, items, users)


def _no_events() -> dict[str, NDArray[Any]]:
    """Columns without rows: of actions there may be none taken, nor a dataset for it."""
    names, times = np.empty(0, dtype=np.str_), np.empty(0, dtype=np.int64)
    return {"USER_ID": names, "ITEM_ID": names, "EVENT_TYPE": names, "TIMESTAMP": times}


def _renamed(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {"ITEM_ID" if name == "ACTION_ID" else name: column for name, column in columns.items()}


def run(job: TrainingJob) -> dict[str, Any]:
    """Train, write the model, and say how it went."""
    started = time.perf_counter()
    trained = train(job, load(job))
    ranks = recipe_named(trained.best_recipe or job.recipe).ranks
    model = trained.model if ranks else trained.model.prepared()
    model.dismantle().write(job.output)
    seconds = time.perf_counter() - started
    for notice in trained.model.notices:
        logger.warning(notice)
    return {
        "metrics": trained.table.metrics,
        "textbookMetrics": trained.table.textbook_metrics,
        "trainingSeconds": round(seconds, 3),
        "trainingHours": seconds / 3600,
        "tunedHPOParams": trained.tuned,
        "bestRecipe": trained.best_recipe,
        "notices": list(trained.model.notices),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 with a model, 1 with a ``failureReason`` in ``result.json``."""
    parser = argparse.ArgumentParser(description="Train one solution version.")
    parser.add_argument("job", type=Path, help="the job's JSON file")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end with whoever holds standard input"
    )
    options = parser.parse_args(arguments)
    if options.until_stdin_closes:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    job = TrainingJob.read(options.job)
    job.output.mkdir(parents=True, exist_ok=True)
    try:
        result, code = run(job), 0
    except TrainingError as error:
        result, code = {"failureReason": str(error)}, 1
    except Exception:
        logger.exception("training of %s failed", job.recipe)
        result, code = {"failureReason": "Internal error during training."}, 1
    (job.output / RESULT).write_text(json.dumps(result, indent=2), encoding="utf-8")
    return code


def _end_with_stdin() -> None:
    """A killed service closes its end: nobody waits for this training any more."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
