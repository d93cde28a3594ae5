"""What is wrong with a file that is mapped: told in the user's own words and lines."""

import gzip
from pathlib import Path

import pytest

from lambdas.validate.findings import Level
from tests.unit.validate.drops import START
from tests.unit.validate.test_changing import WORKSHOP, look, text

RATED = ["userId,movieId,rating,timestamp"]
RATED += [f"{n % 40},{n % 30},{1 + n % 5}.0,{START + n}" for n in range(2_000)]
GROUPLENS = {
    "columns": {"USER_ID": "userId", "ITEM_ID": "movieId", "TIMESTAMP": "timestamp"},
    "eventTypes": WORKSHOP,
}


@pytest.mark.parametrize(
    ("code", "line", "words", "rows"),
    [
        ("control", 4, "NUL", ["1,\x001,4.0,1700000000"]),
        ("ragged", 4, "3 values instead of 4", ["1,1,4.0"]),
        ("ragged", 4, "5 values instead of 4", ["1,1,4.0,1700000000,x"]),
        ("line-empty", 4, "empty", [""]),
        ("quote", 4, "opens a quote", ['"1,1,4.0,1700000000']),
        ("record-over-lines", 4, "goes on to line 5", ['"1', '1",1,4.0,1700000000']),
        ("map-not-a-number", 4, "'good' in the column rating", ["1,1,good,1700000000"]),
        ("map-not-a-number", 4, "'rating' in the column rating", RATED[:1]),
        ("id-empty", 4, "USER_ID: is empty", [",1,4.0,1700000000"]),
        ("time-date", 6, "'2025-01-01'", ["1,1", "1,1,,", "1,1,4.0,2025-01-01"]),
    ],
)
@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), (";", "utf-16")])
def test_what_is_wrong_with_a_mapped_file_is_told_at_its_own_line(  # noqa: PLR0917 - a table
    tmp_path: Path,
    code: str,
    line: int,
    words: str,
    rows: list[str],
    separator: str,
    encoding: str,
) -> None:
    own = text(*RATED[:3], *rows, *RATED[3:]).replace(b",", separator.encode())
    asked = {**GROUPLENS, "separator": separator, "encoding": encoding}

    looked = look(
        tmp_path,
        {"interactions.csv": own.decode().encode(encoding)},
        map={"interactions": asked},
    )

    [finding] = [one for one in looked.seen.findings if one.code == code]
    assert finding.line == line
    assert words in finding.message
    assert looked.seen.refused is (code != "line-empty")


@pytest.mark.parametrize("written", ["2025-03-01", "1 March", "03/01/2025"])
def test_a_date_that_the_map_cannot_read_is_told_with_the_format(
    tmp_path: Path, written: str
) -> None:
    own = text(*RATED[:3], f"1,1,4.0,{written}", *RATED[3:])
    dated = {"column": "timestamp", "date": "%d.%m.%Y"}
    columns = {"USER_ID": "userId", "ITEM_ID": "movieId", "TIMESTAMP": dated}

    looked = look(
        tmp_path,
        {"interactions.csv": own},
        map={"interactions": {"columns": columns, "eventTypes": WORKSHOP}},
    )

    [finding] = [one for one in looked.seen.findings if one.level is Level.REFUSE]
    assert finding.line == 4
    assert finding.found == f"{written!r} does not fit map's date format %d.%m.%Y"
    assert finding.remedy == "Write it so, or change date: (strptime, as in %d.%m.%Y)"


@pytest.mark.parametrize("separator", ["\t", "|", "::"])
def test_quotes_are_characters_where_nothing_is_put_between_quotes(
    tmp_path: Path, separator: str
) -> None:
    own = text(*RATED, f'7,the "7",5.0,{START}', f'8,"8,5.0,{START}')
    asked = {**GROUPLENS, "separator": separator}

    looked = look(
        tmp_path,
        {"interactions.csv": own.replace(b",", separator.encode())},
        map={"interactions": asked},
    )

    refused = [one for one in looked.seen.findings if one.level is Level.REFUSE]
    assert [(one.code, one.line) for one in refused] == [("id-quote", len(RATED) + 1)]
    assert refused[0].count == 4  # two ratings, a watch and a click each


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ("not-csv", gzip.compress(text(*RATED))),
        ("not-utf8", text(*RATED).decode().encode("utf-16")),
        ("line-ends", text(*RATED, end="\r")),
        ("separator", text(*RATED).replace(b",", b"\t")),
        ("empty", b""),
    ],
)
def test_a_file_that_no_map_can_read_is_one_finding(tmp_path: Path, code: str, own: bytes) -> None:
    looked = look(tmp_path, {"interactions.csv": own}, map={"interactions": GROUPLENS})

    assert [(one.code, one.line) for one in looked.seen.findings] == [(code, 1)]
