"""Metric attribution: what is counted, and what an import publishes."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from personalize_emulator.clock import VirtualClock
from personalize_emulator.objects import FolderObjects
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import INSTANT, EmulatorSettings
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import INTERACTIONS, ROLE, Clients
from tests.emulator.support.world import ITEMS


@pytest.fixture
def group(aws: Clients) -> str:
    arn = aws.group()
    aws.dataset(arn, aws.schema())
    return arn


def tracker(aws: Clients, group: str) -> str:
    return aws.personalize.create_event_tracker(name="t", datasetGroupArn=group)["trackingId"]


def put(aws: Clients, tracking: str, item: str, **more: Any) -> None:
    event: Any = {"eventType": "click", "itemId": item, "sentAt": datetime.now(tz=UTC), **more}
    aws.events.put_events(trackingId=tracking, userId="u", sessionId="s", eventList=[event])


def attribution(aws: Clients, group: str, **more: Any) -> str:
    output: Any = {"roleArn": ROLE, **more}
    metrics: Any = [
        {"eventType": "click", "metricName": "clicks", "expression": "SAMPLECOUNT()"},
        {"eventType": "click", "metricName": "value", "expression": "SUM(Items.PRICE)"},
    ]
    return aws.personalize.create_metric_attribution(
        name="attribution",
        datasetGroupArn=group,
        metrics=metrics,
        metricsOutputConfig=output,
    )["metricAttributionArn"]


@pytest.fixture
def priced(aws: Clients, group: str) -> str:
    items = aws.dataset(group, aws.schema(ITEMS, "items"), "ITEMS")
    rows = [(f"i{n}", n, "x") for n in range(80)]
    aws.import_csv(items, to_csv(("ITEM_ID", "PRICE", "CATEGORY_L1"), rows), "items")
    return group


def test_attributed_events_are_counted_and_summed(
    aws: Clients, service: PersonalizeService, priced: str
) -> None:
    arn = attribution(aws, priced)
    tracking = tracker(aws, priced)
    source: Any = {"eventAttributionSource": "mail"}

    put(aws, tracking, "i5", metricAttribution=source)
    put(aws, tracking, "i7", metricAttribution=source)
    put(aws, tracking, "i1", recommendationId="RID-1")
    put(aws, tracking, "i2")
    put(aws, tracking, "i3", metricAttribution=source, eventType="watch")

    counts = service.backend.store.get(arn).private["counts"]
    assert counts == {
        "clicks/mail": 2.0,
        "value/mail": 12.0,
        "clicks/amzn-personalize": 1.0,
        "value/amzn-personalize": 1.0,
    }


def test_an_import_publishes_what_it_brought(aws: Clients, priced: str, s3_root: Path) -> None:
    p = aws.personalize
    attribution(aws, priced, s3DataDestination={"path": "s3://bucket/metrics/"})
    source = {"name": "EVENT_ATTRIBUTION_SOURCE", "type": "string"}
    avro = {
        **INTERACTIONS,
        "fields": [*INTERACTIONS["fields"], {**source, "type": ["string", "null"]}],
    }
    other = aws.group("other")
    dataset = aws.dataset(other, aws.schema(avro, "attributed"))
    p.create_metric_attribution(
        name="counted",
        datasetGroupArn=other,
        metrics=[{"eventType": "click", "metricName": "n", "expression": "SAMPLECOUNT()"}],
        metricsOutputConfig={
            "roleArn": ROLE,
            "s3DataDestination": {"path": "s3://bucket/metrics/"},
        },
    )
    header = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_ATTRIBUTION_SOURCE")
    rows = [
        ("u", "i", 1, "click", "mail"),
        ("u", "j", 2, "click", "mail"),
        ("u", "k", 3, "click", ""),
    ]

    aws.import_csv(dataset, to_csv(header, rows), "told", publishAttributionMetricsToS3=True)

    (file,) = (s3_root / "bucket/metrics").iterdir()
    (line,) = csv.DictReader(file.read_text().splitlines())
    assert file.name.startswith("AggregatedAttributionMetrics-told-")
    assert (line["METRIC_NAME"], line["VALUE"]) == ("n", "2.0")
    assert (line["MATH_FUNCTION"], line["EVENT_ATTRIBUTION_SOURCE"]) == ("samplecount", "mail")


def test_metrics_can_be_added_and_removed(aws: Clients, priced: str) -> None:
    p = aws.personalize
    arn = attribution(aws, priced)
    views: Any = {"eventType": "watch", "metricName": "views", "expression": "SAMPLECOUNT()"}

    p.update_metric_attribution(
        metricAttributionArn=arn, addMetrics=[views], removeMetrics=["value"]
    )
    shown = p.list_metric_attribution_metrics(metricAttributionArn=arn)["metrics"]
    assert [metric["metricName"] for metric in shown] == ["clicks", "views"]
    with pytest.raises(p.exceptions.ResourceAlreadyExistsException):
        p.update_metric_attribution(metricAttributionArn=arn, addMetrics=[views])
    for expression, why in (
        ("AVG(Items.PRICE)", "SAMPLECOUNT"),
        ("SUM(Items.CATEGORY_L1)", "no numeric column"),
    ):
        bad: Any = {**views, "metricName": "x", "expression": expression}
        with pytest.raises(p.exceptions.InvalidInputException, match=why):
            p.update_metric_attribution(metricAttributionArn=arn, addMetrics=[bad])


def test_a_sink_receives_the_metrics_in_the_background(tmp_path: Path, s3_root: Path) -> None:
    received: list[dict[str, Any]] = []

    class Sink:
        def put(self, **metric: Any) -> None:
            received.append(metric)

    with PersonalizeService(
        EmulatorSettings(state_dir=tmp_path / "state", pace=INSTANT),
        objects=FolderObjects(s3_root),
        clock=VirtualClock(),
        metrics=Sink(),
    ) as service:
        aws = Clients(service, s3_root)
        group = aws.group()
        aws.dataset(group, aws.schema())
        aws.dataset(group, aws.schema(ITEMS, "items"), "ITEMS")
        attribution(aws, group)
        put(aws, tracker(aws, group), "i1", metricAttribution={"eventAttributionSource": "mail"})

    assert {metric["name"]: metric["value"] for metric in received} == {"clicks": 1.0, "value": 0.0}
    assert received[0]["dimensions"] == {"EventType": "click", "EventAttributionSource": "mail"}
