"""A notebook instance for tests: the stack's own start script, run in folders of a test's own.

Three commands that only an instance has are stood in for: ``aws`` (by boto3, with the credentials
that the environment has), ``chown`` (nobody is root here) and ``systemd-run`` (noted down).
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_AWS = """#!{python}
import sys
from urllib.parse import urlsplit
import boto3
words = [word for word in sys.argv[1:] if word != "--only-show-errors"]
region = words.pop(words.index("--region") + 1)
words.remove("--region")
if words[:2] == ["s3", "cp"]:
    place = urlsplit(words[2])
    client = boto3.client("s3", region_name=region)
    client.download_file(place.netloc, place.path.lstrip("/"), words[3])
elif words[:3] == ["sagemaker", "stop-notebook-instance", "--notebook-instance-name"]:
    boto3.client("sagemaker", region_name=region).stop_notebook_instance(
        NotebookInstanceName=words[3]
    )
else:
    sys.exit(f"the stand-in does not know {{words}}")
"""
_NOTE = """#!{python}
import json, sys
with open({notes!r}, "a") as notes:
    notes.write(json.dumps(sys.argv) + "\\n")
"""


@dataclass(frozen=True)
class Instance:
    """The disk of an instance under `root`, and the commands on its path."""

    root: Path

    @property
    def workshop(self) -> Path:
        """Where the notebooks have to be."""
        return self.root / "home" / "workshop"

    @property
    def notes(self) -> list[list[str]]:
        """The words with which commands were called that were only noted down."""
        file = self.root / "notes"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def prepare(self, *, aws: str = _AWS) -> None:
        """Put the commands there; `aws` may be another script than the one that asks the cloud."""
        commands = {"aws": aws, "chown": _NOTE, "systemd-run": _NOTE}
        folder = self.root / "bin"
        folder.mkdir(parents=True)
        for name, text in commands.items():
            file = folder / name
            file.write_text(text.format(python=sys.executable, notes=str(self.root / "notes")))
            file.chmod(0o755)

    def start(self, script: str, environment: Mapping[str, str] | None = None) -> str:
        """Run a start script; return what it said.

        Raises:
            CalledProcessError: It failed.
        """
        return self._run(["bash", "-c", script], environment)

    def look(self, *arguments: str, environment: Mapping[str, str]) -> str:
        """Run the idle watch that the start has put there, once."""
        watch = self.root / "system" / "stop_when_idle.py"
        return self._run([sys.executable, str(watch), *arguments], environment)

    def _run(self, command: list[str], environment: Mapping[str, str] | None) -> str:
        folders = {"HOME_FOLDER": self.root / "home", "SYSTEM_FOLDER": self.root / "system"}
        given = {name: str(folder) for name, folder in folders.items()}
        given["PATH"] = f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            command,
            env=os.environ | dict(environment or {}) | given,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout
