"""A manifest against what lies in the drop."""

import json
from typing import Any

import pytest

from lambdas.validate.manifest import Algorithm, judge_manifest

DIGESTS: dict[str, str] = {"md5": "0" * 32, "sha256": "ab" * 32}

THERE = {"interactions.csv": 100, "items.csv": 20}


def digest_of(name: str, algorithm: Algorithm) -> str:
    assert name in THERE
    return DIGESTS[algorithm]


def codes(manifest: Any, there: dict[str, int] = THERE, others: tuple[str, ...] = ()) -> list[str]:
    text = json.dumps(manifest).encode()
    return [f.code for f in judge_manifest(text, there, others, digest_of)]


def objects(**sizes: int | None) -> dict[str, Any]:
    return {"objects": [{"name": f"{name}.csv", "size": size} for name, size in sizes.items()]}


def summed(**checksums: str) -> dict[str, Any]:
    return {"objects": [{"name": "interactions.csv", **checksums}, {"name": "items.csv"}]}


def test_checksums_that_fit_are_silent_in_large_letters_too() -> None:
    assert codes(summed(sha256="AB" * 32, md5="0" * 32)) == []


def test_a_manifest_that_fits_is_silent() -> None:
    assert codes(objects(interactions=100, items=None)) == []


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        (objects(interactions=100, items=20, users=3), "manifest-missing"),
        (objects(interactions=99, items=20), "manifest-size"),
        (objects(interactions=100), "manifest-outside"),
        ({"files": []}, "manifest-unreadable"),
        (summed(sha256="cd" * 32), "manifest-checksum"),
        (summed(md5="1" * 32), "manifest-checksum"),
        (summed(sha256="short"), "manifest-unreadable"),
        (summed(sha1="ab" * 20), "manifest-unreadable"),
    ],
)
def test_each_difference_is_named(manifest: dict[str, Any], code: str) -> None:
    assert codes(manifest) == [code]


def test_a_stray_object_is_outside() -> None:
    assert codes(objects(interactions=100, items=20), others=("notes.txt",)) == ["manifest-outside"]
