"""Replacing a private name, or saying that it is gone."""

from importlib.metadata import version
from types import ModuleType
from typing import Any

from localcloud.errors import ExtensionError

# MiniStack publishes no types: what crosses its private names has none.
Untyped = Any

EXPECTED_VERSION = "1.5.33"


def private(module: ModuleType, name: str) -> Untyped:
    """The private object `name` of `module`.

    Raises:
        ExtensionError: MiniStack no longer has it.
    """
    try:
        return getattr(module, name)
    except AttributeError:
        raise moved(f"{module.__name__}.{name}") from None


def replace(module: ModuleType, name: str, replacement: object) -> None:
    """Put `replacement` in the place of an existing name, so that a moved name is an error."""
    private(module, name)
    setattr(module, name, replacement)


def moved(what: str) -> ExtensionError:
    """The error for something that is not where MiniStack 1.5.33 has it."""
    return ExtensionError(
        f"MiniStack {version('ministack')} has no {what}; the local cloud was written for "
        f"{EXPECTED_VERSION}. Install the pinned version: pip install -r requirements-local.txt"
    )
