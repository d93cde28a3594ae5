"""Logger, tracer and metrics, made once; every handler imports them from here.

The environment names them: ``POWERTOOLS_SERVICE_NAME`` is the pipeline's name (so every metric and
every log line carries it) and ``POWERTOOLS_TRACE_DISABLED`` switches X-Ray off on a laptop. Metrics
leave as embedded metric format on standard output: no call, nothing to grant, nothing to time out.
"""

from aws_lambda_powertools import Logger, Metrics, Tracer

from lambdas.shared.metric_names import NAMESPACE

logger = Logger()
tracer = Tracer()
metrics = Metrics(namespace=NAMESPACE)


def share_execution(execution_arn: str) -> None:
    """Put the execution's ARN on every log line and trace of this invocation.

    One query then finds what all the handlers of a run had to say.
    """
    logger.append_keys(execution_id=execution_arn)
    tracer.put_annotation("execution_id", execution_arn)
