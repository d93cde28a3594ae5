"""What a pipeline leaves all over an account, and how to see that all of it is gone."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.errors import DeploymentError
from tests.e2e.runs.pipelines import Deployed, await_that

HOUR = 3600.0
# Service, operation, list, name: everything that issue and template can leave behind.
KINDS = (
    *(
        ("personalize", f"list_{kind}", key, "name")
        for kind, key in (
            ("dataset_groups", "datasetGroups"),
            ("schemas", "schemas"),
            ("datasets", "datasets"),
            ("solutions", "solutions"),
            ("campaigns", "campaigns"),
            ("recommenders", "recommenders"),
            ("event_trackers", "eventTrackers"),
            ("filters", "Filters"),
            ("metric_attributions", "metricAttributions"),
        )
    ),
    *(
        ("personalize", f"list_{kind}", key, "jobName")
        for kind, key in (
            ("dataset_import_jobs", "datasetImportJobs"),
            ("dataset_export_jobs", "datasetExportJobs"),
            ("batch_inference_jobs", "batchInferenceJobs"),
            ("batch_segment_jobs", "batchSegmentJobs"),
            ("data_deletion_jobs", "dataDeletionJobs"),
        )
    ),
    ("personalize", "list_solution_versions", "solutionVersions", "solutionVersionArn"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("events", "list_rules", "Rules", "Name"),
    ("scheduler", "list_schedules", "Schedules", "Name"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("lambda", "list_layers", "Layers", "LayerName"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("iam", "list_policies", "Policies", "PolicyName"),
    ("dynamodb", "list_tables", "TableNames", ""),
    ("sqs", "list_queues", "QueueUrls", ""),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("stepfunctions", "list_state_machines", "stateMachines", "name"),
    ("sagemaker", "list_notebook_instances", "NotebookInstances", "NotebookInstanceName"),
)


def everything(clients: Clients) -> set[tuple[str, str]]:
    """Return kind and name of everything in the account, whoever's it is."""
    return {
        (f"{service}:{operation}", name)
        for service, operation, key, field in KINDS
        for name in _names(clients.client(service), operation, key, field)
    }


def _names(client: Any, operation: str, key: str, field: str) -> Iterator[str]:
    if client.can_paginate(operation):
        pages = client.get_paginator(operation).paginate()
    else:
        pages = [getattr(client, operation)()]
    for page in pages:
        yield from (item if isinstance(item, str) else item[field] for item in page.get(key, []))


def ask_emulator(clients: Clients, what: str, body: dict[str, Any]) -> None:
    """Tell the emulated service what to do next, at its own endpoint."""
    request = Request(f"{clients.endpoint}/_emulator/{what}", json.dumps(body).encode())
    with urlopen(request) as answer:
        assert answer.status == 200


