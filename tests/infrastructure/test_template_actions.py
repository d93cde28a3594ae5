"""Every action a policy names exists, and can do what the policy grants it for.

Statically, without a run: what IAM silently never matches is found here.
"""

import re

from localcloud.permissions.deployed import load_policies
from localcloud.permissions.evaluation import Policies
from localcloud.permissions.patterns import may_meet
from localcloud.permissions.policy import Statement
from localcloud.permissions.reference import ResourceType, load
from localcloud.permissions.template import as_if_deployed
from tests.infrastructure.conftest import Synthesized

VARIABLE = re.compile(r"\$\{\w+\}")


def policies(stack: Synthesized) -> Policies:
    return load_policies(as_if_deployed(stack.template))


def granted(stack: Synthesized) -> list[tuple[Statement, str]]:
    return [
        (statement, action)
        for _, statement in policies(stack).all_statements()
        for action in statement.actions
    ]


def types_of(action: str) -> list[ResourceType]:
    service, _, name = action.partition(":")
    return [checked.type for checked in load(service).checked(name)]


def test_every_action_is_one_that_aws_knows(stack: Synthesized) -> None:
    for _, action in granted(stack):
        types_of(action)  # raises UnknownActionError for one that is misspelt


def test_an_action_that_is_checked_on_no_resource_is_granted_on_a_star(stack: Synthesized) -> None:
    lost = [
        f"{statement.source}: {action} on {statement.resources}"
        for statement, action in granted(stack)
        if not types_of(action) and "*" not in statement.resources
    ]

    assert lost == [], "AWS would refuse these calls"


def test_an_action_is_granted_on_a_resource_that_it_is_checked_on(stack: Synthesized) -> None:
    lost = [
        f"{statement.source}: {action} on {statement.resources}"
        for statement, action in granted(stack)
        if types_of(action) and not any(checked_on(action, r) for r in statement.resources)
    ]

    assert lost == [], "AWS would refuse these calls"


def test_every_resource_is_one_that_an_action_of_its_statement_is_checked_on(
    stack: Synthesized,
) -> None:
    idle = [
        f"{statement.source}: {resource}"
        for _, statement in policies(stack).all_statements()
        for resource in statement.resources
        if not any(checked_on(action, resource) for action in statement.actions)
        and not any(not types_of(action) for action in statement.actions)
    ]

    assert idle == [], "no action of the statement has anything to do with these"


def checked_on(action: str, resource: str) -> bool:
    """Whether some resource that the action is checked on fits a policy's Resource."""
    return any(may_meet(resource, VARIABLE.sub("*", kind.arn)) for kind in types_of(action))
