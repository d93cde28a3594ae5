"""Counting for metric attributions: events as they arrive, bulk interactions as they are imported.

An event counts if it names what led to it: an ``eventAttributionSource``, or the id of the
recommendations that it came from (inferred).
"""

from dataclasses import dataclass
from functools import partial

from personalize_emulator.data.records import table_of
from personalize_emulator.data.table import Table
from personalize_emulator.errors import JobFailed, ObjectMissing
from personalize_emulator.objects import ObjectStore
from personalize_emulator.resources.attributions import attribution_of
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.contents import bulk_of, datasets_of, schema_of
from personalize_emulator.resources.resource import Resource
from personalize_emulator.runtime.attribution import aggregate, parse_expression, report
from personalize_emulator.runtime.metadata import plain
from personalize_emulator.values import Payload

RECOMMENDED = "amzn-personalize"
"""The source of events that only name a recommendation (inferred)."""


def source_of(event: Payload) -> str | None:
    """Return what led to an event; None if it does not say."""
    attributed = event.get("metricAttribution") or {}
    by_recommendation = RECOMMENDED if event.get("recommendationId") else None
    return attributed.get("eventAttributionSource") or by_recommendation


def count_events(backend: Backend, group: str, events: list[tuple[Payload, str | None]]) -> None:
    """Count events that just arrived, each a row of interactions with its source."""
    attribution = attribution_of(backend, group)
    attributed = [(row, source) for row, source in events if source]
    if attribution is None or attribution.status != "ACTIVE" or not attributed:
        return
    metrics = attribution.private["metrics"]
    totals, now = (
        aggregate(metrics, attributed, _items(backend, group, metrics)),
        backend.clock.now(),
    )
    counts = attribution.private.setdefault("counts", {})
    for (name, event_type, _, source), value in totals.items():
        key = f"{name}/{source}"
        counts[key] = counts.get(key, 0.0) + value
        if backend.metrics:
            # In the background: whoever serves this request may be the one who serves CloudWatch.
            put = partial(backend.metrics.put, name=name, value=value, timestamp=now)
            dimensions = {"EventType": event_type, "EventAttributionSource": source}
            backend.jobs.later(partial(put, dimensions=dimensions))
    backend.store.save(attribution)


def _items(backend: Backend, group: str, metrics: list[Payload]) -> dict[str, Payload]:
    """Return the items' rows by id, if a metric sums over them."""
    summed = [parse_expression(metric["expression"]) for metric in metrics]
    dataset = datasets_of(backend, group).get("ITEMS")
    if dataset is None or not any(each and each[0] == "ITEMS" for each in summed):
        return {}
    schema = schema_of(backend, dataset)
    tables = [table_of(schema, list(backend.records.of(dataset.arn)))]
    if (bulk := bulk_of(backend, dataset, schema)) is not None:
        tables.insert(0, bulk)
    return {row["ITEM_ID"]: row for table in tables for row in rows_of(table)}


def rows_of(table: Table) -> list[Payload]:
    """Return a table as rows of plain values."""
    columns = table.schema.columns
    return [
        {column.name: plain(column, cell) for column, cell in zip(columns, cells, strict=True)}
        for cells in zip(*(table[column.name] for column in columns), strict=True)
    ]


@dataclass(frozen=True)
class Publication:
    """What an import job is to count, and where the report goes."""

    metrics: list[Payload]
    items: dict[str, Payload]
    target: str
    timestamp: int


def publication_of(backend: Backend, job: Resource, dataset: Resource) -> Publication | None:
    """Return what to publish of an import; None for nothing. Call it under the lock."""
    group = dataset.fields["datasetGroupArn"]
    attribution = attribution_of(backend, group)
    wanted = job.fields.get("publishAttributionMetricsToS3")
    if not wanted or attribution is None or dataset.fields["datasetType"] != "INTERACTIONS":
        return None
    config = attribution.fields["metricsOutputConfig"].get("s3DataDestination")
    if not config:
        raise JobFailed("The metric attribution has no s3DataDestination to publish to.")
    timestamp = int(backend.clock.now())
    name = f"AggregatedAttributionMetrics-{job.name}-{timestamp}.csv"
    metrics = attribution.private["metrics"]
    target = f"{config['path'].rstrip('/')}/{name}"
    return Publication(metrics, _items(backend, group, metrics), target, timestamp)


def publish(objects: ObjectStore, publication: Publication, table: Table) -> None:
    """Count the interactions of an import and write the report; raises JobFailed if it can't."""
    events = [(row, source) for row in rows_of(table) if (source := _bulk_source(row))]
    totals = aggregate(publication.metrics, events, publication.items)
    try:
        objects.write(publication.target, report(totals, publication.timestamp))
    except ObjectMissing as error:
        msg = f"Insufficient privileges for writing data to Amazon S3: {publication.target}."
        raise JobFailed(msg) from error


def _bulk_source(row: Payload) -> str | None:
    named = row.get("EVENT_ATTRIBUTION_SOURCE")
    return named or (RECOMMENDED if row.get("RECOMMENDATION_ID") else None)
