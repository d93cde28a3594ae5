"""The steps of the import stage, as the state machine asks for them."""

from collections.abc import Mapping
from typing import Any, Literal

import boto3
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.shared.clients import Client
from lambdas.shared.durations import expected_seconds
from lambdas.shared.ensure import Ensured, ensure, make_way
from lambdas.shared.errors import named_errors
from lambdas.shared.resources import KINDS
from lambdas.shared.settings.names import unique_name
from lambdas.shared.steps import ResourceStep


class TrackerStep(BaseModel):
    """Ensure the event tracker; its ARN ends in an identifier of the service, so it is listed."""

    model_config = ConfigDict(alias_generator=to_camel)

    step: Literal["eventTracker"]
    name: str
    dataset_group_arn: str
    tags: list[dict[str, str]]

    def take(self, client: Client) -> Ensured:
        """Return the tracker of that name in the group, the existing one if there is one."""
        group = self.dataset_group_arn
        request = {"name": self.name, "datasetGroupArn": group, "tags": self.tags}
        with named_errors():
            for page in client.get_paginator("list_event_trackers").paginate(datasetGroupArn=group):
                for tracker in page["eventTrackers"]:
                    if tracker["name"] == self.name:
                        arn = str(tracker["eventTrackerArn"])
                        make_way(client, KINDS["eventTracker"], arn, request, found=tracker)
                        return Ensured(arn=arn)
            made = client.create_event_tracker(**request)
        return Ensured(arn=made["eventTrackerArn"], created=True)


class AttributionStep(BaseModel):
    """Ensure the metric attribution, and that it counts what the pipeline file says."""

    model_config = ConfigDict(alias_generator=to_camel)

    step: Literal["metricAttribution"]
    name: str
    dataset_group_arn: str
    metrics: list[dict[str, str]]
    output: dict[str, Any]
    """CreateMetricAttribution.metricsOutputConfig."""

    def take(self, client: Client) -> Ensured:
        """Return the group's metric attribution: made, adopted, or changed in what it counts."""
        with named_errors():
            arn = self._present(client)
            if arn is None:
                made = client.create_metric_attribution(
                    name=self.name,
                    datasetGroupArn=self.dataset_group_arn,
                    metrics=self.metrics,
                    metricsOutputConfig=self.output,
                )
                return Ensured(arn=made["metricAttributionArn"], created=True)
            return Ensured(arn=arn, updated=self._counting(client, arn))

    def _present(self, client: Client) -> str | None:
        """Return the ARN of the one of that name: it ends in an identifier of the service."""
        pages = client.get_paginator("list_metric_attributions").paginate(
            datasetGroupArn=self.dataset_group_arn
        )
        listed = (one for page in pages for one in page["metricAttributions"])
        found = (str(one["metricAttributionArn"]) for one in listed if one["name"] == self.name)
        return next(found, None)

    def _counting(self, client: Client, arn: str) -> bool:
        """Change what it counts where that differs; return whether it did."""
        pages = client.get_paginator("list_metric_attribution_metrics").paginate(
            metricAttributionArn=arn
        )
        there = [metric for page in pages for metric in page["metrics"]]
        missing = [metric for metric in self.metrics if metric not in there]
        surplus = [metric["metricName"] for metric in there if metric not in self.metrics]
        if missing or surplus:
            client.update_metric_attribution(
                metricAttributionArn=arn, addMetrics=missing, removeMetrics=surplus
            )
        return bool(missing or surplus)


class ImportStep(BaseModel):
    """Start the import of one object of the drop; the same job if it was started before."""

    model_config = ConfigDict(alias_generator=to_camel)

    step: Literal["import"]
    pipeline: str
    kind: str
    arn_prefix: str
    dataset_arn: str
    location: str
    role_arn: str
    import_mode: Literal["FULL", "INCREMENTAL"]
    run: str
    tags: list[dict[str, str]]

    def take(self, client: Client) -> Ensured:
        """Return the import job of this run and dataset."""
        name = unique_name(f"{self.pipeline}-{self.kind}", self.kind, self.run)
        before = self._before(client)
        request = {
            "jobName": name,
            "datasetArn": self.dataset_arn,
            "dataSource": {"dataLocation": self.location},
            "roleArn": self.role_arn,
            "importMode": self._mode(before),
            "tags": self.tags,
        }
        arn = f"{self.arn_prefix}:dataset-import-job/{name}"
        ensured = ensure("datasetImportJob", arn, request, client)
        return ensured.model_copy(update={"expected": expected_seconds(before)})

    def _before(self, client: Client) -> list[dict[str, Any]]:
        """Return the import jobs of the dataset, a hundred of them."""
        with named_errors():
            jobs = client.list_dataset_import_jobs(datasetArn=self.dataset_arn, maxResults=100)
        listed: list[dict[str, Any]] = jobs["datasetImportJobs"]
        return listed

    def _mode(self, before: list[dict[str, Any]]) -> str:
        """Return FULL for a dataset without data: the service takes nothing else first."""
        if self.import_mode == "FULL":
            return "FULL"
        done = any(job["status"] == "ACTIVE" for job in before)
        return "INCREMENTAL" if done else "FULL"


class Step(BaseModel):
    """Any step of the stage."""

    action: ResourceStep | TrackerStep | AttributionStep | ImportStep


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take the step that ``event`` describes and return the ensured resource."""
    step = Step.model_validate({"action": dict(event)})
    return step.action.take(boto3.client("personalize")).model_dump()
