"""Sweep: every hour a look at what nobody else looks after.

Campaigns, so that none bills on unasked and unnoticed; and a drop that waits for its turn behind a
run that did not come to its end.
"""

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.state_machine import StateMachine
from stacks.workflow.cost import campaigns_of
from stacks.workflow.handing_on import handing_on_what_was_left
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import States, expression, invoke
from stacks.workflow.telling import Telling

_LOOK, _EACH, _TELL, _DONE = "Look at the campaigns", "For each decision", "Tell it", "Swept"
_BEGIN, _FAILED = "Begin the sweep", "The sweep failed"
QUARTER_HOUR = 900


class CampaignSweep(Construct):
    """The state machine ``<pipeline>-sweep`` and the rule that starts it every hour."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parts: Parts,
        account: lambda_.Function,
        telling: Telling,
    ) -> None:
        super().__init__(scope, construct_id)
        name = parts.pipeline.own("sweep")
        waiting = handing_on_what_was_left(parts, then=_LOOK, failed=_FAILED)
        self.state_machine = StateMachine(
            self,
            "Machine",
            pipeline=parts.pipeline,
            name=name,
            comment=f"Looks at the campaigns of the pipeline {parts.pipeline.name}",
            entry=_BEGIN,
            states=_states(parts, account, telling, waiting),
            functions=[account, telling.function],
            grants=waiting.grants,
            timeout_seconds=QUARTER_HOUR,
        )
        role = iam.Role(
            self,
            "Role",
            description=f"Starts the sweep of the pipeline {parts.pipeline.name}",
            assumed_by=iam.ServicePrincipal("events.amazonaws.com"),
        )
        start = iam.PolicyStatement(
            actions=["states:StartExecution"], resources=[self.state_machine.arn]
        )
        role.add_to_policy(start)
        target = events.CfnRule.TargetProperty(
            id="Sweep", arn=self.state_machine.arn, role_arn=role.role_arn
        )
        self.rule = events.CfnRule(
            self,
            "Rule",
            name=name,
            description="Every hour a look at the campaigns",
            schedule_expression="rate(1 hour)",
            targets=[target],
        )
        self.rule.node.add_dependency(role)


def _states(parts: Parts, account: lambda_.Function, telling: Telling, waiting: Stage) -> States:
    payload = {
        "step": "sweep",
        "executionArn": expression("$execution"),
        "cost": parts.pipeline.cost.model_dump(mode="json", by_alias=True, exclude_none=True),
        "campaigns": campaigns_of(parts),
        "solutions": [parts.names.solution(solution) for solution in parts.pipeline.solutions],
        "trialPrefix": parts.pipeline.own("trial-"),
    }
    known = {"execution": expression("$states.context.Execution.Id"), "dropId": ""}
    return {
        _BEGIN: {"Type": "Pass", "Assign": known, "Next": waiting.entry},
        **waiting.states,
        _LOOK: invoke(
            account.function_arn,
            payload,
            assign={"decisions": expression("[$states.result.Payload.decisions]")},
            then=_EACH,
            failed=_FAILED,
            step="the look at the campaigns",
        ),
        _EACH: {
            "Type": "Map",
            "Items": expression("$decisions"),
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "Take it up",
                "States": {
                    "Take it up": {
                        "Type": "Pass",
                        "Assign": {"decision": expression("$states.input")},
                        "Next": _TELL,
                    },
                    _TELL: telling.tell("$decision", then="Told"),
                    "Told": {"Type": "Succeed"},
                },
            },
            "Next": _DONE,
        },
        _DONE: {"Type": "Succeed"},
        _FAILED: {
            "Type": "Fail",
            "Error": expression("$failure.error"),
            "Cause": expression("$failure.cause"),
        },
    }
