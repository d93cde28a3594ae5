"""``python -m personalize_emulator --port P``: the emulated service on its own.

``python -m personalize_emulator evaluate DATA.csv`` compares all recipes on your data instead.
"""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from personalize_emulator.arguments import positive
from personalize_emulator.clock import AdjustableClock
from personalize_emulator.errors import CannotStart
from personalize_emulator.objects import FolderObjects, S3Objects
from personalize_emulator.quotas import Quotas
from personalize_emulator.server import Server
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import PACES, EmulatorSettings

_S3_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost")
_LOG: Final = logging.getLogger("personalize_emulator")


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m personalize_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks one")
    parser.add_argument("--s3-root", type=Path, help="a folder in place of S3: DIR/bucket/key")
    parser.add_argument("--state", type=Path, help="folder that keeps the state over restarts")
    parser.add_argument("--legacy-recipes", action="store_true", help="offer the retired recipes")
    parser.add_argument("--pace", choices=PACES, default="fast", help="how long statuses last")
    parser.add_argument("--speed", type=positive, default=1, help="seconds that pass in one")
    parser.add_argument(
        "--quota", action="append", default=[], metavar="NAME=N", help="another quota: schemas=9"
    )
    parser.add_argument("--region", default="us-east-1", help="region of unsigned requests")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Serve until SIGINT or SIGTERM; or evaluate."""
    if arguments[:1] == ["evaluate"]:
        from personalize_emulator.evaluation.cli import main as evaluate  # noqa: PLC0415 - rich

        return evaluate(arguments[1:])
    options = parse_arguments(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        serve(options)
    except CannotStart as error:
        print(f"personalize_emulator: {error}", file=sys.stderr)
        return 2
    return 0


def serve(options: argparse.Namespace) -> None:
    """Serve as the command line says; raises CannotStart."""
    if options.s3_root and not options.s3_root.is_dir():
        what = "is no folder" if options.s3_root.exists() else "does not exist"
        raise CannotStart(
            f"--s3-root {options.s3_root} {what}: it takes one with a folder a bucket."
        )
    with tempfile.TemporaryDirectory(prefix="personalize-") as scratch:
        settings = EmulatorSettings(
            state_dir=options.state or Path(scratch),
            region=options.region,
            legacy_recipes=options.legacy_recipes,
            pace=PACES[options.pace],
            quotas=_quotas(options.quota),
        )
        objects = FolderObjects(options.s3_root) if options.s3_root else S3Objects()
        clock = AdjustableClock(options.speed)
        with PersonalizeService(settings, objects=objects, clock=clock) as service:
            server = Server(service, options.port)
            in_s3 = not options.s3_root
            server.run(until_signal=True, announce=lambda url: announce(url, in_s3=in_s3))


def announce(url: str, *, in_s3: bool) -> None:
    """Print the address; warn where the S3 that objects are read from would be the emulator itself.

    That happens in a shell that already points its programs to the emulator: without a word, every
    import would find nothing.
    """
    named = next((value for name in _S3_ENDPOINTS if (value := os.environ.get(name))), "")
    there, here = urlsplit(named), urlsplit(url)
    if in_s3 and there.hostname in _LOOPBACK_NAMES and there.netloc.endswith(f":{here.port}"):
        _LOG.warning(
            "%s is named for S3, too, but has no S3: no import will find its data. "
            "Start it with --s3-root DIR or with AWS_ENDPOINT_URL_S3.",
            url,
        )
    print(f"ready {url}", flush=True)


def _quotas(changes: list[str]) -> Quotas:
    try:
        return Quotas.with_changes(changes)
    except ValueError as error:
        raise CannotStart(f"--quota {' '.join(changes)}: {error}") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
