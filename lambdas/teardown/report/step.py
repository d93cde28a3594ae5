"""Make the report."""

from collections.abc import Mapping
from typing import Any

from lambdas.shared.observability import logger
from lambdas.teardown.report.rules import Told, report_of


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report; it goes to the log, too, which outlives the bucket by a little."""
    report = report_of(Told.model_validate(event))
    logger.info(report.summary, extra={"lines": report.lines})
    return report.model_dump(by_alias=True, mode="json")
