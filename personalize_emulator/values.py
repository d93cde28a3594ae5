"""Names for the loosely typed values that cross the wire."""

from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A decoded JSON value, of whatever type."""

Payload: TypeAlias = dict[str, Any]
"""A decoded JSON object: the members of a request or an answer."""
