"""The workshop on a laptop: JupyterLab beside a local cloud, or a rendered copy for the docs.

Usage: ``python scripts/notebooks.py`` opens JupyterLab; ``python scripts/notebooks.py --render``
executes every module and writes ``docs/workshop/`` with its plots.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter
from nbconvert.writers import FilesWriter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from localcloud.workshop import deployed_workshop  # noqa: E402 - found through the line above

NOTEBOOKS = ROOT / "notebooks"
RENDERED = ROOT / "docs" / "workshop"
STATE = ROOT / "build" / "workshop"


def serve(environment: Mapping[str, str]) -> int:
    """Open JupyterLab until it is closed."""
    command = [sys.executable, "-m", "jupyterlab", "--ip", "127.0.0.1", str(NOTEBOOKS)]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def render(environment: Mapping[str, str]) -> int:
    """Execute each module and write it as Markdown with its plots."""
    shutil.rmtree(RENDERED, ignore_errors=True)
    for module in sorted(NOTEBOOKS.glob("[0-9]-*.ipynb")):
        notebook = nbformat.read(module, as_version=4)
        where = {"metadata": {"path": str(NOTEBOOKS)}}
        client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
        client.execute(env=os.environ | environment)
        plots = {"output_files_dir": f"{module.stem}-plots"}
        body, resources = MarkdownExporter().from_notebook_node(notebook, plots)
        writer = FilesWriter(build_directory=str(RENDERED))
        writer.write(body.rstrip() + "\n", resources, notebook_name=module.stem)
        sys.stdout.write(f"{module.stem}\n")
    return 0


def main() -> int:
    """Start the cloud and do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--render", action="store_true")
    options = parser.parse_args()
    shutil.rmtree(STATE, ignore_errors=True)
    with deployed_workshop(STATE) as environment:
        return render(environment) if options.render else serve(environment)


if __name__ == "__main__":
    sys.exit(main())
