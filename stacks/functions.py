"""The one owner of Lambda defaults: runtime, layers, tracing, log group, one role a function."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from lambdas.shared.settings.pipeline import Pipeline
from stacks import assets
from stacks.acknowledge import acknowledge
from stacks.wildcards import explain

RUNTIME = lambda_.Runtime.PYTHON_3_14
ARCHITECTURE = lambda_.Architecture.ARM_64


class Functions(Construct):
    """Makes the pipeline's functions, all alike but for what they run and what they may do."""

    def __init__(self, scope: Construct, construct_id: str, *, pipeline: Pipeline) -> None:
        super().__init__(scope, construct_id)
        self.pipeline = pipeline
        self._code = lambda_.Code.from_asset(assets.handlers())
        self._layers = {name: self._layer(name) for name in ("handlers", "data")}

    def _layer(self, name: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            f"{name.capitalize()}Layer",
            code=lambda_.Code.from_asset(assets.layer(name)),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            removal_policy=RemovalPolicy.DESTROY,
        )

    def make(
        self,
        stage: str,
        *,
        description: str,
        grants: Sequence[iam.PolicyStatement] = (),
        reads_data: bool = False,
        memory_mib: int = 256,
        timeout: Duration | None = None,
        storage: Size | None = None,
    ) -> lambda_.Function:
        """Make the function of ``lambdas/<stage>/handler.py``, with a role of its own.

        Args:
            stage: The stage's folder; ``teardown/bucket`` is one below a stage's.
            description: What it does, in a sentence.
            grants: Everything it may do beside writing its own log and traces.
            reads_data: Whether it needs DuckDB or charts.
            memory_mib: Memory; the share of CPU follows from it.
            timeout: How long one call may take; 30 seconds unless given.
            storage: Room under /tmp; the least there is unless given.
        """
        folder, stage = stage.replace("/", "."), stage.replace("/", "-")
        name = self.pipeline.own(stage)
        log_group = self._log_group(stage, name)
        function = lambda_.Function(
            self,
            stage.capitalize(),
            function_name=name,
            description=description,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=f"lambdas.{folder}.handler.handler",
            code=self._code,
            layers=[self._layers[layer] for layer in ("handlers", *["data"] * reads_data)],
            role=self._role(stage, log_group, grants),
            log_group=log_group,
            memory_size=memory_mib,
            timeout=timeout or Duration.seconds(30),
            ephemeral_storage_size=storage,
            environment={
                "POWERTOOLS_SERVICE_NAME": self.pipeline.name,
                "POWERTOOLS_LOG_LEVEL": "INFO",
            },
        )
        self._trace(function)
        acknowledge(function, _FUNCTION_REASONS)
        return function

    def _log_group(self, stage: str, name: str) -> logs.LogGroup:
        days = self.pipeline.operation.log_retention_days
        log_group = logs.LogGroup(
            self,
            f"{stage.capitalize()}Log",
            log_group_name=f"/aws/lambda/{name}",
            retention=retention_of(days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(log_group, {"CKV_AWS_158": LOG_KEY})
        return log_group

    def _role(
        self, stage: str, log_group: logs.LogGroup, grants: Sequence[iam.PolicyStatement]
    ) -> iam.Role:
        role = iam.Role(
            self,
            f"{stage.capitalize()}Role",
            description=f"The {stage} stage of the pipeline {self.pipeline.name}",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[log_group.log_group_arn],
            )
        )
        for statement in (TRACES, *grants):
            role.add_to_policy(statement)
        explain(role, (TRACES, *grants))
        return role

    @staticmethod
    def _trace(function: lambda_.Function) -> None:
        resource = function.node.default_child
        assert isinstance(resource, lambda_.CfnFunction)  # noqa: S101 - always so
        # Through the property, not through ``tracing``, which would add its own copy of the grant.
        resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")


TRACES = iam.PolicyStatement(
    actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"]
)
LOG_KEY = "CloudWatch encrypts logs with a key of its own; they hold names and counts, no data"
_FUNCTION_REASONS = {
    "CKV_AWS_115": "a run calls it a few times; a reservation would take capacity from others",
    "CKV_AWS_116": "called by the state machine, which sees every failure; nothing is asynchronous",
    "CKV_AWS_117": "it talks to AWS services only; a network of its own would add cost, not safety",
    "CKV_AWS_173": "its environment holds the pipeline's name, no secret",
}


def retention_of(days: int) -> logs.RetentionDays:
    """Return the enumeration's member for a number of days."""
    return _RETENTION[days]


_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    120: logs.RetentionDays.FOUR_MONTHS,
    150: logs.RetentionDays.FIVE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
    545: logs.RetentionDays.EIGHTEEN_MONTHS,
    731: logs.RetentionDays.TWO_YEARS,
}
