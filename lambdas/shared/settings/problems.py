"""What is wrong with a pipeline file, said so that it can be mended without looking anything up."""

from collections.abc import Sequence
from dataclasses import dataclass

# The way to a value: keys and list positions, as pydantic gives it.
Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One finding.

    Attributes:
        location: The way to the value in the file.
        message: What was found, what is allowed, how to mend it.
        line: 1-based line in the file; None where the settings came from elsewhere.
    """

    location: Location
    message: str
    line: int | None = None

    @property
    def dotted(self) -> str:
        """Return the location as people write it: ``solutions[0].recipe``."""
        text = ""
        for part in self.location:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        return text or "the pipeline"


class SettingsError(Exception):
    """A pipeline file that is refused, with every finding in one message.

    Attributes:
        problems: The findings, in the order of the file.
    """

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        lines = (
            f"{source}{f':{p.line}' if p.line else ''}: {p.dotted}: {p.message}"
            for p in self.problems
        )
        super().__init__("\n".join(lines))
