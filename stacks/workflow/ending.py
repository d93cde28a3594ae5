"""How a run ends: well, badly, or without having had anything to do."""

from typing import Any

WELL = "Did all go well?"


def quiet_end(outcome: str, message: str) -> dict[str, Any]:
    """Return the end of an execution that is no run of its own."""
    said = {"outcome": outcome, "message": message}
    return {"Type": "Pass", "Output": said, "End": True}
