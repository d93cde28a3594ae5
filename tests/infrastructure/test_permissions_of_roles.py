"""What the roles of the synthesized stack may do, and what they may not."""

from typing import Any

from tests.infrastructure.conftest import Synthesized, flat


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def actions(statement: dict[str, Any]) -> list[str]:
    return listed(statement["Action"])


def test_no_role_has_a_wildcard_action(stack: Synthesized) -> None:
    wild = [
        (policy, action)
        for policy, statement in stack.statements()
        for action in actions(statement)
        if "*" in action
    ]

    assert wild == []


def test_no_role_has_a_managed_policy(stack: Synthesized) -> None:
    managed = {
        name: role["Properties"]["ManagedPolicyArns"]
        for name, role in stack.of_type("AWS::IAM::Role").items()
        if "ManagedPolicyArns" in role["Properties"]
    }

    assert managed == {}


def test_a_role_is_passed_only_to_personalize(stack: Synthesized) -> None:
    passing = [s for _, s in stack.statements() if "iam:PassRole" in actions(s)]

    assert passing
    for statement in passing:
        assert actions(statement) == ["iam:PassRole"]
        assert statement["Condition"] == {
            "StringEquals": {"iam:PassedToService": "personalize.amazonaws.com"}
        }
        assert [flat(r) for r in listed(statement["Resource"])] == ["<PersonalizeRole6FFB38F0.Arn>"]


def test_personalize_assumes_its_role_only_for_this_account(stack: Synthesized) -> None:
    [role] = [
        role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        for role in stack.of_type("AWS::IAM::Role").values()
        if "personalize.amazonaws.com" in str(role["Properties"]["AssumeRolePolicyDocument"])
    ]

    [statement] = role
    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
    source = flat(statement["Condition"]["ArnLike"]["aws:SourceArn"])
    assert source == ("arn:<AWS::Partition>:personalize:<AWS::Region>:<AWS::AccountId>:*")


def test_what_is_created_in_personalize_carries_the_pipelines_name(movielens: Synthesized) -> None:
    creating = [
        flat(resource)
        for _, statement in movielens.statements()
        if any(a.startswith("personalize:Create") for a in actions(statement))
        for resource in listed(statement["Resource"])
    ]

    trackers = "event-tracker/*"  # the service ends a tracker's ARN in an id of its own
    assert creating
    assert [arn for arn in creating if "/movielens" not in arn and not arn.endswith(trackers)] == []


def test_only_these_stars_stand_alone(stack: Synthesized) -> None:
    alone = {
        action
        for _, statement in stack.statements()
        if "*" in [flat(resource) for resource in listed(statement["Resource"])]
        for action in actions(statement)
    }

    without_resource_types = (
        *("xray:", "logs:", "personalize:List", "personalize:PutEvents", "cloudwatch:", "tag:"),
    )
    assert [action for action in alone if not action.startswith(without_resource_types)] == []
