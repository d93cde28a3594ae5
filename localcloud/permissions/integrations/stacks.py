"""The policies in force: those of the templates that MiniStack's CloudFormation has deployed."""

from dataclasses import dataclass, field
from typing import Any

from ministack.services import cloudformation

from localcloud.permissions.deployed import load_policies
from localcloud.permissions.evaluation import Policies
from localcloud.permissions.labels import role_labels
from localcloud.permissions.recorder import InForce
from localcloud.permissions.template import Deployed
from localcloud.server.extensions.patching import private

_COMPLETE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


@dataclass
class DeployedStacks:
    """Reads `_stacks` and `_stack_events`, again whenever an event was added.

    Attributes:
        granted: Each stack's policies as they stood when it was last complete: what a destroyed
            stack had granted is still worth reporting.
        complete: Each stack as it was deployed then.
        labels: Each role's ARN → its name in the CDK code.
    """

    complete: dict[str, Deployed] = field(default_factory=dict)
    granted: dict[str, Policies] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    _machines: dict[str, Any] = field(default_factory=dict)
    _now: InForce = field(default_factory=lambda: InForce(None, Policies()))

    def __call__(self) -> InForce:
        """The policies that hold at this moment."""
        version = _version()
        if version != self._now.version:
            self._now = InForce(version, self._load())
        return self._now

    def machine(self, arn: str) -> dict[str, Any]:
        """The properties of a deployed state machine, beside its definition; none if unknown."""
        self()
        found: dict[str, Any] = self._machines.get(arn, {})
        return found

    def _load(self) -> Policies:
        stacks = [(body, _deployed(body)) for body in _stacks()]
        for body, stack in stacks:
            self.labels.update(role_labels(stack))
            self._machines.update(_machines(stack))
            if body["StackStatus"] in _COMPLETE:
                self.granted[body["StackId"]] = load_policies(stack)
                self.complete[body["StackId"]] = stack
        return load_policies(*(stack for _, stack in stacks))


def install() -> None:
    """Prove that MiniStack keeps its stacks where this module looks."""
    private(cloudformation, "_stacks")
    private(cloudformation, "_stack_events")


def _stacks() -> list[dict[str, Any]]:
    return list(private(cloudformation, "_stacks").to_dict().values())


def _events() -> dict[str, list[dict[str, str]]]:
    return {
        key[-1]: events
        for key, events in private(cloudformation, "_stack_events").to_dict().items()
    }


def _version() -> tuple[tuple[str, int], ...]:
    return tuple((stack, len(events)) for stack, events in _events().items())


def _deployed(body: dict[str, Any]) -> Deployed:
    _, _, _, region, account, _ = body["StackId"].split(":", 5)
    return Deployed(
        template=body["_template"] or {"Resources": {}},
        physical=_physical(_events().get(body["StackId"], [])),
        account=account,
        region=region,
        stack=body["StackName"],
        stack_id=body["StackId"],
        parameters={
            name: value["Value"] for name, value in body.get("_resolved_params", {}).items()
        },
    )


def _machines(stack: Deployed) -> dict[str, Any]:
    machines = stack.of_type("AWS::StepFunctions::StateMachine")
    return {stack.arn(logical): body["Properties"] for logical, body in machines.items()}


def _physical(events: list[dict[str, str]]) -> dict[str, str]:
    """Logical → physical id of what exists, from a stack's events in their order."""
    found: dict[str, str] = {}
    for event in events:
        logical, status = event["LogicalResourceId"], event["ResourceStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            found[logical] = event["PhysicalResourceId"]
        elif status == "DELETE_COMPLETE":
            found.pop(logical, None)
    return found
