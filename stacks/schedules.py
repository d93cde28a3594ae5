"""Runs by the clock: EventBridge Scheduler starts the state machine with a part of a run."""

import json
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from lambdas.shared.settings.pipeline import Pipeline
from stacks.workflow.machine import Workflow

# What each schedule of the pipeline file asks for.
_ASKED: dict[str, dict[str, Any]] = {
    "import": {},
    "retrain": {"parts": ["train"], "trainingMode": "FULL"},
    "update": {"parts": ["train"], "trainingMode": "UPDATE"},
    "adopt": {"parts": ["train"], "trainingMode": "ADOPT"},
    "batch": {"parts": ["batch"]},
    "filters": {"parts": ["filters"]},
    "export": {"parts": ["export"]},
}
_MAX_AGE_SECONDS, _ATTEMPTS = 3600, 24


class Schedules(Construct):
    """One schedule for each that the pipeline file gives; none by default."""

    def __init__(
        self, scope: Construct, construct_id: str, *, pipeline: Pipeline, workflow: Workflow
    ) -> None:
        super().__init__(scope, construct_id)
        given = pipeline.schedules.model_dump(by_alias=True, exclude={"time_zone"})
        if any(solution.perform_auto_training for solution in pipeline.solutions):
            # The service tells nobody that it has trained.
            given["adopt"] = given["adopt"] or "rate(1 day)"
        expressions = {name: text for name, text in given.items() if text}
        self.schedules: tuple[scheduler.CfnSchedule, ...] = ()
        if expressions:
            role = self._role(pipeline, workflow)
            self.schedules = tuple(
                self._schedule(name, text, pipeline, workflow, role)
                for name, text in expressions.items()
            )

    def _role(self, pipeline: Pipeline, workflow: Workflow) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            description=f"Starts runs of the pipeline {pipeline.name} by the clock",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["states:StartExecution"], resources=[workflow.machine.attr_arn]
            )
        )
        return role

    def _schedule(
        self, name: str, text: str, pipeline: Pipeline, workflow: Workflow, role: iam.Role
    ) -> scheduler.CfnSchedule:
        schedule = scheduler.CfnSchedule(
            self,
            name.capitalize(),
            name=pipeline.own(name),
            description=f"{name.capitalize()} of the pipeline {pipeline.name}",
            schedule_expression=text,
            schedule_expression_timezone=pipeline.schedules.time_zone,
            # Nobody waits for it: the clock of many pipelines need not strike at once.
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(
                mode="FLEXIBLE", maximum_window_in_minutes=15
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=workflow.machine.attr_arn,
                role_arn=role.role_arn,
                input=json.dumps({"by": "schedule", **_ASKED[name]}),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=_MAX_AGE_SECONDS,
                    maximum_retry_attempts=_ATTEMPTS,
                ),
            ),
        )
        schedule.node.add_dependency(role)
        return schedule
