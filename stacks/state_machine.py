"""A state machine with its log, its role and nothing that its states do not need."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from lambdas.shared.settings.pipeline import Pipeline
from stacks.acknowledge import acknowledge
from stacks.functions import LOG_KEY, TRACES, retention_of
from stacks.wildcards import explain

# Log delivery knows no resources (developer guide of Step Functions, "Logging").
_DELIVERY = iam.PolicyStatement(
    actions=[
        *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery"),
        *("logs:DeleteLogDelivery", "logs:ListLogDeliveries"),
        *("logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
    ],
    resources=["*"],
)


# Step Functions samples, Lambda leaves that to its caller (developer guide, "AWS X-Ray").
_SAMPLING = iam.PolicyStatement(
    actions=["xray:GetSamplingRules", "xray:GetSamplingTargets"], resources=["*"]
)


class StateMachine(Construct):
    """A JSONata state machine; its executions are traced and logged, their data is not."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: Pipeline,
        name: str,
        comment: str,
        entry: str,
        states: Mapping[str, Any],
        functions: Sequence[lambda_.Function],
        grants: Sequence[iam.PolicyStatement] = (),
        timeout_seconds: int,
    ) -> None:
        """Make it.

        Args:
            scope: Where.
            construct_id: Under which id.
            pipeline: The pipeline.
            name: The state machine's name.
            comment: What it does, in a sentence.
            entry: The first state.
            states: All states by name.
            functions: The functions that they call.
            grants: What the states do without a function.
            timeout_seconds: How long an execution may take.
        """
        super().__init__(scope, construct_id)
        self._pipeline, self._name = pipeline, name
        self.log_group = self._log()
        self.role = self._role(functions, grants)
        definition = {
            "Comment": comment,
            "QueryLanguage": "JSONata",
            "StartAt": entry,
            "TimeoutSeconds": timeout_seconds,
            "States": dict(states),
        }
        self.machine = self._machine(definition)

    @property
    def arn(self) -> str:
        """Return the state machine's ARN."""
        return self.machine.attr_arn

    @property
    def executions(self) -> str:
        """Return a pattern for the ARNs of its executions."""
        stack = Stack.of(self)
        where = f"arn:{stack.partition}:states:{stack.region}:{stack.account}"
        return f"{where}:execution:{self._name}:*"

    def _log(self) -> logs.LogGroup:
        log_group = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/vendedlogs/states/{self._name}",
            retention=retention_of(self._pipeline.operation.log_retention_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(log_group, {"CKV_AWS_158": LOG_KEY})
        return log_group

    def _role(
        self, functions: Sequence[lambda_.Function], grants: Sequence[iam.PolicyStatement]
    ) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            description=f"The state machine {self._name} of the pipeline {self._pipeline.name}",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
        )
        arns = [function.function_arn for function in functions]
        invoke = iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=arns)
        statements = (*([invoke] if arns else []), *grants, _DELIVERY, TRACES, _SAMPLING)
        for statement in statements:
            role.add_to_policy(statement)
        explain(role, statements)
        return role

    def _machine(self, definition: Mapping[str, Any]) -> sfn.CfnStateMachine:
        machine = sfn.CfnStateMachine(
            self,
            "Machine",
            state_machine_name=self._name,
            role_arn=self.role.role_arn,
            definition_string=Stack.of(self).to_json_string(definition),
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(enabled=True),
            logging_configuration=_logging(self.log_group),
        )
        # The role's policy is a resource of its own: the machine must not start without it.
        machine.node.add_dependency(self.role)
        return machine


def _logging(log_group: logs.LogGroup) -> sfn.CfnStateMachine.LoggingConfigurationProperty:
    group = sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(
        log_group_arn=log_group.log_group_arn
    )
    destination = sfn.CfnStateMachine.LogDestinationProperty(cloud_watch_logs_log_group=group)
    return sfn.CfnStateMachine.LoggingConfigurationProperty(
        destinations=[destination], include_execution_data=False, level="ALL"
    )
