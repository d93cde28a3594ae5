"""One training from beginning to end: select data, check it, run the trainer, read the result."""

import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from personalize_emulator.data.schema import DatasetSchema
from personalize_emulator.data.table import Table
from personalize_emulator.quotas import Quotas
from personalize_emulator.recipes.job import TrainingJob
from personalize_emulator.training.data import Snapshot, write_data
from personalize_emulator.training.selection import check_sufficient, selected
from personalize_emulator.training.trainer import Trainer, read_result
from personalize_emulator.values import Payload

Mode = Literal["FULL", "UPDATE", "AUTOTRAIN"]


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """What to train, on what, and where to.

    Args:
        recipe: the recipe's name.
        folder: receives the job, its data while it runs, and the model.
        event_type: the one event type to train on; None for all.
        config: the SolutionConfig, as the API was given it.
        perform_hpo: whether to tune hyperparameters.
        perform_auto_ml: whether to choose the recipe.
        mode: FULL, UPDATE or AUTOTRAIN.
        previous_model: the model that UPDATE extends.
        quotas: the least of data to train on.
        seed: chooses the held-out users.
        legacy: whether retired recipes are on offer.
    """

    recipe: str
    folder: Path
    event_type: str | None
    config: Mapping[str, Any]
    perform_hpo: bool
    perform_auto_ml: bool
    mode: Mode
    previous_model: Path | None
    quotas: Quotas
    seed: int
    legacy: bool


def model_folder(folder: Path) -> Path:
    """Return where a training leaves its model."""
    return folder / "model"


def discard(folder: Path) -> None:
    """Remove what a training without a model has left; its log stays."""
    for part in (folder / "data", model_folder(folder)):
        shutil.rmtree(part, ignore_errors=True)


def run_training(
    plan: TrainingPlan,
    snapshots: Callable[[], Mapping[str, Snapshot]],
    trainer: Trainer,
    stop: threading.Event,
) -> Payload:
    """Train and return the trainer's result; raises JobFailed or JobStopped.

    Args:
        plan: what to train.
        snapshots: takes the group's datasets, by type, at the moment when the training begins.
        trainer: runs the training.
        stop: asks it to end.
    """
    tables = {name: snapshot.table() for name, snapshot in snapshots().items()}
    keep = selected(tables["INTERACTIONS"], plan.event_type, plan.config)
    check_sufficient(tables["INTERACTIONS"], keep, plan.quotas, plan.event_type)
    chosen = plan.config.get("trainingDataConfig", {})
    tables = {name: choose_columns(table, chosen) for name, table in tables.items()}
    try:
        write_data(plan.folder / "data", tables)
        _write_job(plan, tables)
        trainer.train(plan.folder / "job.json", stop)
        return read_result(model_folder(plan.folder))
    finally:
        shutil.rmtree(plan.folder / "data", ignore_errors=True)


def _write_job(plan: TrainingPlan, tables: Mapping[str, Table]) -> None:
    model_folder(plan.folder).mkdir(parents=True, exist_ok=True)
    TrainingJob(
        recipe=plan.recipe,
        data=plan.folder / "data",
        output=model_folder(plan.folder),
        solution_config=dict(plan.config),
        event_type=plan.event_type,
        perform_hpo=plan.perform_hpo,
        perform_auto_ml=plan.perform_auto_ml,
        training_mode=plan.mode,
        previous_model=plan.previous_model,
        seed=plan.seed,
        minimum_interactions=plan.quotas.minimum_interactions,
        minimum_users=plan.quotas.minimum_users,
        minimum_interactions_a_user=plan.quotas.minimum_interactions_a_user,
        schemas={t.schema.type.folder: dict(t.schema.avro) for t in tables.values()},
        legacy=plan.legacy,
    ).write(plan.folder / "job.json")


def choose_columns(table: Table, chosen: Mapping[str, Any]) -> Table:
    """Leave out the columns that a trainingDataConfig excludes or does not include."""
    kind = table.schema.type
    excluded = _columns(chosen.get("excludedDatasetColumns") or {}, kind.name) or ()
    included = _columns(chosen.get("includedDatasetColumns") or {}, kind.name)
    columns = tuple(
        column
        for column in table.schema.columns
        if column.name in kind.required
        or (column.name not in excluded and (included is None or column.name in included))
    )
    names = {column.name for column in columns}
    fields = [field for field in table.schema.avro["fields"] if field["name"] in names]
    schema = DatasetSchema(kind, columns, dict(table.schema.avro) | {"fields": fields})
    return Table(schema, table.columns)


def _columns(chosen: Mapping[str, list[str]], kind: str) -> list[str] | None:
    return next((names for name, names in chosen.items() if name.upper() == kind), None)
