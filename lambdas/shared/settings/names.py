"""Names: what the service accepts, and how every one of them carries its pipeline's."""

import re
from hashlib import sha256
from typing import Annotated

from pydantic import StringConstraints

# Personalize's own rule for names (botocore, shape Name).
NAME_LENGTH = 63
Name = Annotated[
    str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9\-_]*$", max_length=NAME_LENGTH)
]
# The pipeline's name begins every other name and is a stack's name too (letters, digits, hyphens).
PipelineName = Annotated[
    str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$", max_length=30)
]


def short_hash(*parts: str) -> str:
    """Return eight hexadecimal digits that stand for ``parts``; the same for the same parts."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:8]


def unique_name(readable: str, *identity: str, suffix: str = "") -> str:
    """Return ``readable``, cut and cleaned to the service's form, then a hash, then ``suffix``.

    The hash stands for ``identity``, so that two readable parts that look alike once cleaned do not
    become one name.
    """
    tail = f"-{short_hash(*identity)}{suffix}"
    clean = re.sub(r"[^a-zA-Z0-9\-_]+", "-", readable).strip("-_") or "x"
    return clean[: NAME_LENGTH - len(tail)].rstrip("-_") + tail
