"""The gate: every check in turn, each named with its seconds; the output of those that fail.

Usage: ``python scripts/check.py [NAME …]`` (all of them without a name). Exit 1 if one failed.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ASSEMBLIES = ROOT / "build" / "check"
# checkov pins a boto3 that the local cloud cannot use: it lives in an environment of its own.
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
SOURCES = [
    name
    for name in (
        "app.py",
        "stacks",
        "lambdas",
        "personalize_emulator",
        "localcloud",
        "tests",
        "benchmarks",
        "scripts",
    )
    if (ROOT / name).exists()
]


@dataclass(frozen=True)
class Check:
    """One command of the gate: its name, its words and what it needs in its environment."""

    name: str
    command: Sequence[str]
    environment: tuple[tuple[str, str], ...] = ()


def _synthesis(pipeline: Path) -> Check:
    """Synthesize one pipeline file; cdk-nag runs inside and fails the synthesis."""
    wanted = (("PIPELINE", str(pipeline)), ("CDK_OUTDIR", str(ASSEMBLIES / pipeline.stem)))
    return Check(f"synth and cdk-nag, {pipeline.stem}", [sys.executable, "app.py"], wanted)


def checks() -> list[Check]:
    """Return the gate's checks, cheapest failure first."""
    pipelines = sorted((ROOT / "pipelines").glob("*.yaml"))
    templates = [str(ASSEMBLIES / file.stem / "*.template.json") for file in pipelines]
    return [
        Check("format", [str(BIN / "ruff"), "format", "--check", *SOURCES]),
        Check("lint", [str(BIN / "ruff"), "check", *SOURCES]),
        Check("types", [str(BIN / "mypy")]),
        *map(_synthesis, pipelines),
        Check("cfn-lint", [str(BIN / "cfn-lint"), "--non-zero-exit-code", "warning", *templates]),
        *(Check(f"checkov, {file.stem}", _checkov(file)) for file in pipelines),
    ]


def _checkov(pipeline: Path) -> list[str]:
    # Relative: it takes 40 letters and slashes in a row for a secret, those of a path as well, so
    # that with an absolute one the verdict would depend on where the clone lies.
    folder = str((ASSEMBLIES / pipeline.stem).relative_to(ROOT))
    # Its rules come with it; without --skip-download it asks a service on the internet first.
    options = ["--framework", "cloudformation", "--compact", "--quiet", "--skip-download"]
    return [str(CHECKOV), "-d", folder, *options]


def _holds(check: Check) -> bool:
    """Run one check, print its line, and its output if it failed."""
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=os.environ | dict(check.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    verdict = "ok    " if done.returncode == 0 else "FAILED"
    sys.stdout.write(f"{verdict} {check.name} ({time.monotonic() - started:.1f} s)\n")
    if done.returncode != 0:
        sys.stdout.write(f"{done.stdout}{done.stderr}\n")
    sys.stdout.flush()
    return done.returncode == 0


def main(names: Sequence[str]) -> int:
    """Run the checks whose name begins with one of ``names``; return the exit code."""
    chosen = [c for c in checks() if not names or c.name.startswith(tuple(names))]
    if not chosen:
        sys.stderr.write(f"no check begins with {' or '.join(names)}\n")
        return 2
    results = [_holds(check) for check in chosen]
    sys.stdout.write(f"{sum(results)} of {len(results)} checks hold\n")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
