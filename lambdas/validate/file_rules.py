"""The judgement over one file: its lines and its values. Pure: facts in, findings out."""

from collections.abc import Iterator, Sequence

from lambdas.validate.counting.part import BrokenLine
from lambdas.validate.facts import FileFacts
from lambdas.validate.findings import MENDABLE, Finding, Level
from lambdas.validate.probes import Probe
from lambdas.validate.reading.records import MAX_LINE, Fault

_QUOTES = (Fault.OPEN_QUOTE, Fault.STRAY_QUOTE)
_ALLOWED = {
    Fault.EMPTY: ("line-empty", "the service passes over empty lines", "Nothing, or remove it"),
    Fault.RAGGED: ("ragged", "a line has one value for each column", "Mend or remove the line"),
    Fault.OPEN_QUOTE: (
        "quote",
        'a value with a comma or a quote in it stands between quotes, and a quote inside is \\"',
        "Close the quote",
    ),
    Fault.STRAY_QUOTE: (
        "quote",
        'a value with a comma or a quote in it stands between quotes, and a quote inside is \\"',
        'Put the value between quotes, and write \\" for those inside',
    ),
    Fault.FOREIGN: ("not-utf8", "UTF-8", "Save the file as UTF-8 (it may be Windows-1252 now)"),
    Fault.CONTROL: ("control", "text without control characters", "Remove the character"),
    Fault.NO_NUMBER: (
        "map-not-a-number",
        "map: takes event types from numbers, and leaves rows without one out",
        "Write a number, or leave the value empty",
    ),
    Fault.TOO_LONG: ("line-too-long", f"at most {MAX_LINE:,} bytes a line", "Shorten the line"),
}


def judge_file(facts: FileFacts, probes: Sequence[Probe]) -> Iterator[Finding]:
    """Yield a finding for each kind of broken line, and for each probe that held."""
    if facts.rows == 0 and not facts.faults:
        yield _finding(
            "header-only",
            facts,
            1,
            "has a header and no rows",
            "at least one row",
            "Export it again",
        )
    yield from _lines(facts)
    yield from _quotes(facts)
    yield from _ends(facts)
    yield from _mended(facts)
    for probe in probes:
        held = facts.held.get(probe.key)
        if held:
            yield probe.finding(file=facts.name, count=held.count, line=held.line, value=held.value)


def _lines(facts: FileFacts) -> Iterator[Finding]:
    over_lines = {line.line: last for line, last in records_over_lines(facts.broken)}
    taken = {n for first, last in over_lines.items() for n in range(first, last + 1)}
    left = [line for line in facts.broken if line.line not in taken]
    if over_lines:
        first, last = next(iter(over_lines.items()))
        yield _finding(
            "record-over-lines",
            facts,
            first,
            f"a value goes on to line {last}",
            "a record is one line",
            "Replace line breaks in values by spaces",
            count=len(over_lines),
        )
    for fault, (code, allowed, remedy) in _ALLOWED.items():
        lines = [line for line in left if line.fault is fault]
        if lines:
            hidden = sum(line.fault is fault for line in facts.broken) - len(lines)
            found = f"{lines[0].detail}: {lines[0].text!r}" if lines[0].text else lines[0].detail
            level = Level.WARN if fault is Fault.EMPTY else Level.REFUSE
            count = facts.faults[fault] - hidden
            yield _finding(code, facts, lines[0].line, found, allowed, remedy, count, level)


def records_over_lines(broken: Sequence[BrokenLine]) -> Iterator[tuple[BrokenLine, int]]:
    """Yield the first line and the last line's number of records that go over several lines.

    A quote that is open at the end of a line and closed on a later one, with nothing but broken
    lines between them, is one record; an open quote with a sound line after it was forgotten.
    """
    place = 0
    while place < len(broken):
        first = broken[place]
        end = _end_of_record(broken, place) if first.fault is Fault.OPEN_QUOTE else None
        if end is not None:
            yield first, broken[end].line
            place = end
        place += 1


def _end_of_record(broken: Sequence[BrokenLine], start: int) -> int | None:
    for place in range(start + 1, len(broken)):
        if broken[place].line != broken[place - 1].line + 1:
            return None
        if broken[place].fault in _QUOTES:
            return place
    return None


def _quotes(facts: FileFacts) -> Iterator[Finding]:
    if facts.doubled:
        yield _finding(
            "quote-doubled",
            facts,
            facts.first_doubled,
            'a quote inside a value is written ""',
            'the service expects \\"',
            'Write \\" (repair: true does it)',
            facts.doubled,
            Level.WARN,
        )


def _ends(facts: FileFacts) -> Iterator[Finding]:
    if facts.returns:
        yield _finding(
            "crlf",
            facts,
            1,
            "lines end in CR LF",
            "lines end in LF",
            "Convert it (repair: true does it)",
            1,
            Level.WARN,
        )


def _mended(facts: FileFacts) -> Iterator[Finding]:
    for one in facts.mended:
        yield Finding(
            code=one.code,
            level=Level.MENDED,
            file=facts.name,
            line=one.line,
            column=one.column,
            found=f"mended: {MENDABLE[one.code]}",
            allowed="a mended copy is imported",
            remedy="Nothing; your file is as it was",
            count=one.count,
        )


def _finding(  # noqa: PLR0917 - in the order of the sentence they make
    code: str,
    facts: FileFacts,
    line: int,
    found: str,
    allowed: str,
    remedy: str,
    count: int = 1,
    level: Level = Level.REFUSE,
) -> Finding:
    return Finding(
        code=code,
        level=level,
        file=facts.name,
        line=line,
        found=found,
        allowed=allowed,
        remedy=remedy,
        count=count,
    )
