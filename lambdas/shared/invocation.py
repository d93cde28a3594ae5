"""What every payload of the state machines has beside a handler's own: who calls.

This module imports nothing, so that synthesis can read it as well.
"""

# Taken out again before a handler sees its event (lambdas.shared.observability).
CALLER = "calledBy"
"""The key of the execution's ARN."""
