"""A finding: where, what was found, what is allowed, how to mend it."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Level(StrEnum):
    """Whether a finding stops the run."""

    REFUSE = "refuse"
    WARN = "warn"
    MENDED = "mended"
    """It would have been one of the others, and was mended as asked."""


# Each of these is a matter of writing, not of meaning: there is one way to read it.
MENDABLE = {
    "bom": "the byte-order mark is gone",
    "header-quoted": "the header has no quotes",
    "column-order": "the columns are in the schema's order",
    "crlf": "lines end in LF",
    "line-empty": "empty lines are gone",
    "quote-doubled": "quotes inside values are escaped",
    "time-milliseconds": "milliseconds are seconds",
    "boolean-spelling": "booleans are true or false",
    "incremental-first": "the first import is FULL",
}


class Finding(BaseModel):
    """One thing that is wrong with a drop, in words that lead to its mending."""

    model_config = ConfigDict(frozen=True)

    code: str
    """A short, stable name: ``column-missing``."""
    level: Level
    file: str
    """The file's name in the drop."""
    line: int | None = None
    """The first line it is about, counted from 1 (the header); None for the whole file."""
    column: str | None = None
    found: str
    """What is there."""
    allowed: str
    """What may be there."""
    remedy: str
    """How to mend it."""
    count: int = 1
    """How many lines it is about."""

    @property
    def message(self) -> str:
        """Return the finding as one sentence."""
        where = self.file
        if self.line is not None:
            where += f", line {self.line}"
        if self.column is not None:
            where += f", {self.column}"
        others = self.count - 1
        more = f" (and {others:,} more line{'s' * (others > 1)})" if others else ""
        return _printable(f"{where}: {self.found}{more}; {self.allowed}. {self.remedy}.")


def _printable(text: str) -> str:
    """Return a text in one line that no terminal takes for orders: names are the user's own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Return refusals, then warnings, then what was mended, each in the order of file and line."""
    return sorted(findings, key=lambda f: (_ORDER[f.level], f.file, f.line or 0, f.code))


_ORDER = {level: place for place, level in enumerate(Level)}


def in_one(findings: list[Finding], *, at_most: int = 10, characters: int = 4_000) -> str:
    """Return the worst findings as one message, a line each, of a bounded length.

    Args:
        findings: All of them.
        at_most: How many are spelled out.
        characters: How long the message may become, its last line aside.
    """
    lines: list[str] = []
    room = characters
    ordered = worst_first(findings)
    for finding in ordered[:at_most]:
        room -= len(finding.message) + 1
        if room < 0:
            break
        lines.append(finding.message)
    if len(ordered) > len(lines):
        lines.append(f"… and {len(ordered) - len(lines)} more; the report has them all.")
    return "\n".join(lines)
