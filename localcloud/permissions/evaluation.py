"""IAM's decision on one call: an explicit deny wins, then an allow, else the implicit deny.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
Calls stay within one account here; permission boundaries, session policies and organizations'
policies are refused where the policies are read (`deployed`), so none has to be weighed here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from localcloud.permissions.calls import Call
from localcloud.permissions.policy import Statement

# Resources whose own policy has the first word: identity policies count only where it hands over to
# the account. Everything else of one's own account is open to either side.
_OWN_WORD_FIRST = ("kms:", "sts:AssumeRole")


@dataclass(frozen=True)
class Policies:
    """Every policy in force.

    Attributes:
        identity: A role's ARN → the statements attached to it.
        resource: A resource's ARN → the statements of its own policy (a role's: its trust policy).
    """

    identity: Mapping[str, list[Statement]] = field(default_factory=dict)
    resource: Mapping[str, list[Statement]] = field(default_factory=dict)

    def of_resource(self, arn: str) -> list[Statement]:
        """The statements of the policy that guards `arn`; an object's is its bucket's."""
        return self.resource.get(_guarded(arn), [])

    def all_statements(self) -> Iterable[tuple[str, Statement]]:
        """Each role's statements, with the role's ARN."""
        for role, statements in self.identity.items():
            for statement in statements:
                yield role, statement


def _guarded(arn: str) -> str:
    service = arn.split(":", 3)[2] if arn.startswith("arn:") else ""
    if service == "s3":
        return arn.partition("/")[0]
    if service == "lambda":
        return ":".join(arn.split(":")[:7])  # without version or alias
    return arn


@dataclass(frozen=True)
class Decision:
    """The verdict on a call.

    Attributes:
        why: The end of AWS's sentence: `because no identity-based policy allows the … action`.
        by: The statements that decided.
    """

    allowed: bool
    why: str
    by: tuple[Statement, ...] = ()


def decide(call: Call, policies: Policies) -> Decision:
    """What AWS would say to `call`."""
    identity = _applying(policies.identity.get(call.principal.arn, ()), call)
    guarding = _applying(policies.of_resource(call.resource), call)
    own = [statement for statement in guarding if statement.names(call.principal)]
    delegated = [statement for statement in guarding if statement.names_account(call.principal)]
    denied = _denied(identity, "an identity") or _denied([*own, *delegated], "a resource")
    if denied:
        return denied
    if call.principal.is_root:
        return Decision(allowed=True, why="the account itself")
    return _weigh(call, identity, own, delegated)


def _weigh(
    call: Call, identity: list[Statement], own: list[Statement], delegated: list[Statement]
) -> Decision:
    if call.principal.is_service:
        return _verdict(call, own, "resource")
    if call.action.startswith(_OWN_WORD_FIRST):
        return _verdict(call, own or (identity if delegated else []), "resource")
    return _verdict(call, identity or own, "identity")


def _applying(statements: Iterable[Statement], call: Call) -> list[Statement]:
    return [statement for statement in statements if statement.applies(call)]


def _denied(statements: list[Statement], kind: str) -> Decision | None:
    denies = tuple(statement for statement in statements if not statement.allows)
    why = f"with an explicit deny in {kind}-based policy"
    return Decision(allowed=False, why=why, by=denies) if denies else None


def _verdict(call: Call, allows: list[Statement], kind: str) -> Decision:
    if allows:
        return Decision(allowed=True, why=f"{kind}-based policy", by=tuple(allows))
    why = f"because no {kind}-based policy allows the {call.action} action"
    return Decision(allowed=False, why=why)


def refusal(call: Call, decision: Decision) -> str:
    """AWS's sentence for a denied call."""
    return (
        f"User: {call.principal.session_arn} is not authorized to perform: {call.action} "
        f"on resource: {call.resource} {decision.why}"
    )
