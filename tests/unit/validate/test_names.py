"""How the files of a drop are called: nothing that would not be imported is passed over."""

import time
from pathlib import Path

import pytest

from lambdas.shared.settings.loader import load_pipeline
from lambdas.validate.drop import pin
from lambdas.validate.findings import Finding, Level
from lambdas.validate.local import validate_folder
from lambdas.validate.wanted import Wanted
from tests.unit.validate.bucket_of_versions import VersionedS3
from tests.unit.validate.drops import SCHEMAS, sound

PIPELINE = """\
name: shop
datasets:
  interactions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ITEM_ID, type: string }
      - { name: TIMESTAMP, type: long }
      - { name: EVENT_TYPE, type: string }
solutions: [{name: popular, recipe: aws-popularity-count}]
"""
DROPS = [
    (("interactions.csv", "items.csv.gz"), "file-unknown", "Rename it to items.csv"),
    (("interactions.csv", "Items.CSV"), "file-unknown", "Rename it to items.csv"),
    (("interactions.csv", "README.txt", "old/items.csv"), "file-unknown", "README.txt, old/items"),
    (("interactions.csv", *(f"{n}.log" for n in range(9))), "file-unknown", "and 4 more"),
    (("interactions/a.csv", "interactions/b.csv.gz"), "part-unknown", "b.csv.gz: lies in"),
    (("interactions/a.csv", "interactions/b/c.csv"), "part-unknown", "b/c.csv: lies in"),
    (("interactions.csv", "interactions/a.csv"), "dataset-twice", "interactions/ of files"),
]
HARMLESS = ("_SUCCESS", "interactions/_SUCCESS", "interactions/.a.csv.crc", ".DS_Store")


def in_bucket(names: tuple[str, ...], _: Path) -> list[Finding]:
    s3 = VersionedS3()
    for name in ("", "interactions/", *names):  # folders, as S3's console makes them
        s3.put(f"drops/d/{name}", sound("interactions") if name.endswith(".csv") else b"")
    return pin(s3.bucket, "drops/d/", Wanted.model_validate({"schemas": SCHEMAS}))[1]


def in_folder(names: tuple[str, ...], tmp_path: Path) -> list[Finding]:
    (tmp_path / "shop.yaml").write_text(PIPELINE)
    for name in names:
        file = tmp_path / "drop" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(sound("interactions") if name.endswith(".csv") else b"")
    pipeline, now = load_pipeline(tmp_path / "shop.yaml"), int(time.time())
    found = validate_folder(pipeline, tmp_path / "drop", room=tmp_path, now=now).findings
    return [one for one in found if one.code not in {"data-old", "duplicates"}]


@pytest.mark.parametrize("look", [in_bucket, in_folder])
@pytest.mark.parametrize(("names", "code", "words"), DROPS)
def test_what_lies_beside_the_datasets_is_not_passed_over(
    look: object, names: tuple[str, ...], code: str, words: str, tmp_path: Path
) -> None:
    assert callable(look)

    [finding] = look((*names, *HARMLESS), tmp_path)

    assert finding.code == code
    assert finding.level is (Level.WARN if code == "file-unknown" else Level.REFUSE)
    assert words in finding.message
