"""The workshop on a laptop: JupyterLab beside a local cloud, or a rendered copy for the docs.

Usage: ``python scripts/notebooks.py`` opens JupyterLab; ``python scripts/notebooks.py --render``
executes every module and writes ``docs/workshop/`` with its plots.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter
from nbconvert.writers.files import FilesWriter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from localcloud.workshop import deployed_workshop  # noqa: E402 - found through the line above

NOTEBOOKS = ROOT / "notebooks"
RENDERED = ROOT / "docs" / "workshop"
STATE = ROOT / "build" / "workshop"
_HEAD = (
    "# The workshop, rendered\n"
    "The six modules as they ran on a local cloud with MovieLens 100K (GroupLens), outputs and "
    "plots included. `python scripts/notebooks.py --render` writes this folder; the notebooks "
    "themselves are in [`notebooks/`](../../notebooks/README.md).\n\n"
)
# A frame's own style sheet: whoever shows Markdown drops it, or shows it as text.
_STYLE = re.compile(r"<style scoped>.*?</style>\n?", re.DOTALL)


def serve(environment: Mapping[str, str]) -> int:
    """Open JupyterLab until it is closed."""
    command = [sys.executable, "-m", "jupyterlab", "--ip", "127.0.0.1", str(NOTEBOOKS)]
    if os.geteuid() == 0:  # in a container; the server is reached from this machine only
        command.append("--allow-root")
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def modules() -> list[Path]:
    """Return the modules in their order."""
    return sorted(NOTEBOOKS.glob("[0-9]-*.ipynb"))


def render(environment: Mapping[str, str]) -> int:
    """Execute each module and write it as Markdown with its plots."""
    executed = {module: _execute(module, environment) for module in modules()}
    # Only now: a module that fails leaves the earlier copy as it is.
    shutil.rmtree(RENDERED, ignore_errors=True)
    RENDERED.mkdir(parents=True)
    for module, notebook in executed.items():
        write(notebook, module.stem, RENDERED)
    (RENDERED / "README.md").write_text(_HEAD + "\n".join(_index()) + "\n")
    return 0


def _execute(module: Path, environment: Mapping[str, str]) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(module, as_version=4)
    where = {"metadata": {"path": str(NOTEBOOKS)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
    client.execute(env=os.environ | environment)
    sys.stdout.write(f"{module.stem}\n")
    sys.stdout.flush()
    return notebook


def write(notebook: nbformat.NotebookNode, name: str, folder: Path) -> None:
    """Write a notebook with its outputs as Markdown, its plots beside it in ``<name>-plots/``."""
    plots = {"output_files_dir": f"{name}-plots"}
    body, resources = MarkdownExporter().from_notebook_node(notebook, plots)
    writer = FilesWriter(build_directory=str(folder))
    writer.write(_STYLE.sub("", body).rstrip() + "\n", resources, notebook_name=name)


def _index() -> Iterator[str]:
    for module in modules():
        title = nbformat.read(module, as_version=4).cells[0].source.splitlines()[0].lstrip("# ")
        yield f"- [{title}]({module.stem}.md)"


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
