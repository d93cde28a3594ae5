"""Every call of a local cloud with the templates it was judged by: to be judged again by others.

A changed policy is proved against the calls of a run that was, in a second and without a cloud.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from localcloud.permissions.calls import Call, Principal
from localcloud.permissions.deployed import load_policies
from localcloud.permissions.evaluation import Policies
from localcloud.permissions.labels import role_labels
from localcloud.permissions.recorder import InForce, Recorder
from localcloud.permissions.template import Deployed

Template = Mapping[str, Any]


@dataclass(frozen=True)
class Recording:
    """What was deployed, and every distinct call that was made.

    Attributes:
        stacks: Each stack as it stood when it was last complete.
    """

    stacks: tuple[Deployed, ...]
    calls: tuple[Call, ...]

    @classmethod
    def of(cls, stacks: Iterable[Deployed], recorder: Recorder) -> "Recording":
        """What a recorder has heard so far."""
        return cls(tuple(stacks), tuple(each.call for each in recorder.recorded()))

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "Recording":
        """The recording that `as_json` wrote."""
        stacks = (Deployed(**stack) for stack in content["stacks"])
        return cls(tuple(stacks), tuple(map(_call, content["calls"])))

    def as_json(self) -> dict[str, Any]:
        """A form that JSON can hold."""
        return {
            "stacks": [asdict(stack) for stack in self.stacks],
            "calls": [asdict(call) for call in self.calls],
        }

    @property
    def labels(self) -> dict[str, str]:
        """Each role's ARN → its name in the CDK code."""
        return role_labels(*self.stacks)

    def policies(self) -> list[Policies]:
        """The policies of each stack."""
        return [load_policies(stack) for stack in self.stacks]

    def of_action(self, action: str) -> "Recording":
        """Only the calls that come to this action."""
        calls = (call for call in self.calls if call.action.lower() == action.lower())
        return replace(self, calls=tuple(calls))

    def changed(self, change: Callable[[Template], Template]) -> "Recording":
        """The same calls under changed templates."""
        stacks = (replace(stack, template=change(stack.template)) for stack in self.stacks)
        return replace(self, stacks=tuple(stacks))

    def replay(self) -> Recorder:
        """A recorder that has heard every call, judged by the policies of these templates."""
        now = InForce("recorded", load_policies(*self.stacks))
        recorder = Recorder(lambda: now)
        recorder.judge(self.calls)
        return recorder


def _call(content: Mapping[str, Any]) -> Call:
    context = {key: tuple(values) for key, values in content["context"].items()}
    return Call(**{**content, "principal": Principal(**content["principal"]), "context": context})
