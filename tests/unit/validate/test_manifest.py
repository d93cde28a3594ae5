"""A manifest against what lies in the drop."""

import json
from typing import Any

import pytest

from lambdas.validate.manifest import judge_manifest

THERE = {"interactions.csv": 100, "items.csv": 20}


def codes(manifest: Any, there: dict[str, int] = THERE, others: tuple[str, ...] = ()) -> list[str]:
    return [f.code for f in judge_manifest(json.dumps(manifest).encode(), there, others)]


def objects(**sizes: int | None) -> dict[str, Any]:
    return {"objects": [{"name": f"{name}.csv", "size": size} for name, size in sizes.items()]}


def test_a_manifest_that_fits_is_silent() -> None:
    assert codes(objects(interactions=100, items=None)) == []


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        (objects(interactions=100, items=20, users=3), "manifest-missing"),
        (objects(interactions=99, items=20), "manifest-size"),
        (objects(interactions=100), "manifest-outside"),
        ({"files": []}, "manifest-unreadable"),
    ],
)
def test_each_difference_is_named(manifest: dict[str, Any], code: str) -> None:
    assert codes(manifest) == [code]


def test_a_stray_object_is_outside() -> None:
    assert codes(objects(interactions=100, items=20), others=("notes.txt",)) == ["manifest-outside"]
