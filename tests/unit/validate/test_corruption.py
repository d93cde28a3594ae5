"""Sound files pass; one byte changed is either harmless or reported at its line."""

import re
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lambdas.validate.findings import Level
from lambdas.validate.seen import Seen
from tests.unit.validate.drops import NOW, START, interactions, look

_LINES = interactions(rows=1_200, users=40)
_SOUND = ("\n".join(_LINES) + "\n").encode()
_MOST = 99_999_999_999
# What the service takes as an id (developer guide): any text but these, in the dialect unquoted.
_IDS = st.text(
    st.characters(exclude_characters='",\r\n\0', exclude_categories=["Cs"]),
    min_size=1,
    max_size=12,
)
_EVENTS = st.tuples(_IDS, _IDS, st.integers(0, NOW), _IDS)


def seen_of(content: bytes) -> Seen:
    with tempfile.TemporaryDirectory() as folder:
        return look(Path(folder), {"interactions": content})


def is_record(line: bytes) -> bool:
    """The rules of one line, written down a second time and as plainly as can be."""
    try:
        # A lone CR at the end makes a line end of Windows, which is warned of (39).
        values = line.removesuffix(b"\r").decode("utf-8").split(",")
    except UnicodeDecodeError:
        return False
    if len(values) != len(_LINES[0].split(",")) or re.search(rb'["\r\0]', line.removesuffix(b"\r")):
        return False
    user, thing, time, kind = values
    ids_fit = all(0 < len(one) <= 256 for one in (user, thing))
    return (
        ids_fit
        and kind != ""
        and re.fullmatch(r"[+-]?[0-9]+", time, re.ASCII) is not None
        and 0 <= int(time) < _MOST + 1
    )


@settings(max_examples=25, deadline=None)
@given(events=st.lists(_EVENTS, max_size=30))
def test_whatever_fits_the_rules_passes(events: list[tuple[str, str, int, str]]) -> None:
    kinds = ("watch", "click")
    more = [f"{u},{i},{t},{kinds[len(k) % 2]}" for u, i, t, k in events]

    seen = seen_of(("\n".join([*_LINES, *more]) + "\n").encode())

    assert not seen.refused, seen.findings
    assert seen.facts["interactions"].rows == len(_LINES) - 1 + len(more)


@settings(max_examples=70, deadline=None)
@given(place=st.integers(0, len(_SOUND) - 2), byte=st.integers(0, 255))
@example(place=_SOUND.index(b",", 200), byte=ord("\n"))
@example(place=_SOUND.index(b"\n", 300), byte=ord(","))
@example(place=150, byte=ord("\n"))
@example(place=_SOUND.index(b"\n", 300) - 1, byte=ord("\r"))
@example(place=_SOUND.index(str(START).encode()), byte=ord("0"))
def test_a_changed_byte_is_harmless_or_reported_at_its_line(place: int, byte: int) -> None:
    content = _SOUND[:place] + bytes([byte]) + _SOUND[place + 1 :]
    line = _SOUND.count(b"\n", 0, place) + 1
    touched = content.split(b"\n")[line - 1 : line - 1 + (2 if byte == ord("\n") else 1)]
    # A newline may leave a record before it, and make none of what is after it.
    bad = [line + n for n, one in enumerate(touched) if line == 1 or not is_record(one)]
    harmless = content == _SOUND or not bad

    seen = seen_of(content)

    refused = [one.line for one in seen.findings if one.level is Level.REFUSE]
    # Many types together are about the whole file; nothing else is.
    assert [one for one in refused if one is not None] == ([] if harmless else refused)
    assert seen.refused != harmless, seen.findings
    assert harmless or bad[0] in refused, seen.findings
