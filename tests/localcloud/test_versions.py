"""Handlers run on the same versions here and in the account."""

import re
from importlib.metadata import version

import pytest

from localcloud.settings import PROJECT_ROOT

PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(\[[^]]*\])?==(?P<version>[^\s;#]+)")


def pins() -> dict[str, str]:
    files = sorted((PROJECT_ROOT / "lambdas").glob("requirements*.txt"))
    lines = [line for file in files for line in file.read_text().splitlines()]
    matches = [match for line in lines if (match := PIN.match(line))]
    return {match["name"]: match["version"] for match in matches}


def test_the_layers_pin_something() -> None:
    assert "duckdb" in pins()


@pytest.mark.parametrize("name", sorted(pins()))
def test_a_package_of_the_layers_has_the_environments_version(name: str) -> None:
    assert pins()[name] == version(name)
