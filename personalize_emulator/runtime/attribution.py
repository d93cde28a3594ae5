"""What metric attributions count: expressions, and the numbers they make of events."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Protocol

import boto3

from personalize_emulator.errors import InvalidInputException
from personalize_emulator.values import Payload

_EXPRESSION: Final = re.compile(
    r"SAMPLECOUNT\(\s*\)|SUM\(\s*(Interactions|Items)\.(\w+)\s*\)", re.IGNORECASE
)
NAMESPACE: Final = "AWS/Personalize"
_HEADER: Final = (
    "METRIC_NAME",
    "EVENT_TYPE",
    "VALUE",
    "MATH_FUNCTION",
    "EVENT_ATTRIBUTION_SOURCE",
    "TIMESTAMP",
)


class MetricSink(Protocol):
    """Receives the metrics of events as they arrive."""

    def put(self, *, name: str, value: float, dimensions: dict[str, str], timestamp: float) -> None:
        """Take one value; ``timestamp`` in seconds since the epoch."""
        ...


class CloudWatch:
    """The CloudWatch that the environment names."""

    def put(self, *, name: str, value: float, dimensions: dict[str, str], timestamp: float) -> None:
        """Put one value under the service's namespace."""
        boto3.client("cloudwatch").put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {
                    "MetricName": name,
                    "Value": value,
                    "Timestamp": datetime.fromtimestamp(timestamp, tz=UTC),
                    "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
                }
            ],
        )


def parse_expression(text: str) -> tuple[str, str] | None:
    """Return dataset type and column of ``SUM(Items.PRICE)``; None for ``SAMPLECOUNT()``."""
    match = _EXPRESSION.fullmatch(text.strip())
    if match is None:
        msg = f"A metric's expression must be SAMPLECOUNT() or SUM(dataset.column), not {text}."
        raise InvalidInputException(msg)
    return (match.group(1).upper(), match.group(2)) if match.group(1) else None


def aggregate(
    metrics: Iterable[Payload], events: Iterable[tuple[Payload, str]], items: dict[str, Payload]
) -> dict[tuple[str, str, str, str], float]:
    """Return the value of each metric, event type, function and source.

    Args:
        metrics: what to count.
        events: rows of interactions, each with what led to it.
        items: rows of the Items dataset by id, for sums over them.
    """
    totals: defaultdict[tuple[str, str, str, str], float] = defaultdict(float)
    chosen = [(metric, parse_expression(metric["expression"])) for metric in metrics]
    for row, source in events:
        for metric, summed in chosen:
            if metric["eventType"] != row.get("EVENT_TYPE"):
                continue
            function = "sum" if summed else "samplecount"
            key = metric["metricName"], metric["eventType"], function, source
            totals[key] += _value(summed, row, items)
    return dict(totals)


def _value(summed: tuple[str, str] | None, row: Payload, items: dict[str, Payload]) -> float:
    if summed is None:
        return 1.0
    kind, column = summed
    found = row if kind == "INTERACTIONS" else items.get(row.get("ITEM_ID", ""), {})
    return float(found.get(column) or 0.0)


def report(totals: dict[tuple[str, str, str, str], float], timestamp: int) -> bytes:
    """Return the CSV report of an import job."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for (name, event_type, function, source), value in sorted(totals.items()):
        writer.writerow((name, event_type, value, function, source, timestamp))
    return text.getvalue().encode()
