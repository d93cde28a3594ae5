"""The extensions for Personalize and for the end of a stack: without them, each of these fails."""

import json
import time
import urllib.request
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from localcloud.clients import Clients
from localcloud.deploy.stack import delete
from localcloud.errors import DeploymentError
from tests.localcloud.templates import Deployer, role, state_machine
from tests.localcloud.test_extensions import machine


def test_personalize_answers_boto3_on_the_same_port(clients: Clients) -> None:
    assert clients.personalize.list_dataset_groups()["datasetGroups"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        clients.personalize_runtime.get_recommendations(
            campaignArn=f"arn:aws:personalize:us-east-1:{clients.account}:campaign/none",
            userId="1",
        )


def test_personalize_answers_step_functions_sdk_integration(deployer: Deployer) -> None:
    definition = machine(
        List={
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:personalize:listDatasetGroups",
            "Arguments": {},
            "End": True,
        }
    )

    execution = deployer.run({"Role": role(), "Machine": state_machine(definition)})

    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == {"DatasetGroups": []}


def test_an_error_of_personalize_has_step_functions_prefix(
    deployer: Deployer, clients: Clients
) -> None:
    arn = f"arn:aws:personalize:us-east-1:{clients.account}:dataset-group/none"
    definition = machine(
        Describe={
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:personalize:describeDatasetGroup",
            "Arguments": {"DatasetGroupArn": arn},
            "End": True,
        }
    )

    execution = deployer.run({"Role": role(), "Machine": state_machine(definition)})

    assert execution["error"] == "Personalize.ResourceNotFoundException"


def test_another_account_imports_from_its_own_bucket(clients: Clients) -> None:
    other = Clients(endpoint=clients.endpoint, account="222222222222")
    types = {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long"}
    fields = [{"name": name, "type": kind} for name, kind in types.items()]
    schema = {"type": "record", "name": "Interactions", "fields": fields}
    other.s3.create_bucket(Bucket="theirs")
    other.s3.put_object(Bucket="theirs", Key="a.csv", Body=b"USER_ID,ITEM_ID,TIMESTAMP\n1,2,3\n")
    p = other.personalize
    dataset = p.create_dataset(
        name="d",
        datasetType="INTERACTIONS",
        datasetGroupArn=p.create_dataset_group(name="g")["datasetGroupArn"],
        schemaArn=p.create_schema(name="s", schema=json.dumps(schema))["schemaArn"],
    )["datasetArn"]

    job = p.create_dataset_import_job(
        jobName="j",
        datasetArn=dataset,
        dataSource={"dataLocation": "s3://theirs/a.csv"},
        roleArn="arn:aws:iam::222222222222:role/reader",
    )["datasetImportJobArn"]

    def shown() -> str:
        described = p.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"]
        return described["status"]

    deadline = time.monotonic() + 20
    while shown().endswith(("PENDING", "IN_PROGRESS")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert shown() == "ACTIVE"


def test_a_request_cut_off_is_refused_as_such(clients: Clients) -> None:
    request = urllib.request.Request(
        clients.endpoint,
        data=b'{"schema": "s3://',
        headers={"x-amz-target": "AmazonPersonalize.CreateSchema"},
    )

    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request)

    assert refused.value.code == 400
    assert b"InvalidInputException" in refused.value.read()


def test_a_bucket_that_holds_anything_is_not_deleted(deployer: Deployer, clients: Clients) -> None:
    outputs = deployer.deploy({"Bucket": {"Type": "AWS::S3::Bucket"}}, {"Name": {"Ref": "Bucket"}})
    clients.s3.put_object(Bucket=outputs["Name"], Key="kept", Body=b"1")

    with pytest.raises(DeploymentError, match="not empty"):
        delete(deployer.stacks[-1], clients)

    clients.s3.delete_object(Bucket=outputs["Name"], Key="kept")
    delete(deployer.stacks[-1], clients)
    assert outputs["Name"] not in {b["Name"] for b in clients.s3.list_buckets()["Buckets"]}
