"""One call of an operation: the world and who calls."""

from dataclasses import dataclass

from personalize_emulator.api.caller import Caller
from personalize_emulator.errors import ResourceInUseException, ResourceNotFoundException
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.kinds import Kind
from personalize_emulator.resources.resource import Resource


@dataclass(frozen=True)
class Call:
    """One call of an operation: the world and who calls."""

    backend: Backend
    caller: Caller

    def arn(self, kind: Kind, *path: str) -> str:
        """Return the ARN of a resource of the caller's account and region."""
        resource = "/".join((kind.path, *path))
        return f"arn:aws:personalize:{self.caller.region}:{self.caller.account}:{resource}"

    @property
    def owner(self) -> tuple[str, str]:
        """Account and region."""
        return self.caller.account, self.caller.region

    def get(self, arn: str, *kinds: Kind) -> Resource:
        """Return a resource; ResourceNotFoundException if it isn't the caller's or isn't there."""
        self.check_owner(arn)
        return self.backend.store.get(arn, *kinds)

    def check_owner(self, arn: str) -> None:
        """Raise ResourceNotFoundException for an ARN of another account or region."""
        if arn.split(":")[3:5] != [self.caller.region, self.caller.account]:
            msg = f"Resource Arn {arn} does not exist."
            raise ResourceNotFoundException(msg)

    def active(self, arn: str, *kinds: Kind) -> Resource:
        """Return a resource that is ACTIVE; ResourceInUseException while it isn't."""
        resource = self.get(arn, *kinds)
        if resource.status != "ACTIVE":
            msg = f"Resource Arn {arn} is not in ACTIVE state: it is {resource.status}."
            raise ResourceInUseException(msg)
        return resource
