"""Mending and mapping: what comes out, what is said of it, and that the user's file stays."""

from pathlib import Path
from typing import Any

import pytest

from lambdas.validate.findings import Level
from lambdas.validate.look import DropFile, Looked, look_at
from lambdas.validate.reading.table import Room
from lambdas.validate.wanted import Wanted
from localcloud.data.generated import generate
from localcloud.data.originals import write_originals
from tests.unit.validate.drops import NOW, SCHEMAS, START, interactions, items, sound

MANY = interactions(rows=1_200, users=40)


def look(folder: Path, files: dict[str, bytes], **asked: Any) -> Looked:
    """Look at files by their names in the drop."""
    wanted = Wanted.model_validate({"schemas": SCHEMAS, **asked})
    named = wanted.file_names()
    drop = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        drop.append(DropFile(kind=named[name], name=name, file=folder / name))
    looked = look_at(drop, wanted, Room(memory_mib=300, folder=folder), now=NOW)
    assert all((folder / name).read_bytes() == content for name, content in files.items())
    return looked


def text(*lines: str, end: str = "\n") -> bytes:
    return (end.join(lines) + end).encode()


def swapped(lines: list[str]) -> list[str]:
    return [",".join(line.split(",")[k] for k in (1, 0, 2, 3)) for line in lines]


def mended(looked: Looked) -> set[str]:
    return {one.code for one in looked.seen.findings if one.level is Level.MENDED}


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ("crlf", text(*MANY, end="\r\n")),
        ("bom", b"\xef\xbb\xbf" + text(*MANY)),
        ("header-quoted", text('"USER_ID","ITEM_ID","TIMESTAMP","EVENT_TYPE"', *MANY[1:])),
        ("column-order", text(*swapped(MANY))),
        ("line-empty", text(*MANY[:50], "", *MANY[50:])),
        (
            "time-milliseconds",
            text(*MANY).replace(f",{START + 7},".encode(), f",{START + 7}000,".encode()),
        ),
    ],
)
def test_what_can_be_mended_is_mended_in_a_new_file(tmp_path: Path, code: str, own: bytes) -> None:
    looked = look(tmp_path, {"interactions.csv": own}, repair=True)

    ready = looked.ready["interactions.csv"]
    assert mended(looked) == {code}
    assert not looked.seen.refused
    assert ready.is_new
    assert ready.file.read_bytes() == text(*MANY)


def test_booleans_are_spelled_as_the_service_wants_them(tmp_path: Path) -> None:
    films = items(4)
    films[1:] = [
        line.replace("true", word)
        for line, word in zip(films[1:], ("True", "NO", "1", "true"), strict=True)
    ]

    looked = look(
        tmp_path,
        {"interactions.csv": sound("interactions"), "items.csv": text(*films)},
        repair=True,
    )

    rows = looked.ready["items.csv"].file.read_text().splitlines()
    [said] = [one for one in looked.seen.findings if one.code == "boolean-spelling"]
    assert [row.split(",")[4] for row in rows[1:]] == ["true", "false", "true", "true"]
    assert (said.level, said.line, said.count) == (Level.MENDED, 2, 3)


def test_nothing_is_mended_unless_asked(tmp_path: Path) -> None:
    looked = look(tmp_path, {"interactions.csv": text(*MANY, end="\r\n")})

    assert not looked.ready["interactions.csv"].is_new
    assert mended(looked) == set()


