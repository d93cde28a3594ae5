"""Policy documents, read strictly: what this evaluator does not know is an error, never ignored.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.permissions.calls import Call, Principal
from localcloud.permissions.conditions import Condition, parse_conditions
from localcloud.permissions.context import is_derivable
from localcloud.permissions.errors import PolicyError
from localcloud.permissions.patterns import matches
from localcloud.permissions.variables import names_literal, substitute

_ELEMENTS = frozenset(
    ["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
)


@dataclass(frozen=True)
class Statement:
    """One statement of one policy.

    Attributes:
        source: Where it stands: the logical id of the policy and the statement's place in it.
        principals: `("AWS", arn)`, `("Service", name)` or `("*", "*")`; empty in identity policies.
    """

    source: str
    allows: bool
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = field(default=())

    def applies(self, call: Call) -> bool:
        """Whether it speaks of this call; a resource policy must name the caller besides."""
        return (
            bool(self.matched_actions(call) or self._outside(self.not_actions, _acts, call))
            and self._covers_resource(call)
            and all(condition.holds(call.context) for condition in self.conditions)
        )

    def matched_actions(self, call: Call) -> list[str]:
        """The entries under Action that name the call's action."""
        return [pattern for pattern in self.actions if _acts(pattern, call)]

    def matched_resources(self, call: Call) -> list[str]:
        """The entries under Resource that name the call's resource."""
        return [pattern for pattern in self.resources if _on(pattern, call)]

    def names(self, principal: Principal) -> bool:
        """Whether Principal names the caller himself (not merely his account)."""
        return any(_is(kind, value, principal) for kind, value in self.principals)

    def names_account(self, principal: Principal) -> bool:
        """Whether Principal hands the decision to the caller's account: `arn:aws:iam::…:root`."""
        delegates = {f"arn:aws:iam::{principal.account}:root", principal.account}
        return any(kind == "AWS" and value in delegates for kind, value in self.principals)

    def _covers_resource(self, call: Call) -> bool:
        if not self.resources and not self.not_resources:
            return True  # a trust policy: its role is the resource
        return bool(self.matched_resources(call) or self._outside(self.not_resources, _on, call))

    @staticmethod
    def _outside(patterns: tuple[str, ...], test: Any, call: Call) -> bool:  # noqa: ANN401
        return bool(patterns) and not any(test(pattern, call) for pattern in patterns)


def _acts(pattern: str, call: Call) -> bool:
    return matches(pattern, call.action, ignore_case=True)


def _on(pattern: str, call: Call) -> bool:
    return any(matches(text, call.resource) for text in substitute(pattern, call.context))


def _is(kind: str, value: str, principal: Principal) -> bool:
    if value == "*":
        return kind == "*" or not principal.is_service
    if kind == "Service":
        return principal.is_service and value == principal.arn
    return not principal.is_service and value in {principal.arn, principal.session_arn}


def parse_policy(document: Mapping[str, Any], source: str) -> list[Statement]:
    """The statements of a policy document.

    Args:
        document: The policy as JSON, every intrinsic function resolved.
        source: A name for messages.

    Raises:
        PolicyError: Something in it is unknown to this evaluator.
    """
    if document.get("Version") != "2012-10-17":
        raise PolicyError(f"{source}: only policies of Version 2012-10-17 are evaluated.")
    statements = document["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    return [_statement(body, f"{source}[{place}]") for place, body in enumerate(listed)]


def _statement(body: Mapping[str, Any], source: str) -> Statement:
    unknown = body.keys() - _ELEMENTS
    if unknown:
        raise PolicyError(f"{source}: {', '.join(sorted(unknown))} is not evaluated here.")
    if body["Effect"] not in {"Allow", "Deny"}:
        raise PolicyError(f"{source}: Effect is {body['Effect']!r}.")
    statement = Statement(
        source=source,
        allows=body["Effect"] == "Allow",
        actions=_texts(body.get("Action"), source),
        not_actions=_texts(body.get("NotAction"), source),
        resources=_texts(body.get("Resource"), source),
        not_resources=_texts(body.get("NotResource"), source),
        principals=_principals(body.get("Principal"), source),
        conditions=parse_conditions(body.get("Condition", {})),
    )
    _refuse_what_cannot_be_known(statement)
    return statement


def _refuse_what_cannot_be_known(statement: Statement) -> None:
    for condition in statement.conditions:
        if not is_derivable(condition.key):
            raise PolicyError(f"{statement.source}: no call here carries {condition.key}.")
    if any(map(names_literal, _all_texts(statement))):
        raise PolicyError(f"{statement.source}: an escaped wildcard is not evaluated here.")
    if not statement.actions and not statement.not_actions:
        raise PolicyError(f"{statement.source}: a statement needs an Action.")


def _all_texts(statement: Statement) -> Iterable[str]:
    yield from statement.resources
    yield from statement.not_resources
    for condition in statement.conditions:
        yield from condition.values


def _texts(value: object, source: str) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    for text in listed:
        if not isinstance(text, str):
            raise PolicyError(f"{source}: {text!r} is not a resolved string.")
    return tuple(listed)


def _principals(value: object, source: str) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if value == "*":
        return (("*", "*"),)
    if not isinstance(value, dict) or value.keys() - {"AWS", "Service"}:
        raise PolicyError(f"{source}: this Principal is not evaluated here: {value!r}.")
    return tuple((kind, text) for kind, texts in value.items() for text in _texts(texts, source))
