"""A policy that cannot be judged for certain is refused, never half understood."""

from typing import Any

import pytest

from localcloud.permissions.deployed import load_policies
from localcloud.permissions.errors import PolicyError, UnknownActionError, UnresolvedError
from localcloud.permissions.policy import parse_policy
from localcloud.permissions.reference import load, services
from localcloud.permissions.template import Deployed, as_if_deployed


def parse(**elements: Any) -> Any:
    body = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **elements}
    return parse_policy({"Version": "2012-10-17", "Statement": body}, "policy")


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ({"NotPrincipal": "*"}, "NotPrincipal"),
        ({"Effect": "Perhaps"}, "Perhaps"),
        ({"Condition": {"StringResembles": {"s3:prefix": "a"}}}, "StringResembles"),
        ({"Condition": {"ForMost:StringLike": {"s3:prefix": "a"}}}, "quantifier"),
        ({"Condition": {"StringLike": {"aws:SourceVpc": "a"}}}, "aws:sourcevpc"),
        ({"Condition": {"StringLike": {"s3:prefix": {"Ref": "X"}}}}, "must be a string"),
        ({"Resource": {"Fn::GetAtt": ["Bucket", "Arn"]}}, "not a resolved string"),
        ({"Resource": "arn:aws:s3:::data/${*}"}, "escaped wildcard"),
        ({"Principal": {"Federated": "x"}}, "Federated"),
        ({"Action": []}, "needs an Action"),
    ],
)
def test_what_this_evaluator_does_not_know_is_refused(elements: dict[str, Any], said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        parse(**elements)


def test_an_old_version_of_the_language_is_refused() -> None:
    with pytest.raises(PolicyError, match="2012-10-17"):
        parse_policy({"Version": "2008-10-17", "Statement": []}, "policy")


def template(**resources: dict[str, Any]) -> Deployed:
    return as_if_deployed({"Resources": resources})


def role(**properties: Any) -> dict[str, Any]:
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        },
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": trust, **properties},
    }


def test_a_managed_policy_is_refused() -> None:
    held = role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonS3FullAccess"])

    with pytest.raises(PolicyError, match="managed policies"):
        load_policies(template(Role=held))


def test_a_permissions_boundary_is_refused() -> None:
    with pytest.raises(PolicyError, match="PermissionsBoundary"):
        load_policies(template(Role=role(PermissionsBoundary="arn:b")))


def reading(resource: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    return {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "Roles": [{"Ref": "Role"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }


@pytest.mark.parametrize(
    ("resource", "resolved"),
    [
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "arn:aws:s3:::Bucket"),
        ({"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]}, "arn:aws:s3:::Bucket/*"),
        ({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Bucket}/*"}, "arn:aws:s3:::Bucket/*"),
        ({"Fn::Sub": "${Bucket.Arn}"}, "arn:aws:s3:::Bucket"),
        ({"Fn::Sub": ["arn:aws:s3:::${B}", {"B": {"Ref": "Bucket"}}]}, "arn:aws:s3:::Bucket"),
        ({"Fn::Select": [1, {"Fn::Split": ["|", "a|arn:b"]}]}, "arn:b"),
        ({"Ref": "Topic"}, "arn:aws:sns:us-east-1:000000000000:Topic"),
    ],
)
def test_references_are_resolved_to_what_was_deployed(resource: Any, resolved: str) -> None:
    stack = template(
        Role=role(),
        Bucket={"Type": "AWS::S3::Bucket"},
        Topic={"Type": "AWS::SNS::Topic"},
        Policy=reading(resource),
    )

    [(holder, statement)] = load_policies(stack).all_statements()

    assert holder == "arn:aws:iam::000000000000:role/Role"
    assert statement.resources == (resolved,)


def test_a_policy_is_not_in_force_before_what_it_refers_to_exists() -> None:
    resources = {
        "Role": role(),
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Policy": reading({"Fn::GetAtt": ["Bucket", "Arn"]}),
    }
    exists = {"Role": "r", "Policy": "p"}
    stack = Deployed({"Resources": resources}, exists, "000000000000", "us-east-1")

    assert list(load_policies(stack).all_statements()) == []


def test_a_function_that_is_not_resolved_here_is_said_so() -> None:
    with pytest.raises(UnresolvedError, match="Fn::ImportValue"):
        template().resolve({"Fn::ImportValue": "x"})


def test_the_tables_know_every_service_they_are_asked_for() -> None:
    assert {"personalize", "s3", "states", "lambda", "iam", "sts"} <= set(services())
    with pytest.raises(UnknownActionError, match="chatbot"):
        load("chatbot")
    with pytest.raises(UnknownActionError, match="CreateEverything"):
        load("personalize").checked("CreateEverything")
