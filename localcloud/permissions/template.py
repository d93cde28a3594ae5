"""A synthesized template with the values of its deployment put in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.permissions.arns import arn_of
from localcloud.permissions.errors import UnresolvedError

Json = Any
_REFERENCE = re.compile(r"\$\{([^!}][^}]*)\}")


@dataclass(frozen=True)
class Deployed:
    """A template and what became of its resources.

    Attributes:
        template: The synthesized template.
        physical: Logical id → physical id of each resource that exists.
        stack: The stack's name.
        stack_id: Its ARN.
        parameters: Values of the template's parameters.
    """

    template: Mapping[str, Json]
    physical: Mapping[str, str]
    account: str
    region: str
    stack: str = "stack"
    stack_id: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def of_type(self, *kinds: str) -> dict[str, Json]:
        """Logical id → resource, of these types, those that exist."""
        return {
            logical: body
            for logical, body in self.template["Resources"].items()
            if body["Type"] in kinds and logical in self.physical
        }

    def properties(self, logical: str) -> Json:
        """A resource's properties, resolved.

        Raises:
            UnresolvedError: They refer to something that does not exist yet.
        """
        return self.resolve(self.template["Resources"][logical].get("Properties", {}))

    def arn(self, logical: str) -> str:
        """A resource's ARN."""
        kind = self.template["Resources"][logical]["Type"]
        return arn_of(kind, self._physical(logical), region=self.region, account=self.account)

    def resolve(self, value: Json) -> Json:
        """`value` with every intrinsic function replaced by what it stands for."""
        if isinstance(value, list):
            resolved = (self.resolve(item) for item in value)
            return [item for item in resolved if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._function(name, argument)
        items = ((key, self.resolve(item)) for key, item in value.items())
        return {key: item for key, item in items if item is not _NO_VALUE}

    def _function(self, name: str, argument: Json) -> Json:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Fn::GetAtt":
                return self._attribute(argument)
            case "Fn::Join":
                return argument[0].join(self.resolve(argument[1]))
            case "Fn::Sub":
                return self._sub(argument)
            case "Fn::Split":
                return self.resolve(argument[1]).split(argument[0])
            case "Fn::Select":
                return self.resolve(argument[1])[int(argument[0])]
            case _:
                raise UnresolvedError(f"{name} is not resolved here.")

    def _ref(self, name: str) -> Json:
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::NoValue": _NO_VALUE,
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack,
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        declared = self.template.get("Parameters", {}).get(name, {})
        return declared["Default"] if "Default" in declared else self._physical(name)

    def _attribute(self, argument: Json) -> str:
        logical, _, attribute = (
            argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
        )
        if attribute == "Arn" or attribute.endswith("Arn"):
            return self.arn(logical)
        if attribute in {"Name", "QueueName", "TopicName", "RoleName"}:
            return self.arn(logical).rsplit(":", 1)[-1].rsplit("/", 1)[-1]
        raise UnresolvedError(f"The attribute {attribute} of {logical} is not known here.")

    def _sub(self, argument: Json) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})

        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in own:
                return str(self.resolve(own[name]))
            return str(self._attribute(name) if "." in name else self._ref(name))

        return _REFERENCE.sub(value, text).replace("${!", "${")

    def _physical(self, logical: str) -> str:
        try:
            return self.physical[logical]
        except KeyError:
            raise UnresolvedError(f"{logical} is not deployed.") from None


_NO_VALUE = object()


def as_if_deployed(
    template: Mapping[str, Json], *, account: str = "000000000000", region: str = "us-east-1"
) -> Deployed:
    """A template nobody deployed: each resource has the name it asks for, or its logical id."""
    physical = {
        logical: _own_id(logical, body, account=account, region=region)
        for logical, body in template["Resources"].items()
    }
    return Deployed(template, physical, account, region)


def _own_id(logical: str, body: Mapping[str, Json], *, account: str, region: str) -> str:
    name = _own_name(body) or logical
    # The physical ids of these are ARNs.
    if body["Type"] in {"AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"}:
        return arn_of(body["Type"], name, region=region, account=account)
    return name


def _own_name(body: Mapping[str, Json]) -> str | None:
    kind = body["Type"].rsplit("::", 1)[-1]
    properties = body.get("Properties", {})
    asked = (properties.get(name) for name in (f"{kind}Name", "Name"))
    return next((name for name in asked if isinstance(name, str)), None)
