"""States and transitions that no journey visits, each with the reason; every other one must be.

A kind of state machine → a state, or a `(state, next state)` → why.
"""

Way = str | tuple[str, str]

UNVISITED: dict[str, dict[Way, str]] = {}
