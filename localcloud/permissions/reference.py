"""The dated tables of AWS's Service Authorization Reference (`reference/*.json`).

Each table names a service's actions, the resource types an action is checked on (a star marks those
that are always checked), the form of each type's ARN, and the condition keys the service knows.
`scripts/authorization_reference.py` wrote them; `corrections.py` holds what they have wrong.
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from localcloud.permissions.corrections import ARN_FORMS, RESOURCE_TYPES
from localcloud.permissions.errors import UnknownActionError

_TABLES = Path(__file__).with_name("reference")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class ResourceType:
    """One type of resource and the form of its ARN."""

    name: str
    arn: str

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The parts of the ARN that name the resource, e.g. `("TableName", "IndexName")`."""
        found = _VARIABLE.findall(self.arn)
        return tuple(name for name in found if name not in {"Partition", "Region", "Account"})

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the ARNs of this type, of any partition, region and account."""
        pieces = _VARIABLE.split(self.arn)
        return re.compile("".join(map(_piece, pieces, range(len(pieces)))))

    def fill(self, values: dict[str, str]) -> str:
        """The ARN with every variable replaced; `values` holds Partition, Region, Account too."""
        return _VARIABLE.sub(lambda match: values[match.group(1)], self.arn)


def _piece(text: str, place: int) -> str:
    """A literal stretch of an ARN (even places) or a variable in it (odd places)."""
    if place % 2 == 0:
        return re.escape(text)
    return "[^:]*" if text in {"Partition", "Region", "Account"} else ".+"


@dataclass(frozen=True)
class Checked:
    """A resource type that an action is checked on."""

    type: ResourceType
    required: bool


@dataclass(frozen=True)
class ServiceReference:
    """One service's table."""

    service: str
    date: str
    actions: dict[str, tuple[Checked, ...]]
    condition_keys: frozenset[str]

    def checked(self, action: str) -> tuple[Checked, ...]:
        """The resource types `action` is checked on; none means that only `*` allows it.

        Raises:
            UnknownActionError: The service has no such action.
        """
        try:
            return self.actions[action]
        except KeyError:
            raise UnknownActionError(
                f"{self.service} has no action {action} in the tables of {self.date}."
            ) from None


@lru_cache
def load(service: str) -> ServiceReference:
    """The table of a service, by its IAM prefix (`states`, not `stepfunctions`).

    Raises:
        UnknownActionError: There is no table for it.
    """
    path = _TABLES / f"{service}.json"
    if not path.is_file():
        raise UnknownActionError(f"There is no authorization table for {service}.")
    table = json.loads(path.read_text())
    forms = {**table["resources"], **ARN_FORMS.get(service, {})}
    types = {name: ResourceType(name, arn) for name, arn in forms.items()}
    corrected = {**table["actions"], **RESOURCE_TYPES.get(service, {})}
    return ServiceReference(
        service=service,
        date=table["date"],
        actions={name: _checked(text, types) for name, text in corrected.items()},
        condition_keys=frozenset(key.lower() for key in table["conditionKeys"]),
    )


def _checked(text: str, types: dict[str, ResourceType]) -> tuple[Checked, ...]:
    names = text.split(", ") if text else []
    return tuple(Checked(types[name.rstrip("*")], name.endswith("*")) for name in names)


def services() -> list[str]:
    """The IAM prefixes with a table."""
    return sorted(path.stem for path in _TABLES.glob("*.json"))
