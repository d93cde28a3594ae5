"""A folder looked at as if it were a drop; for the command line."""

from pathlib import Path

from lambdas.shared.settings.pipeline import Pipeline
from lambdas.validate.counting.part import Wish
from lambdas.validate.drop_rules import judge_names
from lambdas.validate.look import DropFile, look_at
from lambdas.validate.naming import files_of
from lambdas.validate.reading.table import Room
from lambdas.validate.seen import Seen
from lambdas.validate.wanted import Wanted

_MEMORY_MIB = 400


def validate_folder(pipeline: Pipeline, folder: Path, *, room: Path, now: int) -> Seen:
    """Return what is wrong with the files of a folder, and what they hold.

    Args:
        pipeline: What they have to fit.
        folder: ``interactions.csv`` and the like, or folders ``interactions/`` with part files.
        room: An empty folder for the passes.
        now: Unix time in seconds.
    """
    wanted = wanted_by(pipeline)
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    named, others = files_of(names, wanted)
    files = [DropFile(kind=kind, name=name, file=folder / name) for name, kind in named.items()]
    seen = look_at(files, wanted, Room(memory_mib=_MEMORY_MIB, folder=room), now=now).seen
    found = [*seen.findings, *judge_names(named, others, wanted)]
    return seen.model_copy(update={"findings": found})


def wanted_by(pipeline: Pipeline) -> Wanted:
    """Return what a pipeline's drops have to fit."""
    present = pipeline.datasets.present
    return Wanted(
        schemas={kind: dataset.avro_schema(kind) for kind, dataset in present.items()},
        solutions=[
            Wish(
                name=solution.name,
                recipe=solution.recipe,
                event_type=solution.event_type,
                solution_config=solution.solution_config.api,
            )
            for solution in pipeline.solutions
        ],
        import_modes={kind: dataset.import_mode for kind, dataset in present.items()},
        validation=pipeline.validation,
        repair=pipeline.repair,
        map=dict(pipeline.map),
    )
