"""How the parts of the synthesized stack hang together."""

import json
from typing import Any

from tests.infrastructure.conftest import Synthesized, flat


def only(resources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    [resource] = resources.values()
    return dict(resource["Properties"])


def test_the_bucket_is_closed_encrypted_versioned_and_speaks_to_eventbridge(
    movielens: Synthesized,
) -> None:
    bucket = only(movielens.of_type("AWS::S3::Bucket"))

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    configuration = bucket["NotificationConfiguration"]["EventBridgeConfiguration"]
    assert configuration == {"EventBridgeEnabled": True}


def test_the_bucket_refuses_what_is_not_tls(movielens: Synthesized) -> None:
    policy = only(movielens.of_type("AWS::S3::BucketPolicy"))["PolicyDocument"]["Statement"]

    denied = [s for s in policy if s["Effect"] == "Deny"]
    assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert denied[0]["Action"] == "s3:*"


def test_a_complete_drop_starts_the_state_machine(movielens: Synthesized) -> None:
    rules = movielens.of_type("AWS::Events::Rule").values()
    [rule] = [r["Properties"] for r in rules if r["Properties"]["Name"] == "movielens-drops"]

    assert rule["EventPattern"]["detail"]["object"]["key"] == [
        {"wildcard": "drops/*/_SUCCESS"},
        {"wildcard": "drops/*/manifest.json"},
    ]
    assert flat(rule["Targets"][0]["Arn"]).startswith("<WorkflowMachine")


def test_every_function_has_a_log_group_with_retention_and_a_role_of_its_own(
    stack: Synthesized,
) -> None:
    groups = {
        flat(group["Properties"]["LogGroupName"]): group["Properties"]["RetentionInDays"]
        for group in stack.of_type("AWS::Logs::LogGroup").values()
    }
    functions = [f["Properties"] for f in stack.of_type("AWS::Lambda::Function").values()]

    assert all(groups[f"/aws/lambda/{f['FunctionName']}"] > 0 for f in functions)
    roles = [flat(function["Role"]) for function in functions]
    assert len(roles) == len(set(roles))


def test_everything_carries_the_pipelines_tag(movielens: Synthesized) -> None:
    kinds = ("AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::SNS::Topic")
    for kind in kinds:
        for resource in movielens.of_type(kind).values():
            assert {"Key": "pipeline", "Value": "movielens"} in resource["Properties"]["Tags"]


def test_the_template_needs_no_node_and_no_docker(stack: Synthesized) -> None:
    runtimes = {
        function["Properties"]["Runtime"]
        for function in stack.of_type("AWS::Lambda::Function").values()
    }

    assert {runtime[:6] for runtime in runtimes} == {"python"}
    assert "Custom::S3AutoDeleteObjects" not in json.dumps(stack.template)
