"""Metric attributions: counts and sums over events, by what led to them.

Events that come one by one are counted as they arrive and go to the metric sink, as the service
sends them to CloudWatch; bulk interactions are counted by the import job that asks for it, into a
CSV file in S3 (developer guide, "Measuring impact of recommendations").
"""

from personalize_emulator.errors import (
    InvalidInputException,
    ResourceAlreadyExistsException,
)
from personalize_emulator.resources.backend import UPDATE, Backend, when_ended
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_quota, check_settled
from personalize_emulator.resources.contents import datasets_of, schema_of
from personalize_emulator.resources.kinds import ATTRIBUTION, DATASET_GROUP
from personalize_emulator.resources.lifecycle import DELETE, Progress
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.reading import paginate
from personalize_emulator.resources.resource import Resource
from personalize_emulator.runtime.attribution import parse_expression
from personalize_emulator.values import Payload

MAX_METRICS = 10


def attribution_of(backend: Backend, group: str) -> Resource | None:
    """Return the metric attribution of a dataset group, if it has one."""
    return next(
        (a for a in backend.store.all(ATTRIBUTION) if a.fields["datasetGroupArn"] == group), None
    )


@operation("CreateMetricAttribution")
def create_metric_attribution(call: Call, request: Payload) -> Payload:
    """Begin to count; a dataset group has one metric attribution."""
    group = call.active(request["datasetGroupArn"], DATASET_GROUP)
    _check_metrics(call.backend, group.arn, request["metrics"])
    arn = call.arn(ATTRIBUTION, request["name"])
    if call.backend.store.find(arn) is None:
        present = [attribution_of(call.backend, group.arn)]
        quota = call.backend.settings.quotas.metric_attributions_per_group
        check_quota(len([p for p in present if p]), quota, "metric attributions in the group")
    fields = {k: v for k, v in request.items() if k != "metrics"}
    private = {"metrics": request["metrics"]}
    attribution = call.backend.create(ATTRIBUTION, arn, fields, private=private)
    return {"metricAttributionArn": attribution.arn}


def _check_metrics(backend: Backend, group: str, metrics: list[Payload]) -> None:
    names = [metric["metricName"] for metric in metrics]
    if len(set(names)) < len(names):
        raise InvalidInputException("Metric names must be unique.")
    datasets = datasets_of(backend, group)
    for metric in metrics:
        summed = parse_expression(metric["expression"])
        if summed is None:
            continue
        kind, field = summed
        dataset = datasets.get(kind)
        column = schema_of(backend, dataset).column(field) if dataset else None
        if column is None or not column.numeric:
            msg = f"{metric['expression']} names no numeric column of the dataset group."
            raise InvalidInputException(msg)


@operation("ListMetricAttributionMetrics")
def list_metric_attribution_metrics(call: Call, request: Payload) -> Payload:
    """List what an attribution counts."""
    arn = request.get("metricAttributionArn")
    attributions = call.backend.store.owned(ATTRIBUTION, call.owner)
    found = [a for a in attributions if arn is None or a.arn == arn]
    if arn is not None and not found:
        msg = f"Resource Arn {arn} does not exist."
        raise InvalidInputException(msg)
    metrics = [metric for attribution in found for metric in attribution.private["metrics"]]
    page, more = paginate(list(enumerate(metrics)), request, "ListMetricAttributionMetrics")
    return {"metrics": page} | more


@operation("UpdateMetricAttribution")
def update_metric_attribution(call: Call, request: Payload) -> Payload:
    """Add or remove metrics, or change where reports go."""
    arn = request.get("metricAttributionArn")
    if arn is None:
        raise InvalidInputException("A metricAttributionArn is required.")
    attribution = call.active(arn, ATTRIBUTION)
    check_settled(attribution)
    removed, added = request.get("removeMetrics") or [], request.get("addMetrics") or []
    stays = [m for m in attribution.private["metrics"] if m["metricName"] not in removed]
    names = {metric["metricName"] for metric in stays}
    if taken := sorted(m["metricName"] for m in added if m["metricName"] in names):
        msg = f"Metrics of these names already exist: {', '.join(taken)}."
        raise ResourceAlreadyExistsException(msg)
    metrics = [*stays, *added]
    if len(metrics) > MAX_METRICS:
        msg = f"More than {MAX_METRICS} metrics in a metric attribution."
        raise InvalidInputException(msg)
    _check_metrics(call.backend, attribution.fields["datasetGroupArn"], metrics)
    attribution.private["next"] = {
        "metrics": metrics,
        "metricsOutputConfig": request.get("metricsOutputConfig"),
    }
    call.backend.enter_update(attribution, {})
    return {"metricAttributionArn": attribution.arn}


@when_ended(ATTRIBUTION, UPDATE)
def _updated(backend: Backend, attribution: Resource, progress: Progress) -> None:
    del backend, progress
    coming = attribution.private.pop("next")
    attribution.private["metrics"] = coming["metrics"]
    if coming["metricsOutputConfig"]:
        attribution.fields["metricsOutputConfig"] = coming["metricsOutputConfig"]
    if attribution.update:
        attribution.updated = attribution.update.updated


@operation("DeleteMetricAttribution")
def delete_metric_attribution(call: Call, request: Payload) -> None:
    """Stop counting."""
    attribution = call.get(request["metricAttributionArn"], ATTRIBUTION)
    check_settled(attribution)
    call.backend.enter(attribution, DELETE)
