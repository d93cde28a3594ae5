"""The state machine: the stages in their order."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.functions import LOG_KEY, TRACES, retention_of
from stacks.wildcards import explain
from stacks.workflow.drop import drop
from stacks.workflow.imports import imports
from stacks.workflow.reporting import REFUSED, reporting
from stacks.workflow.solutions import solutions
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.validation import validation

# Log delivery knows no resources (developer guide of Step Functions, "Logging").
_DELIVERY = iam.PolicyStatement(
    actions=[
        *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery"),
        *("logs:DeleteLogDelivery", "logs:ListLogDeliveries"),
        *("logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
    ],
    resources=["*"],
)


class Workflow(Construct):
    """drop → validate → import → train → evaluate → promote → serve → report."""

    def __init__(
        self, scope: Construct, construct_id: str, *, parts: Parts, topic: sns.Topic
    ) -> None:
        super().__init__(scope, construct_id)
        stages = _stages(parts, topic)
        self.log_group = self._log(parts)
        self.role = self._role(parts, stages)
        self.machine = self._machine(parts, stages)

    def _log(self, parts: Parts) -> logs.LogGroup:
        log_group = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/vendedlogs/states/{parts.pipeline.name}",
            retention=retention_of(parts.pipeline.operation.log_retention_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(log_group, {"CKV_AWS_158": LOG_KEY})
        return log_group

    def _role(self, parts: Parts, stages: list[Stage]) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            description=f"The state machine of the pipeline {parts.pipeline.name}",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
        )
        functions = [function.function_arn for stage in stages for function in stage.functions]
        invoke = iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=functions)
        grants = [grant for stage in stages for grant in stage.grants]
        statements = (invoke, *grants, _DELIVERY, TRACES)
        for statement in statements:
            role.add_to_policy(statement)
        explain(role, statements)
        return role

    def _machine(self, parts: Parts, stages: list[Stage]) -> sfn.CfnStateMachine:
        states = {name: state for stage in stages for name, state in stage.states.items()}
        definition = {
            "Comment": f"The pipeline {parts.pipeline.name}: from a drop to live campaigns",
            "QueryLanguage": "JSONata",
            "StartAt": stages[0].entry,
            "TimeoutSeconds": 30 * 24 * 3600,
            "States": states,
        }
        machine = sfn.CfnStateMachine(
            self,
            "Machine",
            state_machine_name=parts.pipeline.name,
            role_arn=self.role.role_arn,
            definition_string=Stack.of(self).to_json_string(definition),
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(enabled=True),
            logging_configuration=_logging(self.log_group),
        )
        # The role's policy is a resource of its own: the machine must not start without it.
        machine.node.add_dependency(self.role)
        return machine


def _stages(parts: Parts, topic: sns.Topic) -> list[Stage]:
    report = reporting(parts, topic=topic)
    train = solutions(parts, then=report.entry, failed=report.entry)
    bring = imports(parts, then=train.entry, failed=report.entry)
    look = validation(parts, then=bring.entry, refused=REFUSED, failed=report.entry)
    start = drop(then=look.entry)
    return [start, look, bring, train, report]


def _logging(log_group: logs.LogGroup) -> sfn.CfnStateMachine.LoggingConfigurationProperty:
    group = sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(
        log_group_arn=log_group.log_group_arn
    )
    destination = sfn.CfnStateMachine.LogDestinationProperty(cloud_watch_logs_log_group=group)
    return sfn.CfnStateMachine.LoggingConfigurationProperty(
        destinations=[destination], include_execution_data=False, level="ALL"
    )
