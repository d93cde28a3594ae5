"""Tear down: a state machine, and the custom resource that starts it when the stack is deleted."""

from stacks.teardown.construct import Teardown
from stacks.teardown.parts import Doomed

__all__ = ["Doomed", "Teardown"]
