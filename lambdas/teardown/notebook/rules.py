"""When a notebook instance may be deleted (SageMaker API reference, NotebookInstanceStatus)."""

from enum import StrEnum


class Move(StrEnum):
    """What to do about an instance."""

    STOP = "stop"
    WAIT = "wait"
    NOTHING = "nothing"


_DELETABLE = frozenset(("Stopped", "Failed", "Deleting"))


def move_for(status: str | None) -> Move:
    """Return what to do about an instance of this status; None is one that does not exist."""
    if status is None or status in _DELETABLE:
        return Move.NOTHING
    return Move.STOP if status == "InService" else Move.WAIT