def test_what_is_not_safe_to_mend_is_refused_all_the_same(tmp_path: Path) -> None:
    own = text(*MANY, "u1,,5,watch", end="\r\n")

    looked = look(tmp_path, {"interactions.csv": own}, repair=True)

    [refused] = [one for one in looked.seen.findings if one.level is Level.REFUSE]
    assert (refused.code, refused.line) == ("id-empty", len(MANY) + 1)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with u.data as GroupLens writes it."""
    folder = tmp_path_factory.mktemp("movielens")
    write_originals(generate(), folder)
    return folder


WORKSHOP = {"column": "rating", "atLeast": {"watch": 4, "click": 2}}


def test_u_data_is_taken_as_it_is(originals: Path, tmp_path: Path) -> None:
    raw = (originals / "u.data").read_bytes()
    stars = [float(line.split("\t")[2]) for line in raw.decode().splitlines()]
    asked = {
        "file": "u.data",
        "separator": "\t",
        "header": ["user", "film", "rating", "when"],
        "columns": {"USER_ID": "user", "ITEM_ID": "film", "TIMESTAMP": "when"},
        "eventTypes": WORKSHOP,
    }

    looked = look(tmp_path, {"u.data": raw}, map={"interactions": asked})

    facts = looked.seen.facts["interactions"]
    assert not looked.seen.refused, looked.seen.findings
    assert facts.event_types == {
        "click": sum(rating >= 2 for rating in stars),
        "watch": sum(rating >= 4 for rating in stars),
    }


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "latin-1"])
@pytest.mark.parametrize("has_header", [True, False])
def test_a_file_in_another_encoding_is_read_as_it_is_written(
    tmp_path: Path, encoding: str, has_header: bool
) -> None:
    rows = [line.replace("i1", "ü").replace("watch", "Näh;é") for line in MANY[1:]]
    raw = text("WER,WAS,ZEIT,ÄRT", *rows) if has_header else text(*rows)
    asked = {
        "encoding": encoding,
        "columns": {"USER_ID": "WER", "ITEM_ID": "WAS", "TIMESTAMP": "ZEIT", "EVENT_TYPE": "ÄRT"},
        **({} if has_header else {"header": ["WER", "WAS", "ZEIT", "ÄRT"]}),
    }

    looked = look(
        tmp_path, {"interactions.csv": raw.decode().encode(encoding)}, map={"interactions": asked}
    )

    assert not looked.seen.refused, looked.seen.findings
    assert looked.ready["interactions.csv"].file.read_bytes() == text(MANY[0], *rows)


def test_ratings_csv_is_taken_as_it_is(originals: Path, tmp_path: Path) -> None:
    rows = [line.split("\t") for line in (originals / "u.data").read_text().splitlines()]
    raw = text("userId,movieId,rating,timestamp", *(",".join(row) for row in rows))
    asked = {
        "file": "ratings.csv",
        "columns": {"USER_ID": "userId", "ITEM_ID": "movieId", "TIMESTAMP": "timestamp"},
        "eventTypes": WORKSHOP,
    }

    looked = look(tmp_path, {"ratings.csv": raw}, map={"interactions": asked})

    user, film, _, when = next(row for row in rows if float(row[2]) >= 2)
    lines = looked.ready["ratings.csv"].file.read_text().splitlines()
    assert not looked.seen.refused, looked.seen.findings
    assert lines[0] == MANY[0]
    assert lines[1].startswith(f"{user},{film},{when},")


@pytest.mark.parametrize(
    ("written", "way"),
    [
        ("2025-03-01T12:00:00Z", {"column": "day"}),
        ("2025-03-01T13:00:00+01:00", {"column": "day"}),
        ("01.03.2025 12:00", {"column": "day", "date": "%d.%m.%Y %H:%M"}),
    ],
)
def test_a_date_becomes_seconds(tmp_path: Path, written: str, way: dict[str, str]) -> None:
    raw = text("who;what;day", *(f"u{n % 40};i{n // 40};{written}" for n in range(1_200)))
    asked = {
        "separator": ";",
        "columns": {
            "USER_ID": "who",
            "ITEM_ID": "what",
            "TIMESTAMP": way,
            "EVENT_TYPE": {"value": "view"},
        },
    }

    looked = look(tmp_path, {"interactions.csv": raw}, map={"interactions": asked})

    facts = looked.seen.facts["interactions"]
    assert not looked.seen.refused, looked.seen.findings
    assert facts.first_time == facts.last_time == 1_740_830_400
    assert facts.event_types == {"view": 1_200}


def test_a_fault_in_a_mapped_file_is_told_by_the_users_own_line(tmp_path: Path) -> None:
    rows = [f"u{n % 40};i{n % 90};{START + n}" for n in range(1_200)]
    rows[600] = f";i1;{START}"
    asked = {
        "separator": ";",
        "header": ["USER_ID", "ITEM_ID", "TIMESTAMP"],
        "columns": {"EVENT_TYPE": {"value": "view"}},
    }

    looked = look(tmp_path, {"interactions.csv": text(*rows)}, map={"interactions": asked})

    [refused] = [one for one in looked.seen.findings if one.level is Level.REFUSE]
    assert (refused.code, refused.line) == ("id-empty", 601)


def test_a_column_that_the_map_names_has_to_be_there(tmp_path: Path) -> None:
    asked = {"columns": {"USER_ID": "person"}}

    looked = look(tmp_path, {"interactions.csv": text(*MANY)}, map={"interactions": asked})

    [refused] = [one for one in looked.seen.findings if one.level is Level.REFUSE]
    assert (refused.code, refused.column) == ("map-column-missing", "person")
    assert "USER_ID, ITEM_ID" in refused.message
