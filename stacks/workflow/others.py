"""What a run does beside its solutions: maps whose outcomes gather in the variable ``others``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stacks.workflow.scopes import scoped
from stacks.workflow.states import State, States, catch, expression


@dataclass(frozen=True, kw_only=True)
class Each:
    """A map over plans known at synthesis.

    Attributes:
        entry: The map's name.
        scope: What its variables begin with.
        label: What it is called in a message.
    """

    entry: str
    scope: str
    label: str

    @property
    def take(self) -> str:
        """Return the first state of an iteration."""
        return f"Take up {self.label}"

    @property
    def done(self) -> str:
        """Return the end of an iteration that went well."""
        return f"Done: {self.label}"

    @property
    def failed(self) -> str:
        """Return the end of an iteration that failed; ``failure`` says why."""
        return f"Failed: {self.label}"

    def over(
        self, plans: Sequence[dict[str, Any]], *, first: str, states: States, then: str, failed: str
    ) -> State:
        """Return the map; its outcomes are added to ``others``.

        Args:
            plans: What ``plan`` is in each iteration; ``kind`` and ``name`` at least.
            first: The state after ``take``.
            states: The states of an iteration; they lead to ``done`` or ``failed``.
            then: The next state.
            failed: Where an error leads that no iteration has caught.
        """
        begin = {"plan": expression("$states.input"), "output": "", "failure": {}}
        iteration: States = {
            self.take: {"Type": "Pass", "Assign": begin, "Next": first},
            **states,
            self.done: _outcome("ACTIVE"),
            self.failed: _outcome("FAILED"),
        }
        return {
            "Type": "Map",
            "Items": list(plans),
            # The service takes five pending jobs of a kind at a time.
            "MaxConcurrency": 5,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": self.take,
                "States": scoped(self.scope, iteration),
            },
            "Catch": catch(failed, step=self.label),
            "Assign": {"others": expression("[$append($others, $states.result)]")},
            "Output": expression("$states.input"),
            "Next": then,
        }


def _outcome(status: str) -> State:
    said = {
        "kind": expression("$plan.kind"),
        "name": expression("$plan.name"),
        "status": status,
        "output": expression("$output"),
        "failure": expression("$failure") if status == "FAILED" else {},
    }
    return {"Type": "Pass", "Output": said, "End": True}
