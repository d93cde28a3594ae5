"""Where commands print: the terminal as wide as it is, a log wide enough for one line a fact."""

from rich.console import Console

_LOG_COLUMNS = 160


def output() -> Console:
    """A console on standard output."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_LOG_COLUMNS)
