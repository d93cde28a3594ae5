"""Names for the loosely typed values that cross the wire, and ids for what crosses it."""

import random
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
"""A decoded JSON value, of whatever type."""

Payload: TypeAlias = dict[str, Any]
"""A decoded JSON object: the members of a request or an answer."""

# Seeded by the system, not by whoever calls random.seed; nothing here is a secret.
_CHANCE: Final = random.Random()  # noqa: S311


def new_id() -> str:
    """Return a random UUID (version 4); a third of ``uuid.uuid4``'s time, on every request."""
    digits = f"{_CHANCE.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
