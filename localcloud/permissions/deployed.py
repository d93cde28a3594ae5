"""The policies in a deployed template: who holds what, and what guards what."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from localcloud.permissions.errors import PolicyError, UnresolvedError
from localcloud.permissions.evaluation import Policies
from localcloud.permissions.policy import Statement, parse_policy
from localcloud.permissions.template import Deployed

Found = Iterator[tuple[str, list[Statement]]]

_IDENTITY = ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy")
# A policy that guards something else: type → the property that names it, the form of its ARN.
_GUARDS = {
    "AWS::S3::BucketPolicy": ("Bucket", "s3:::{}"),
    "AWS::SNS::TopicPolicy": ("Topics", "{}"),
    "AWS::SQS::QueuePolicy": ("Queues", "sqs:{region}:{account}:{}"),
}
# They would have to be weighed, and are not.
_UNWEIGHED = ("PermissionsBoundary", "ResourcePolicy", "AccessPolicy")
_UNWEIGHED_TYPES = ("AWS::Events::EventBusPolicy", "AWS::IAM::User", "AWS::IAM::Group")


def load_policies(*stacks: Deployed) -> Policies:
    """Every policy of these stacks.

    A policy that refers to something which does not exist yet is not in force yet: CloudFormation
    attaches it only afterwards.

    Raises:
        PolicyError: One of them says something this evaluator does not know.
    """
    identity: dict[str, list[Statement]] = defaultdict(list)
    resource: dict[str, list[Statement]] = defaultdict(list)
    for stack in stacks:
        _refuse_unweighed(stack)
        for role, statements in _identity(stack):
            identity[role].extend(statements)
        for arn, statements in _guards(stack):
            resource[arn].extend(statements)
    return Policies(dict(identity), dict(resource))


def _refuse_unweighed(stack: Deployed) -> None:
    for logical, body in stack.template["Resources"].items():
        named = [name for name in _UNWEIGHED if name in body.get("Properties", {})]
        if named or body["Type"] in _UNWEIGHED_TYPES:
            raise PolicyError(f"{logical}: {', '.join(named) or body['Type']} is not weighed here.")


def _identity(stack: Deployed) -> Found:
    for logical in stack.of_type("AWS::IAM::Role"):
        role = stack.properties(logical)
        arn = stack.arn(logical)
        if role.get("ManagedPolicyArns"):
            raise PolicyError(f"{logical}: managed policies are not weighed: write what is needed.")
        yield arn, []  # a role without policies is a role
        for policy in role.get("Policies", []):
            source = f"{logical}/{policy['PolicyName']}"
            yield arn, parse_policy(policy["PolicyDocument"], source)
    for logical in stack.of_type(*_IDENTITY):
        yield from _attached(stack, logical)


def _attached(stack: Deployed, logical: str) -> Found:
    try:
        policy = stack.properties(logical)
    except UnresolvedError:
        return
    roles = policy.get("Roles") or [policy["RoleName"]]
    for name in roles:
        arn = f"arn:aws:iam::{stack.account}:role/{name}"
        yield arn, parse_policy(policy["PolicyDocument"], logical)


def _guards(stack: Deployed) -> Found:
    for logical in stack.of_type("AWS::IAM::Role"):
        trust = stack.properties(logical)["AssumeRolePolicyDocument"]
        yield stack.arn(logical), parse_policy(trust, f"{logical}/trust")
    for logical in stack.of_type("AWS::KMS::Key"):
        key = stack.properties(logical)["KeyPolicy"]
        yield stack.arn(logical), parse_policy(key, logical)
    for logical, body in stack.of_type(*_GUARDS).items():
        named, form = _GUARDS[body["Type"]]
        yield from _guarded(stack, logical, named, form)
    for logical in stack.of_type("AWS::Lambda::Permission"):
        yield _permission(stack, logical)


def _guarded(stack: Deployed, logical: str, named: str, form: str) -> Found:
    properties = stack.properties(logical)
    targets = properties[named]
    for target in targets if isinstance(targets, list) else [targets]:
        name = target.rsplit("/", 1)[-1] if form.startswith("sqs") else target
        text = form.format(name, region=stack.region, account=stack.account)
        arn = text if text.startswith("arn:") else f"arn:aws:{text}"
        yield arn, parse_policy(properties["PolicyDocument"], logical)


def _permission(stack: Deployed, logical: str) -> tuple[str, list[Statement]]:
    granted = stack.properties(logical)
    name = granted["FunctionName"]
    prefix = f"arn:aws:lambda:{stack.region}:{stack.account}:function:"
    arn = name if name.startswith("arn:") else prefix + name
    document = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": _grantee(granted["Principal"]),
            "Action": granted["Action"],
            "Resource": arn,
            "Condition": _sources(granted),
        },
    }
    return arn, parse_policy(document, logical)


def _grantee(principal: str) -> dict[str, str]:
    return {"Service" if principal.endswith(".amazonaws.com") else "AWS": principal}


def _sources(granted: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    if "SourceArn" in granted:
        found["ArnLike"] = {"aws:SourceArn": granted["SourceArn"]}
    if "SourceAccount" in granted:
        found["StringEquals"] = {"aws:SourceAccount": granted["SourceAccount"]}
    return found
