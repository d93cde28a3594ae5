"""One call, as IAM sees it: who does what to which resource under which circumstances."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Context = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Principal:
    """Who calls.

    Attributes:
        arn: The role's ARN; a service principal's name (`lambda.amazonaws.com`); or the ARN of the
            account's root for whoever deploys.
        account: The twelve digits.
        session: The session's name, for a role.
    """

    arn: str
    account: str
    session: str = ""

    @property
    def is_service(self) -> bool:
        """Whether an AWS service calls in its own name."""
        return self.arn.endswith(".amazonaws.com")

    @property
    def is_role(self) -> bool:
        """Whether a role's session calls."""
        return ":role/" in self.arn

    @property
    def is_root(self) -> bool:
        """Whether the account itself calls: the person who deploys."""
        return self.arn.endswith(":root")

    @property
    def session_arn(self) -> str:
        """The name IAM gives the caller in its refusals."""
        if not self.is_role:
            return self.arn
        name = self.arn.rsplit("/", 1)[-1]
        return f"arn:aws:sts::{self.account}:assumed-role/{name}/{self.session or 'session'}"


@dataclass(frozen=True)
class Call:
    """One thing to be allowed. A request may be several: a copy reads and writes.

    Attributes:
        action: `personalize:CreateCampaign`.
        resource: An ARN, or `*` where the service checks no resource.
        context: Condition keys in lower case, each with its values.
        via: Where it was seen: `http`, `states`, `events`, `scheduler`, `lambda`, `personalize`.
    """

    principal: Principal
    action: str
    resource: str
    context: Context = field(default_factory=dict, compare=False)
    via: str = "http"

    def __str__(self) -> str:
        return f"{self.principal.arn.rsplit('/', 1)[-1]}: {self.action} on {self.resource}"


def context_of(
    values: Mapping[str, str | bool | int | Iterable[str]],
) -> dict[str, tuple[str, ...]]:
    """A context with lower-case keys and string values; every value becomes a tuple."""
    return {key.lower(): _texts(value) for key, value in values.items()}


def _texts(value: str | bool | int | Iterable[str]) -> tuple[str, ...]:  # noqa: FBT001 - JSON's own
    if isinstance(value, bool):
        return (str(value).lower(),)
    if isinstance(value, (str, int)):
        return (str(value),)
    return tuple(map(str, value))
