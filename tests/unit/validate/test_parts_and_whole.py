"""However a file is cut into parts, the parts add up to what the whole is."""

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lambdas.shared.map_settings import DatasetMap
from lambdas.validate.changing.prepare import prepare
from lambdas.validate.counting.merge import merge
from lambdas.validate.counting.part import Counted
from lambdas.validate.counting.runs import Runs
from lambdas.validate.counting.shares import all_shares
from lambdas.validate.facts import Facts
from lambdas.validate.look import judge_facts, open_file, part_of, wishes_of
from lambdas.validate.ranges import copy_lines, ranges
from lambdas.validate.reading.table import Room
from lambdas.validate.wanted import Wanted
from tests.unit.validate.drops import NOW, SCHEMAS, START

HEADER = b"USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE"
IDS = st.sampled_from(["u1", "u2", "u3", "u4", "", "x" * 257, "é"])
TIMES = st.sampled_from([str(START), str(START + 1), f"{START}000", "2024-05-01", "-3", "1.5", ""])
TYPES = st.sampled_from(["click", "watch", ""])
RECORD = st.tuples(IDS, IDS, TIMES, TYPES).map(lambda values: ",".join(values).encode())
ODD = st.sampled_from(
    [
        *(b"", b"u1,i1", b"u1,i1,5,watch,more", b'"u1",i1,5,click', b'u"1,i1,5,click'),
        *(b'"u,1",i1,5,"a ""b"" c"', b'"u1,i1,5,click', b'on",i1,5,click', b"u\xff,i1,5,click"),
        *(b'"u\\"1",i1,5,click', b"u1,i1,5\r,click", b"u\x001,i1,5,click"),
    ]
)
LINES = st.lists(st.one_of(RECORD, RECORD, RECORD, ODD), max_size=40)
WANTED = Wanted.model_validate(
    {
        "schemas": SCHEMAS,
        "solutions": [{"name": "clicks", "recipe": "aws-sims", "eventType": "click"}],
    }
)


MAPPED = WANTED.model_copy(
    update={
        "map": {
            "interactions": DatasetMap.model_validate(
                {"separator": ";", "columns": {"TIMESTAMP": {"column": "TIMESTAMP"}}}
            )
        }
    }
)


def facts_of(
    folder: Path, content: bytes, part_size: int, shares: int, wanted: Wanted = WANTED
) -> dict[str, Facts]:
    opened, _ = open_file("interactions", "interactions.csv", len(content), content, wanted)
    counted: list[Counted] = []
    runs = []
    for number, stretch in enumerate(ranges(len(content), part_size)):
        file = folder / f"{number}.csv"
        with file.open("wb") as target:
            copy_lines(lambda start: iter([content[start:]]), stretch, target)
        part = part_of(opened, file, wanted, now=NOW, number=number)
        runs.append(Runs(folder / f"runs-{number}"))
        room = Room(memory_mib=200, folder=folder, threads=1)
        counted.append(prepare(part, wishes_of(opened, wanted), room, runs[-1]).counted)
    return merge(counted, all_shares({"interactions": runs}, shares))


@settings(max_examples=60, deadline=None)
@example(lines=[b"u1,i1"], end=b"\r\n", last=False, part_size=40, shares=1)
@given(
    lines=LINES,
    end=st.sampled_from([b"\n", b"\r\n"]),
    last=st.booleans(),
    part_size=st.integers(40, 400),
    shares=st.integers(1, 4),
)
def test_parts_add_up_to_the_whole(
    lines: list[bytes], end: bytes, last: bool, part_size: int, shares: int
) -> None:
    content = end.join([HEADER, *lines]) + (end if last else b"")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        whole = facts_of(Path(one), content, len(content), 1)
        parts = facts_of(Path(other), content, part_size, shares)

    assert parts == whole
    assert list(judge_facts(parts, WANTED, now=NOW)) == list(judge_facts(whole, WANTED, now=NOW))


@settings(max_examples=40, deadline=None)
@given(lines=LINES, part_size=st.integers(60, 400), shares=st.integers(1, 4))
def test_parts_of_a_mapped_file_add_up_to_the_whole(
    lines: list[bytes], part_size: int, shares: int
) -> None:
    content = b"\n".join([HEADER, *lines, b""]).replace(b",", b";")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        whole = facts_of(Path(one), content, len(content), 1, MAPPED)
        parts = facts_of(Path(other), content, part_size, shares, MAPPED)

    assert parts == whole
