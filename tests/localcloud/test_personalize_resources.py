"""CloudFormation's types of Personalize: a template of them deploys, and its stack deletes them."""

import json
import time
from typing import Any

import pytest

from localcloud.clients import Clients
from localcloud.deploy.stack import delete
from tests.localcloud.templates import Deployer

SCHEMA = {
    "type": "record",
    "name": "Interactions",
    "namespace": "com.amazonaws.personalize.schema",
    "fields": [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
    ],
    "version": "1.0",
}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::Personalize::{kind}", "Properties": properties}


def shop(clients: Clients) -> dict[str, Any]:
    clients.s3.create_bucket(Bucket="formed")
    clients.s3.put_object(Bucket="formed", Key="a.csv", Body=b"USER_ID,ITEM_ID,TIMESTAMP\n1,2,3\n")
    role = f"arn:aws:iam::{clients.account}:role/reader"
    job = {
        "JobName": "formed",
        "DataSource": {"DataLocation": "s3://formed/a.csv"},
        "RoleArn": role,
    }
    return {
        "Group": resource("DatasetGroup", Name="formed", Tags=[{"Key": "team", "Value": "a"}]),
        "Schema": resource("Schema", Name="formed", Schema=json.dumps(SCHEMA)),
        "Dataset": resource(
            "Dataset",
            Name="formed",
            DatasetType="Interactions",
            DatasetGroupArn={"Ref": "Group"},
            SchemaArn={"Fn::GetAtt": ["Schema", "SchemaArn"]},
            DatasetImportJob=job,
        ),
        "Solution": resource(
            "Solution",
            Name="formed",
            DatasetGroupArn={"Fn::GetAtt": ["Group", "DatasetGroupArn"]},
            RecipeArn="arn:aws:personalize:::recipe/aws-sims",
            PerformHPO="false",
            SolutionConfig={"AlgorithmHyperParameters": {"popularity_discount_factor": 0.3}},
        ),
    }


def test_a_template_of_personalize_deploys_and_goes(deployer: Deployer, clients: Clients) -> None:
    names = ("Group", "Dataset", "Solution")

    outputs = deployer.deploy(shop(clients), {name: {"Ref": name} for name in names})

    p = clients.personalize
    tags = p.list_tags_for_resource(resourceArn=outputs["Group"])["tags"]
    assert tags == [{"tagKey": "team", "tagValue": "a"}]
    solution = p.describe_solution(solutionArn=outputs["Solution"])["solution"]
    assert solution["datasetGroupArn"] == outputs["Group"]
    config = solution["solutionConfig"]["algorithmHyperParameters"]
    assert config == {"popularity_discount_factor": "0.3"}
    deadline = time.monotonic() + 20
    jobs = p.list_dataset_import_jobs(datasetArn=outputs["Dataset"])["datasetImportJobs"]
    while jobs[0]["status"].endswith(("PENDING", "IN_PROGRESS")):
        assert time.monotonic() < deadline
        jobs = p.list_dataset_import_jobs(datasetArn=outputs["Dataset"])["datasetImportJobs"]
    assert [job["status"] for job in jobs] == ["ACTIVE"]

    delete(deployer.stacks[-1], clients)

    assert p.list_schemas()["schemas"] == []
    with pytest.raises(p.exceptions.ResourceNotFoundException):
        p.describe_dataset_group(datasetGroupArn=outputs["Group"])


def test_what_personalize_refuses_fails_the_stack_in_its_words(
    deployer: Deployer, clients: Clients
) -> None:
    wrong = {"Schema": resource("Schema", Name="wrong", Schema="{}")}

    with pytest.raises(AssertionError, match="Invalid dataset type"):
        deployer.deploy(wrong)

    assert clients.personalize.list_schemas()["schemas"] == []