@dataclass(frozen=True)
class Extras:
    """Adds to a pipeline, under its tag, what people and the service add to it."""

    deployed: Deployed

    @property
    def _personalize(self) -> Any:
        return self.deployed.clients.personalize

    @property
    def _tags(self) -> list[dict[str, str]]:
        return [{"tagKey": "pipeline", "tagValue": self.deployed.name}]

    @property
    def group(self) -> str:
        groups = self._personalize.list_dataset_groups()["datasetGroups"]
        return str(next(g["datasetGroupArn"] for g in groups if g["name"] == self.deployed.name))

    @property
    def solution(self) -> str:
        solutions = self._personalize.list_solutions(datasetGroupArn=self.group)["solutions"]
        return str(solutions[0]["solutionArn"])

    @property
    def version(self) -> str:
        versions = self._personalize.list_solution_versions(solutionArn=self.solution)
        return str(versions["solutionVersions"][0]["solutionVersionArn"])

    @property
    def campaign(self) -> str:
        campaigns = self._personalize.list_campaigns(solutionArn=self.solution)["campaigns"]
        return str(campaigns[0]["campaignArn"])

    def answers(self) -> bool:
        """Return whether the pipeline's campaign recommends something."""
        runtime = self.deployed.clients.personalize_runtime
        answer = runtime.get_recommendations(campaignArn=self.campaign, userId="u1", numResults=3)
        return len(answer["itemList"]) == 3

    def beside_the_run(self) -> None:
        """Add a filter, a metric attribution, a batch job's output, an export."""
        role = self.deployed.outputs["PersonalizeRoleArn"]
        self._personalize.create_filter(
            name=f"{self.deployed.name}-seen",
            datasetGroupArn=self.group,
            filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")',
            tags=self._tags,
        )
        self._personalize.create_metric_attribution(
            name=f"{self.deployed.name}-metrics",
            datasetGroupArn=self.group,
            metrics=[
                {"eventType": "watch", "metricName": "watches", "expression": "SAMPLECOUNT()"}
            ],
            metricsOutputConfig={"roleArn": role},
        )
        self._batch(role)

    def _batch(self, role: str) -> None:
        bucket = self.deployed.bucket
        key = "runs/batch.json"
        self.deployed.clients.s3.put_object(Bucket=bucket, Key=key, Body=b'{"userId": "u1"}\n')
        job = self._personalize.create_batch_inference_job(
            jobName=f"{self.deployed.name}-batch",
            solutionVersionArn=self.version,
            jobInput={"s3DataSource": {"path": f"s3://{bucket}/{key}"}},
            jobOutput={"s3DataDestination": {"path": f"s3://{bucket}/batch/"}},
            roleArn=role,
            tags=self._tags,
        )["batchInferenceJobArn"]

        def is_done() -> bool:
            described = self._personalize.describe_batch_inference_job(batchInferenceJobArn=job)
            return bool(described["batchInferenceJob"]["status"] == "ACTIVE")

        await_that(is_done, 30)

    def a_training(self) -> None:
        """Start a training that takes hours, untagged as the service's own."""
        self.takes("SolutionVersion", HOUR)
        self._personalize.create_solution_version(solutionArn=self.solution)

    def an_automatic_training(self, solution: str) -> str:
        """Let time pass until the service trains a solution by itself; it takes hours to it.

        Its first one falls out, as somebody has trained by hand by then.
        """
        arn = f"arn:aws:personalize:us-east-1:000000000000:solution/{solution}"
        self.takes("SolutionVersion", HOUR)
        for seconds in (HOUR, 7 * 24 * HOUR):
            ask_emulator(self.deployed.clients, "clock", {"advance": seconds})

        def automatic() -> list[str]:
            listed = self._personalize.list_solution_versions(solutionArn=arn)["solutionVersions"]
            return [v["solutionVersionArn"] for v in listed if v["trainingType"] == "AUTOMATIC"]

        await_that(lambda: bool(automatic()), 30)
        return automatic()[0]

    def an_import(self) -> None:
        """Start an import that takes some seconds."""
        self.takes("DatasetImportJob", 3.0)
        key = "drops/slow/interactions.csv"
        header, rest = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE\n", "u1,i1,1700000000,w,\n"
        self.deployed.clients.s3.put_object(
            Bucket=self.deployed.bucket, Key=key, Body=(header + rest * 1000).encode()
        )
        datasets = self._personalize.list_datasets(datasetGroupArn=self.group)["datasets"]
        [interactions] = [d["datasetArn"] for d in datasets if d["datasetType"] == "INTERACTIONS"]
        self._personalize.create_dataset_import_job(
            jobName=f"{self.deployed.name}-slow",
            datasetArn=interactions,
            dataSource={"dataLocation": f"s3://{self.deployed.bucket}/{key}"},
            roleArn=self.deployed.outputs["PersonalizeRoleArn"],
            tags=self._tags,
        )

    def takes(self, kind: str, seconds: float) -> None:
        """Have the next resource of a kind take its time."""
        ask_emulator(
            self.deployed.clients, "scenarios", {"jobs": [{"kind": kind, "duration": seconds}]}
        )

    def in_the_bucket(self) -> None:
        """Leave older versions, delete markers and an upload that nobody completes."""
        s3, bucket = self.deployed.clients.s3, self.deployed.bucket
        for number in range(3):
            s3.put_object(Bucket=bucket, Key="drops/old/items.csv", Body=str(number).encode())
        s3.delete_object(Bucket=bucket, Key="drops/old/items.csv")
        upload = s3.create_multipart_upload(Bucket=bucket, Key="drops/big/interactions.csv")
        s3.upload_part(
            Bucket=bucket,
            Key="drops/big/interactions.csv",
            UploadId=upload["UploadId"],
            PartNumber=1,
            Body=b"USER_ID",
        )

    def in_the_logs(self) -> None:
        """Log as the notebook does, into the group that all notebooks of an account share."""
        logs = self.deployed.clients.client("logs")
        group = "/aws/sagemaker/NotebookInstances"
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=group)
        name = f"{self.deployed.name}-notebook/jupyter.log"
        logs.create_log_stream(logGroupName=group, logStreamName=name)


@dataclass(frozen=True)
class Teardown:
    """A pipeline's teardown, by hand or with its stack."""

    deployed: Deployed

    @property
    def stack(self) -> str:
        return f"{self.deployed.name}-pipeline"

    @property
    def machine(self) -> str:
        return self.deployed.outputs["TeardownStateMachineArn"]

    def start(self, **given: Any) -> str:
        started = self.deployed.clients.stepfunctions.start_execution(
            stateMachineArn=self.machine, input=json.dumps(given)
        )
        return started["executionArn"]

    def report(self, **given: Any) -> dict[str, Any]:
        """Run it by hand and return its report."""
        ended = self.deployed.end_of(self.start(**given))
        assert ended.status == "SUCCEEDED", ended
        return ended.output

    def newest(self) -> str:
        """Return the newest execution; it outlives the state machine."""
        listed = self.deployed.clients.stepfunctions.list_executions(stateMachineArn=self.machine)
        return listed["executions"][0]["executionArn"]

    def last_report(self) -> dict[str, Any]:
        return self.deployed.end_of(self.newest()).output

    def delete_stack(self) -> None:
        stack.delete(self.stack, self.deployed.clients)

    def refusal(self) -> str:
        """Delete the stack, which has to fail, and return why it did."""
        try:
            self.delete_stack()
        except DeploymentError as error:
            return str(error)
        raise AssertionError("the stack was deleted")
