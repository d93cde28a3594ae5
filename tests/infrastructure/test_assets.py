"""What goes to the account is small enough, and made for the account's machines."""

from pathlib import Path

import pytest

from stacks import assets

MB = 1_000_000
# An unzipped function with all of its layers (Lambda quotas, developer guide).
MOST = 250 * MB


def bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.fixture(scope="module")
def layers() -> dict[str, Path]:
    return {name: Path(assets.layer(name)) for name in ("handlers", "data")}


def test_the_code_of_all_handlers_is_under_a_megabyte() -> None:
    lambdas = assets.ROOT / "lambdas"
    code = [
        file for file in lambdas.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    ]

    assert sum(file.stat().st_size for file in code) <= 1 * MB


def test_the_validating_function_fits_with_its_layers(layers: dict[str, Path]) -> None:
    sizes = {name: bytes_in(folder) for name, folder in layers.items()}

    assert sum(sizes.values()) + 1 * MB < MOST, sizes


def test_compiled_code_is_for_the_functions_processors(layers: dict[str, Path]) -> None:
    compiled = [file.name for folder in layers.values() for file in folder.rglob("*.cpython-*.so")]

    assert compiled
    assert [name for name in compiled if "cpython-314-aarch64" not in name] == []
