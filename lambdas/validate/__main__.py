"""``python -m lambdas.validate PIPELINE.yaml DIR``: what is wrong with the files in a folder."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from lambdas.shared.settings import Pipeline, SettingsError
from lambdas.shared.settings.loader import load_pipeline
from lambdas.validate.counting.part import Wish
from lambdas.validate.findings import worst_first
from lambdas.validate.look import look_at
from lambdas.validate.page import render
from lambdas.validate.reading.table import Room
from lambdas.validate.wanted import Wanted

KINDS = ("interactions", "items", "users", "actions", "actionInteractions")


def wanted_by(pipeline: Pipeline) -> Wanted:
    """Return what a pipeline's drops have to fit."""
    present = pipeline.datasets.present
    return Wanted(
        schemas={kind: dataset.avro_schema(kind) for kind, dataset in present.items()},
        solutions=[
            Wish(name=s.name, recipe=s.recipe, event_type=s.event_type) for s in pipeline.solutions
        ],
        import_modes={kind: dataset.import_mode for kind, dataset in present.items()},
    )


def main(arguments: list[str] | None = None) -> int:
    """Look at a folder; return 0 if it is sound, 1 if it is refused, 2 if asked wrongly."""
    parser = argparse.ArgumentParser(prog="python -m lambdas.validate", description=__doc__)
    parser.add_argument("pipeline", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"{options.folder} is no folder", file=sys.stderr)
        return 2
    try:
        pipeline = load_pipeline(options.pipeline)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    files = {kind: options.folder / f"{kind}.csv" for kind in KINDS}
    present = {kind: file for kind, file in files.items() if file.is_file()}
    with tempfile.TemporaryDirectory() as spill:
        room = Room(memory_mib=400, folder=Path(spill))
        seen = look_at(
            {kind: [file] for kind, file in present.items()},
            wanted_by(pipeline),
            room,
            now=int(time.time()),
        )
    for finding in worst_first(seen.findings):
        print(f"{finding.level}: {finding.message}")
    if options.html:
        options.html.write_text(render(options.folder.name, seen), encoding="utf-8")
    print("refused" if seen.refused else "sound")
    return int(seen.refused)


if __name__ == "__main__":
    sys.exit(main())
