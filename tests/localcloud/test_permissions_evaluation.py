"""An explicit deny wins, then an allow, else the implicit deny; each kind of policy has its say."""

from typing import Any

import pytest

from localcloud.permissions.calls import Call, Principal, context_of
from localcloud.permissions.evaluation import Policies, decide, refusal
from localcloud.permissions.policy import parse_policy

ACCOUNT = "123456789012"
ROLE = Principal(f"arn:aws:iam::{ACCOUNT}:role/train", ACCOUNT, "run")
SERVICE = Principal("events.amazonaws.com", ACCOUNT)
ROOT = Principal(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
OBJECT = "arn:aws:s3:::data/drops/1/items.csv"


def statement(**elements: Any) -> dict[str, Any]:
    base = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    return {key: value for key, value in {**base, **elements}.items() if value is not None}


def identity(*statements: dict[str, Any]) -> Policies:
    return Policies(identity={ROLE.arn: parse(*statements)})


def parse(*statements: dict[str, Any]) -> list[Any]:
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)}, "policy")


def allowed(
    policies: Policies,
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    principal: Principal = ROLE,
    **context: Any,
) -> bool:
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    return decide(Call(principal, action, resource, context_of(keys)), policies).allowed


def test_what_no_statement_allows_is_denied() -> None:
    assert not allowed(Policies())
    assert not allowed(identity(statement()), action="s3:PutObject")
    assert not allowed(identity(statement()), resource="arn:aws:s3:::other/k")


def test_a_statement_allows_what_it_names() -> None:
    assert allowed(identity(statement()))


def test_actions_ignore_case_and_take_wildcards_resources_keep_theirs() -> None:
    assert allowed(identity(statement(Action="S3:getobject")))
    assert allowed(identity(statement(Action="s3:Get*")))
    assert allowed(identity(statement(Resource="arn:aws:s3:::dat?/drops/*/items.csv")))
    assert not allowed(identity(statement(Resource="arn:aws:s3:::DATA/*")))


def test_an_explicit_deny_wins() -> None:
    policies = identity(statement(), statement(Effect="Deny"))

    decision = decide(Call(ROLE, "s3:GetObject", OBJECT), policies)

    assert not decision.allowed
    assert decision.why == "with an explicit deny in an identity-based policy"


def test_not_action_and_not_resource_speak_of_all_the_rest() -> None:
    rest = identity(statement(Action=None, NotAction=["s3:PutObject"]))
    elsewhere = identity(statement(Resource=None, NotResource=["arn:aws:s3:::data/secret/*"]))

    assert allowed(rest)
    assert not allowed(rest, action="s3:PutObject")
    assert allowed(elsewhere)
    assert not allowed(elsewhere, resource="arn:aws:s3:::data/secret/k")


def test_a_role_is_passed_to_the_named_service_only() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/personalize"
    to_personalize = {"StringEquals": {"iam:PassedToService": "personalize.amazonaws.com"}}
    passing = identity(statement(Action="iam:PassRole", Resource=role, Condition=to_personalize))

    def passed(to: str) -> bool:
        return allowed(passing, "iam:PassRole", role, iam__PassedToService=to)

    assert passed("personalize.amazonaws.com")
    assert not passed("lambda.amazonaws.com")
    assert not allowed(passing, "iam:PassRole", role)


CONDITIONS: list[tuple[str, Any, Any, bool]] = [
    ("StringEquals", "films", "films", True),
    ("StringEquals", ["a", "films"], "films", True),
    ("StringEquals", "films", "Films", False),
    ("StringEqualsIgnoreCase", "films", "FILMS", True),
    ("StringNotEquals", "films", "other", True),
    ("StringNotEquals", "films", "films", False),
    ("StringNotEquals", "films", None, True),
    ("StringLike", "film*", "films", True),
    ("StringNotLike", "film*", "films", False),
    ("StringEqualsIfExists", "films", None, True),
    ("StringEqualsIfExists", "films", "other", False),
    ("StringEquals", "films", None, False),
    ("ArnLike", "arn:aws:s3:::d*", "arn:aws:s3:::data", True),
    ("ArnLike", "arn:aws:*", "arn:aws:s3:::data", False),
    ("ArnEquals", "arn:aws:s3:::data", "arn:aws:s3:::other", False),
    ("ArnNotEquals", "arn:aws:s3:::data", "arn:aws:s3:::other", True),
    ("Bool", "true", True, True),
    ("Bool", "false", True, False),
    ("NumericLessThan", "10", 9, True),
    ("NumericLessThan", "10", 10, False),
    ("NumericGreaterThanEquals", "10", 10, True),
    ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", True),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", False),
    ("IpAddress", "10.0.0.0/8", "10.1.2.3", True),
    ("NotIpAddress", "10.0.0.0/8", "10.1.2.3", False),
    ("Null", "true", None, True),
    ("Null", "false", None, False),
    ("ForAnyValue:StringEquals", "a", ["a", "b"], True),
    ("ForAnyValue:StringEquals", "c", ["a", "b"], False),
    ("ForAnyValue:StringEquals", "a", None, False),
    ("ForAllValues:StringEquals", ["a", "b"], ["a"], True),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
    ("ForAllValues:StringEquals", "a", None, True),
]


