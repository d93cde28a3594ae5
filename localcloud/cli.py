"""The commands: serve, run, validate, plan, rollback, destroy.

One clear message for every mistake of a user; a stack trace is a defect of this project.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from localcloud.errors import LocalCloudError
from localcloud.pipeline.file import no_pipeline
from localcloud.settings import (
    DEFAULT_PORT,
    LOG_LEVELS,
    PERMISSIONS_MODES,
    PROJECT_ROOT,
    CloudSettings,
)
from personalize_emulator.arguments import positive
from personalize_emulator.quotas import Quotas

DEFAULT_PIPELINE = PROJECT_ROOT / "pipelines" / "movielens.yaml"


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit code: 0 done, 1 failed, 2 asked wrongly, 130 interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except LocalCloudError as error:
        print(f"localcloud: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("localcloud: interrupted", file=sys.stderr)
        return 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other message here."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"localcloud: {message} (see: {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m localcloud",
        description="A laptop's AWS: the synthesized stack and an emulated Amazon Personalize.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands.add_parser("serve", help="the whole local cloud in the foreground"))
    _add_run(commands.add_parser("run", help="deploy a pipeline, drop data, show what comes out"))
    _add_validate(commands.add_parser("validate", help="what is wrong with the files in a folder"))
    _add_plan(
        commands.add_parser(
            "plan", help="what a run would create, update, replace, delete or refuse"
        )
    )
    _add_rollback(commands.add_parser("rollback", help="let an earlier version serve again"))
    _add_destroy(commands.add_parser("destroy", help="delete a pipeline and say what is left"))
    return parser


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, metavar="P")
    _add_cloud_options(parser)
    parser.add_argument("--until-stdin-closes", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--held-by", type=int, help=argparse.SUPPRESS)
    parser.set_defaults(command=_serve)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pipeline", type=Path, metavar="PIPELINE.yaml")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="interactions.csv and others; MovieLens if left out",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=PROJECT_ROOT / "build" / "run",
        metavar="DIR",
        help="for summary.json, report.html and validation.html, in place of an earlier run's; "
        "build/run if left out",
    )
    _add_endpoint(parser)
    _add_cloud_options(parser)
    parser.set_defaults(command=_run)


def _add_validate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pipeline", type=Path, metavar="PIPELINE.yaml")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the findings as a page")
    parser.add_argument(
        "--legacy-recipes", action="store_true", help="retired recipes, too, as run offers them"
    )
    parser.set_defaults(command=_validate)


def _add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pipeline", type=Path, metavar="PIPELINE.yaml")
    _add_endpoint(parser)
    _add_cloud_options(parser)
    parser.set_defaults(command=_plan)


def _add_rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pipeline", type=Path, metavar="PIPELINE.yaml")
    parser.add_argument("solution", metavar="SOLUTION", help="its name in the pipeline file")
    parser.add_argument("--to", default="previous", metavar="ARN", help="a version that served")
    parser.add_argument("--reason", default="no reason was given", metavar="TEXT", help="why")
    _add_endpoint(parser)
    _add_cloud_options(parser)
    parser.set_defaults(command=_rollback)


def _add_destroy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pipeline", type=Path, nargs="?", default=DEFAULT_PIPELINE, metavar="PIPELINE.yaml"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would go")
    _add_endpoint(parser)
    _add_cloud_options(parser)
    parser.set_defaults(command=_destroy)


def _add_endpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", metavar="URL", help="a local cloud that already runs")
    parser.add_argument("--port", type=_port, default=0, metavar="P", help="of the one to start")


def _add_cloud_options(parser: argparse.ArgumentParser) -> None:
    defaults = CloudSettings()
    parser.add_argument(
        "--state",
        type=Path,
        default=defaults.state_dir,
        metavar="DIR",
        help="where the local cloud keeps everything, build/cloud if left out: a new or an empty "
        "folder, or one that it made before, which a run empties",
    )
    parser.add_argument(
        "--wait-scale", type=positive, default=defaults.wait_scale, metavar="FACTOR"
    )
    parser.add_argument("--permissions", choices=PERMISSIONS_MODES, default=defaults.permissions)
    parser.add_argument(
        "--legacy-recipes", action="store_true", help="offer the retired recipes, too"
    )
    parser.add_argument(
        "--quota",
        type=_quota,
        action="append",
        default=[],
        metavar="NAME=N",
        help="another quota of Personalize: schemas=9",
    )
    parser.add_argument(
        "--log-level", type=str.upper, choices=LOG_LEVELS, default=defaults.log_level
    )


def _serve(options: argparse.Namespace) -> None:
    from localcloud.server.start import serve  # noqa: PLC0415 - only this command serves

    serve(
        _settings(options),
        until_stdin_closes=options.until_stdin_closes,
        held_by=options.held_by,
    )


def _run(options: argparse.Namespace) -> None:
    from localcloud.run import RunOptions, run  # noqa: PLC0415 - serve does without
    from localcloud.terminal import output  # noqa: PLC0415

    wanted = RunOptions(
        pipeline=options.pipeline,
        data=options.data,
        out=options.out,
        endpoint=options.endpoint,
        cloud=_settings(options),
    )
    run(wanted, output())


def _validate(options: argparse.Namespace) -> int:
    if options.pipeline.is_dir() or not options.pipeline.exists():
        raise no_pipeline(options.pipeline)
    # The validation stage's own command: what it says here is what a run would say.
    command = [sys.executable, "-m", "lambdas.validate", options.pipeline, options.folder]
    command += ["--html", options.html] if options.html else []
    command += ["--legacy-recipes"] if options.legacy_recipes else []
    with TemporaryDirectory() as room:
        environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "TMPDIR": room}
        # Ctrl-C reaches this process, which ends that one without a word of its own.
        done = subprocess.run(command, env=environment, start_new_session=True, check=False)
    return done.returncode


def _plan(options: argparse.Namespace) -> None:
    from localcloud.plan import plan  # noqa: PLC0415 - serve does without
    from localcloud.run import read_pipeline  # noqa: PLC0415
    from localcloud.terminal import output  # noqa: PLC0415

    pipeline = read_pipeline(options.pipeline, legacy_recipes=options.legacy_recipes)
    plan(pipeline, options.endpoint, _settings(options), output())


def _rollback(options: argparse.Namespace) -> None:
    from localcloud.rollback import RollbackOptions, rollback  # noqa: PLC0415 - serve does without
    from localcloud.run import read_pipeline  # noqa: PLC0415
    from localcloud.terminal import output  # noqa: PLC0415

    wanted = RollbackOptions(
        pipeline=read_pipeline(options.pipeline, legacy_recipes=options.legacy_recipes),
        solution=options.solution,
        to=options.to,
        reason=options.reason,
        endpoint=options.endpoint,
        cloud=_settings(options),
    )
    rollback(wanted, output())


def _destroy(options: argparse.Namespace) -> None:
    from localcloud.destroy import DestroyOptions, destroy  # noqa: PLC0415 - serve does without
    from localcloud.run import read_pipeline  # noqa: PLC0415
    from localcloud.terminal import output  # noqa: PLC0415

    wanted = DestroyOptions(
        pipeline=read_pipeline(options.pipeline, legacy_recipes=options.legacy_recipes),
        endpoint=options.endpoint,
        cloud=_settings(options),
        dry_run=options.dry_run,
    )
    destroy(wanted, output())


def _settings(options: argparse.Namespace) -> CloudSettings:
    return CloudSettings(
        port=options.port,
        state_dir=options.state.resolve(),
        wait_scale=options.wait_scale,
        legacy_recipes=options.legacy_recipes,
        log_level=options.log_level,
        permissions=options.permissions,
        quotas=tuple(options.quota),
    )


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:  # noqa: PLR2004 - the range of TCP ports
        raise argparse.ArgumentTypeError(f"{text} is no port: choose 1024 to 65535")
    return port


def _quota(text: str) -> str:
    try:
        Quotas.with_changes([text])
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text
