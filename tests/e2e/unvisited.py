"""States and transitions that no journey visits, each with the reason; every other one must be.

A kind of state machine (`""` is the run, `-teardown` the teardown …) → a state, or a
`(state, next state)` → why. A reason for what was visited, or is not there, is an error.

What only a service that fails would bring about is played on the definition instead, with the
failure as a task's answer (tests/e2e/faults): so the list can stay empty.
"""

Way = str | tuple[str, str]

UNVISITED: dict[str, dict[Way, str]] = {}
