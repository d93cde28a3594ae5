"""The logger, made once, and the one way to emit a metric; handlers import them from here.

The environment names it: ``POWERTOOLS_SERVICE_NAME`` is the pipeline's name, so every metric and
every log line carries it. Metrics leave as embedded metric format on standard output: no call,
nothing to grant, nothing to time out.
"""

from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.invocation import CALLER
from lambdas.shared.metric_names import (
    NAMESPACE,
    PIPELINE_DIMENSION,
    SOLUTION_DIMENSION,
    MetricName,
)
from lambdas.shared.tracing import Handler, annotate, traced

logger = Logger()

Event = dict[str, Any]


def observed(handler: Handler) -> Handler:
    """Have a handler logged and traced under the execution that calls it, its failures too."""

    @wraps(handler)
    def observing(event: Event, context: LambdaContext) -> dict[str, Any]:
        own = {key: value for key, value in event.items() if key != CALLER}
        if CALLER in event:
            share_execution(event[CALLER])
        try:
            return handler(own, context)
        except Exception:
            logger.exception("the step failed")
            raise

    return logger.inject_lambda_context(clear_state=True)(traced(observing))


def share_execution(execution_arn: str) -> None:
    """Put the execution's ARN on every log line and trace of this invocation.

    One query then finds what all the handlers of a run had to say.
    """
    logger.append_keys(execution_id=execution_arn)
    annotate("execution_id", execution_arn)


def emit(
    name: MetricName | str,
    value: float = 1,
    *,
    unit: MetricUnit = MetricUnit.Count,
    solution: str | None = None,
) -> None:
    """Emit one metric of the pipeline, for one of its solutions if ``solution`` names it."""
    with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE) as metric:
        metric.add_dimension(PIPELINE_DIMENSION, logger.service)
        if solution:
            metric.add_dimension(SOLUTION_DIMENSION, solution)
