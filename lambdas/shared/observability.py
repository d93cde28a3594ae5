"""Logger and tracer, made once, and the one way to emit a metric; handlers import them from here.

The environment names them: ``POWERTOOLS_SERVICE_NAME`` is the pipeline's name (so every metric and
every log line carries it) and ``POWERTOOLS_TRACE_DISABLED`` switches X-Ray off on a laptop. Metrics
leave as embedded metric format on standard output: no call, nothing to grant, nothing to time out.
"""

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from lambdas.shared.metric_names import (
    NAMESPACE,
    PIPELINE_DIMENSION,
    SOLUTION_DIMENSION,
    MetricName,
)

logger = Logger()
tracer = Tracer()


def share_execution(execution_arn: str) -> None:
    """Put the execution's ARN on every log line and trace of this invocation.

    One query then finds what all the handlers of a run had to say.
    """
    logger.append_keys(execution_id=execution_arn)
    tracer.put_annotation("execution_id", execution_arn)


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
