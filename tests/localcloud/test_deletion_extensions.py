"""What MiniStack learned for the end of a stack: failed deletions, notebooks, last words."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.errors import DeploymentError
from tests.localcloud.templates import Deployer, function, role

# A custom resource that refuses to be deleted as long as a parameter says so.
STUBBORN = """
import json, urllib.request
import boto3

def handler(event, context):
    status = "SUCCESS"
    if event["RequestType"] == "Delete":
        names = boto3.client("ssm").describe_parameters()["Parameters"]
        if any(item["Name"] == "/stubborn" for item in names):
            status = "FAILED"
    body = {
        "Status": status,
        "Reason": "not yet",
        "PhysicalResourceId": "stubborn",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    request = urllib.request.Request(
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT",
        headers={"Content-Type": ""},
    )
    urllib.request.urlopen(request)
"""
ASKS = {"Effect": "Allow", "Action": "ssm:DescribeParameters", "Resource": "*"}


def exist(clients: Clients, name: str) -> set[str]:
    resources = clients.cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return {resource["LogicalResourceId"] for resource in resources}


def test_what_could_not_be_deleted_keeps_all_that_it_depends_on_and_nothing_else(
    deployer: Deployer, clients: Clients
) -> None:
    clients.ssm.put_parameter(Name="/stubborn", Value="yes", Type="String", Overwrite=True)
    deployer.deploy(
        {
            "Role": role(ASKS),
            "Function": function(STUBBORN),
            "Needed": {"Type": "AWS::SNS::Topic"},
            "Unrelated": {"Type": "AWS::SNS::Topic"},
            "Stubborn": {
                "Type": "Custom::Stubborn",
                "DependsOn": ["Needed"],
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}},
            },
        }
    )
    name = deployer.stacks[-1]

    with pytest.raises(DeploymentError) as refused:
        stack.delete(name, clients)

    assert exist(clients, name) == {"Role", "Function", "Needed", "Stubborn"}
    assert "Stubborn (Custom::Stubborn): not yet" in str(refused.value)
    assert "failed to delete: [Stubborn]" in str(refused.value)
    clients.ssm.delete_parameter(Name="/stubborn")
    stack.delete(name, clients)
    assert stack.status(name, clients) is None


def notebook(clients: Clients, deployer: Deployer, name: str) -> Any:
    deployer.deploy(
        {
            "Role": role(),
            "Notebook": {
                "Type": "AWS::SageMaker::NotebookInstance",
                "Properties": {
                    "NotebookInstanceName": name,
                    "InstanceType": "ml.t3.medium",
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                },
            },
        }
    )
    return clients.client("sagemaker")


def test_a_notebook_is_stopped_and_started_through_the_states_between(
    deployer: Deployer, clients: Clients
) -> None:
    sagemaker = notebook(clients, deployer, "Stopped-Notebook")

    def statuses(looks: int) -> list[str]:
        look = sagemaker.describe_notebook_instance
        asked = (look(NotebookInstanceName="Stopped-Notebook") for _ in range(looks))
        return [answer["NotebookInstanceStatus"] for answer in asked]

    assert statuses(1) == ["InService"]
    sagemaker.stop_notebook_instance(NotebookInstanceName="Stopped-Notebook")
    assert statuses(3) == ["Stopping", "Stopped", "Stopped"]
    with pytest.raises(ClientError, match="Unable to transition"):
        sagemaker.stop_notebook_instance(NotebookInstanceName="Stopped-Notebook")
    sagemaker.start_notebook_instance(NotebookInstanceName="Stopped-Notebook")
    assert statuses(2) == ["Pending", "InService"]


def test_a_notebook_is_listed_and_gone_with_its_stack(deployer: Deployer, clients: Clients) -> None:
    sagemaker = notebook(clients, deployer, "listed-notebook")
    listed = sagemaker.list_notebook_instances(NameContains="listed")["NotebookInstances"]
    assert [one["NotebookInstanceName"] for one in listed] == ["listed-notebook"]

    stack.delete(deployer.stacks[-1], clients)

    with pytest.raises(ClientError, match="RecordNotFound"):
        sagemaker.describe_notebook_instance(NotebookInstanceName="listed-notebook")


def test_what_sagemaker_is_not_emulated_for_is_refused(clients: Clients) -> None:
    with pytest.raises(ClientError, match="does not emulate"):
        clients.client("sagemaker").list_models()


def groups(clients: Clients, name: str) -> list[str]:
    found = clients.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return [group["logGroupName"] for group in found]


def test_a_handler_does_not_bring_back_the_log_group_that_its_stack_has_deleted(
    deployer: Deployer, clients: Clients
) -> None:
    quiet = function("def handler(event, context):\n    print('last words')\n")
    quiet["Properties"] |= {
        "FunctionName": "last-words",
        "LoggingConfig": {"LogGroup": {"Ref": "Log"}},
    }
    log = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/of-the-stack"}}
    deployer.deploy({"Role": role(), "Log": log, "Function": quiet})
    invoke = clients.client("lambda").invoke
    invoke(FunctionName="last-words")
    assert groups(clients, "/of-the-stack") == ["/of-the-stack"]
    streams = clients.client("logs").describe_log_streams(logGroupName="/of-the-stack")
    assert streams["logStreams"]

    clients.client("logs").delete_log_group(logGroupName="/of-the-stack")
    invoke(FunctionName="last-words")

    assert groups(clients, "/of-the-stack") == []