@pytest.mark.parametrize(("operator", "wanted", "given", "holds"), CONDITIONS)
def test_a_condition_holds(operator: str, wanted: Any, given: Any, holds: bool) -> None:
    policies = identity(statement(Condition={operator: {"aws:RequestTag/t": wanted}}))
    context = {} if given is None else {"aws:RequestTag/t": given}

    call = Call(ROLE, "s3:GetObject", OBJECT, context_of(context))

    assert decide(call, policies).allowed is holds


def test_all_conditions_of_a_statement_must_hold() -> None:
    both = {"StringEquals": {"s3:prefix": "a", "s3:delimiter": "/"}}
    policies = identity(statement(Condition=both))

    assert allowed(policies, s3__prefix="a", s3__delimiter="/")
    assert not allowed(policies, s3__prefix="a")


def test_a_variable_is_replaced_by_its_value() -> None:
    policies = identity(statement(Resource="arn:aws:s3:::data/${aws:PrincipalAccount}/*"))
    own = f"arn:aws:s3:::data/{ACCOUNT}/k"

    assert allowed(policies, resource=own, aws__PrincipalAccount=ACCOUNT)
    assert not allowed(policies, resource=own)


def guarded(arn: str, *statements: dict[str, Any]) -> Policies:
    return Policies(resource={arn: parse(*statements)})


BUCKET = "arn:aws:s3:::data"


def test_a_bucket_policy_may_allow_alone_within_the_account() -> None:
    assert allowed(guarded(BUCKET, statement(Principal={"AWS": ROLE.arn})))
    assert not allowed(guarded(BUCKET, statement(Principal={"AWS": ROLE.arn + "x"})))


def test_a_bucket_policy_denies_what_an_identity_policy_allows() -> None:
    deny = statement(
        Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}
    )
    policies = Policies(identity={ROLE.arn: parse(statement())}, resource={BUCKET: parse(deny)})

    assert not allowed(policies, aws__SecureTransport=False)
    assert allowed(policies, aws__SecureTransport=True)


def test_naming_the_account_only_hands_the_decision_over() -> None:
    delegating = statement(Principal={"AWS": ROOT.arn})

    assert not allowed(guarded(BUCKET, delegating))


def test_a_key_lets_nobody_in_whom_its_own_policy_does_not_name() -> None:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
    use = statement(Action="kms:Decrypt", Resource=key)
    account = statement(Action="kms:*", Resource="*", Principal={"AWS": ROOT.arn})
    alone = Policies(identity={ROLE.arn: parse(use)})
    both = Policies(identity=alone.identity, resource={key: parse(account)})

    assert not allowed(alone, "kms:Decrypt", key)
    assert allowed(both, "kms:Decrypt", key)


def test_a_service_needs_a_resource_policy_that_names_it() -> None:
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    source = f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/r"
    granted = statement(
        Action="lambda:InvokeFunction",
        Resource=function,
        Principal={"Service": "events.amazonaws.com"},
        Condition={"ArnLike": {"aws:SourceArn": source}},
    )
    policies = guarded(function, granted)

    def invoked(rule: str, principal: Principal = SERVICE) -> bool:
        return allowed(policies, "lambda:InvokeFunction", function, principal, aws__SourceArn=rule)

    assert invoked(source)
    assert not invoked(source + "x")
    assert not invoked(source, Principal("sns.amazonaws.com", ACCOUNT))
    assert not invoked(source, ROLE)


def test_a_role_is_assumed_by_whom_its_trust_policy_names() -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": SERVICE.arn}}
    policies = guarded(ROLE.arn, trust)

    assert allowed(policies, "sts:AssumeRole", ROLE.arn, SERVICE)
    assert not allowed(policies, "sts:AssumeRole", ROLE.arn, Principal("x.amazonaws.com", ACCOUNT))


def test_an_identity_policy_alone_assumes_no_role() -> None:
    policies = identity(statement(Action="sts:AssumeRole", Resource="*"))

    assert not allowed(policies, "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/other")


def test_the_account_itself_may_do_everything_that_is_not_denied() -> None:
    deny = statement(Effect="Deny", Principal="*")

    assert allowed(Policies(), principal=ROOT)
    assert not allowed(guarded(BUCKET, deny), principal=ROOT)


def test_a_refusal_reads_as_on_aws() -> None:
    call = Call(ROLE, "s3:GetObject", OBJECT)

    assert refusal(call, decide(call, Policies())) == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/train/run is not authorized to perform: "
        f"s3:GetObject on resource: {OBJECT} because no identity-based policy allows the "
        "s3:GetObject action"
    )
