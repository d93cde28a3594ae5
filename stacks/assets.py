"""The code and the layers that go to the account, gathered without Docker and without a network."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
# What Jupyter and a laptop leave beside the notebooks.
NOT_OF_THE_NOTEBOOKS = [".ipynb_checkpoints", "__pycache__", "*.pyc", "stack.json"]
_STAGED = ROOT / "build" / "asset"
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "requirements*.txt")


def handlers() -> str:
    """Return a folder with the package ``lambdas`` in it, and nothing else."""
    shutil.rmtree(_STAGED, ignore_errors=True)
    shutil.copytree(ROOT / "lambdas", _STAGED / "lambdas", ignore=_IGNORED)
    return str(_STAGED)


def layer(name: str) -> str:
    """Return the folder of a layer that ``make setup`` has built.

    Raises:
        FileNotFoundError: It has not been built.
    """
    folder = ROOT / "build" / "layer" / name
    if not (folder / "python").is_dir():
        raise FileNotFoundError(f"{folder} is missing: run `make setup` once, then again")
    return str(folder)
