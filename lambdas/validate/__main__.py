"""``python -m lambdas.validate PIPELINE.yaml DIR``: what is wrong with the files in a folder."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from lambdas.shared.settings.loader import load_pipeline
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import SettingsError
from lambdas.validate.findings import worst_first
from lambdas.validate.local import validate_folder
from lambdas.validate.page import render
from lambdas.validate.seen import Seen


def main(arguments: list[str] | None = None) -> int:
    """Look at a folder.

    Returns:
        0 if it is sound, 1 if it is refused, 2 if asked wrongly, 130 if interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        return _validate(options)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _validate(options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        print(f"{options.folder} is no folder", file=sys.stderr)
        return 2
    try:
        pipeline = load_pipeline(options.pipeline, legacy_recipes=options.legacy_recipes)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        seen = _look(pipeline, options.folder)
        _write(options, seen)
    except OSError as error:
        print(f"{error.filename or options.folder}: {error.strerror}", file=sys.stderr)
        return 2
    print("refused" if seen.refused else "sound")
    return int(seen.refused)


def _look(pipeline: Pipeline, folder: Path) -> Seen:
    with tempfile.TemporaryDirectory() as room:
        seen = validate_folder(pipeline, folder, room=Path(room), now=int(time.time()))
    for finding in worst_first(seen.findings):
        print(f"{finding.level}: {finding.message}")
    return seen


def _write(options: argparse.Namespace, seen: Seen) -> None:
    if options.html:
        options.html.write_text(render(options.folder.name, seen), encoding="utf-8")
    if options.json:
        options.json.write_text(seen.model_dump_json(indent=2), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lambdas.validate", description=__doc__)
    parser.add_argument("pipeline", type=Path, metavar="PIPELINE.yaml")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    parser.add_argument(
        "--legacy-recipes", action="store_true", help="retired recipes, too, as a local run may"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
