"""What is read of plain files, eight bytes at a time, is what a reader of texts would read."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lambdas.validate.counting import count as counting
from lambdas.validate.counting.fingerprints import fingerprint, fingerprints
from lambdas.validate.counting.part import Lines, Part
from lambdas.validate.counting.probing import find_held
from lambdas.validate.counting.runs import Runs
from lambdas.validate.counting.screen import is_sound
from lambdas.validate.findings import Level
from lambdas.validate.ranges import ranges
from lambdas.validate.reading import plain
from lambdas.validate.reading.numbers import numbers
from lambdas.validate.reading.plain import NotPlainError, plain_blocks
from lambdas.validate.reading.table import Room, Source
from lambdas.validate.reading.texts import PAD, Bytes, Texts
from tests.unit.validate.case import HEADER
from tests.unit.validate.drops import NOW, SCHEMAS, START, field, look, sound

VALUES = st.text(
    st.characters(exclude_characters='",\r\n\0', exclude_categories=["Cs"]), max_size=20
)


def column(values: Sequence[str]) -> Texts:
    """Values side by side, as in a file."""
    data = [value.encode() for value in values]
    lengths = np.array([len(one) for one in data], np.int64)
    starts = PAD + np.cumsum(lengths + 1) - lengths - 1
    return Texts(Bytes(bytearray(PAD) + b",".join(data) + bytearray(PAD)), starts, lengths)


def read(file: Path, columns: list[str], parts: int, *, header: bool) -> list[tuple[str, ...]]:
    stretches = ranges(file.stat().st_size, max(1, file.stat().st_size // parts))
    return [
        tuple(block.columns[name].one(row).decode() for name in columns)
        for stretch in stretches
        for block in plain_blocks(file, columns, stretch, header=header)
        for row in range(block.rows)
    ]


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=30),
    parts=st.integers(1, 6),
    header=st.booleans(),
    last=st.booleans(),
    chunk=st.integers(260, 400),
)
def test_every_record_is_read_once_wherever_the_cuts_fall(
    rows: list[tuple[str, ...]], parts: int, header: bool, last: bool, chunk: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "_CHUNK", chunk)
        lines = [",".join(row) for row in ([("A", "B", "C"), *rows] if header else rows)]
        file = Path(folder) / "file.csv"
        file.write_bytes(("\n".join(lines) + ("\n" if last else "")).encode())

        assert read(file, ["A", "B", "C"], parts, header=header) == rows


@pytest.mark.parametrize(
    "content",
    [
        *(b"A,B\n1\n", b"A,B\n1,2,3\n", b"A,B\n1,2,3\n4\n", b"A,B\n1,2\n\n", b'A,B\n1,"2"\n'),
        *(b"A,B\r\n1,2\r\n", b"A,B\n1,\x002\n", b"A,B\n1,\xff2\n", b"A,B\n1," + b"x" * 2**20),
        b"A" * 2**20,
    ],
)
def test_whatever_is_not_plain_is_left_to_others(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)

    with pytest.raises(NotPlainError):
        read(file, ["A", "B"], 1, header=True)


@given(st.lists(st.one_of(st.from_regex(r"[0-9]{1,18}", fullmatch=True), VALUES), min_size=1))
@example(
    ["1759999999", "175999999/", "175999999:", "0", "", "-5", "9" * 16, "9" * 17, "\uff11\uff12"]
)
@example(["1759999999", "1759999998", "1750000000"])
@example(["1759999999", "1659999999"])
@example(["1759999999", "17599999x9"])
@example(["17x9999999", "17x9999999"])
@example(["9" * 16, "9" * 16])
@example(["9" * 17, "9" * 17])
def test_digits_become_numbers_and_nothing_else_does(values: list[str]) -> None:
    found = numbers(column(values))

    is_plain = [re.fullmatch(r"[0-9]{1,16}", value, re.ASCII) is not None for value in values]
    assert found.plain.tolist() == is_plain
    for value, number, known in zip(values, found.values.tolist(), is_plain, strict=True):
        assert not known or number == int(value)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
@example(["", "a", "a" * 8, "a" * 9, "a" * 16, "a" * 512, "a" * 513, "a" * 512 + "b"])
def test_fingerprints_are_equal_if_and_only_if_the_values_are(values: list[str]) -> None:
    found = fingerprints(column(values)).tolist()

    assert [fingerprint(value) for value in values] == found
    assert len(set(found)) == len(set(values))


TYPED: dict[str, dict[str, Any]] = {
    "ITEM_ID": field("ITEM_ID", "string"),
    "CREATION_TIMESTAMP": field("CREATION_TIMESTAMP", "long", "null"),
    "INT": field("INT", "int"),
    "LONG": field("LONG", "null", "long"),
    "FLOAT": field("FLOAT", "float", "null"),
    "BOOLEAN": field("BOOLEAN", "boolean"),
    "CATEGORY": field("CATEGORY", "string", categorical=True),
    "NAME": field("NAME", "string", "null"),
}
ODD = st.sampled_from(
    [
        *("", "-", "+", ".", "1.", ".5", "-.5", "1.5.2", "1e5", "1795000e+3", "0x6a000000", " 7"),
        *("1_000", "inf", "nan", "true", "false", "True", "yes", "2147483647", "2147483648"),
        *("-2147483649", "9" * 16, "9" * 17, "9" * 19, "-" + "9" * 19, "007", "-0", "+5", "é"),
        *(str(NOW), str(NOW + 1), f"{NOW}000", "2024-05-01", "x" * 257, "x" * 1_001, "1-2", "--1"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(TYPED)), values=st.lists(st.one_of(ODD, VALUES), min_size=1))
def test_nothing_that_a_probe_finds_passes_the_screen(name: str, values: list[str]) -> None:
    fields, columns = [TYPED[name]], (name, "OTHER")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "items.csv"
        file.write_bytes("".join(f"{value},\n" for value in values).encode())
        source = Source(file=file, columns=columns, header=False, quoted=False)
        part = Part(kind="items", name="i", file=file, columns=columns, fields=fields, now=NOW)
        room = Room(memory_mib=100, folder=Path(folder), threads=1)
        held = find_held(part, source, Lines(header=False), room)
        stretch = (0, file.stat().st_size)
        [block] = plain_blocks(file, columns, stretch, header=False)

        assert not (held and is_sound(fields, block, {}, now=NOW)), held


@pytest.mark.parametrize("kind", ["interactions", "items", "users"])
def test_threads_add_up_to_what_one_does(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / f"{kind}.csv"
    file.write_bytes(sound(kind))
    names = [str(one["name"]) for one in SCHEMAS[kind]["fields"]]
    fields = SCHEMAS[kind]["fields"]
    part = Part(kind=kind, name=file.name, file=file, columns=names, fields=fields, now=NOW)

    def counted(threads: int) -> object:
        room = Room(memory_mib=100, folder=tmp_path, threads=threads)
        return counting.count(part, room, Runs(tmp_path / str(threads))).counted

    one = counted(1)
    monkeypatch.setattr(counting, "_STRETCH", 1_000)
    assert counted(3) == one


def test_event_types_by_the_thousand_are_bounded_and_those_of_solutions_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.validate.counting.recurring._MOST", 50)
    many = [f"u{n % 40},i{n % 30},{START + n},session-{n}" for n in range(3_000)]
    clicks = [f"u{n % 40},i{n % 30},{START + n},click" for n in range(1_500)]
    content = "\n".join([HEADER, *many, *clicks, ""]).encode()
    wish = {"name": "clicks", "recipe": "aws-sims", "eventType": "click"}

    seen = look(tmp_path, {"interactions": content}, solutions=[wish])

    facts = seen.facts["interactions"]
    assert facts.trainable == {"clicks": 1_500}
    assert facts.event_types["click"] == 1_500
    assert len(facts.event_types) == 50
    assert {one.code for one in seen.findings if one.level is Level.REFUSE} == {
        "too-many-event-types"
    }


@pytest.mark.parametrize("time", ["+1700000000", "-0", "0" * 5_000 + "1700000000"])
def test_a_sign_or_zeros_in_front_leave_a_time_what_it_is(time: str, tmp_path: Path) -> None:
    content = sound("interactions") + f"u1,i1,{time},watch\n".encode()

    seen = look(tmp_path, {"interactions": content})

    assert not seen.refused, seen.findings
    assert seen.facts["interactions"].first_time == min(int(time[-10:]), START)
    assert sum(seen.facts["interactions"].by_month.values()) == 60_001


@pytest.mark.parametrize("time", ["1795000e+3", "1.795e9", "0x6a000000", " 1700000000"])
def test_a_number_in_another_notation_is_no_time_stamp(time: str, tmp_path: Path) -> None:
    content = sound("interactions") + f"u1,i1,{time},watch\n".encode()

    [finding] = look(tmp_path, {"interactions": content}).findings

    assert finding.code == "time-not-whole"
    assert finding.line == 60_002
    assert repr(time) in finding.message
