"""The rule that starts a run when a drop is complete."""

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambdas.shared.settings.pipeline import Pipeline
from stacks.storage import DROPS, DataBucket
from stacks.workflow.machine import Workflow

# What a drop ends with: an empty marker, or a list of what belongs to it.
ENDINGS = ("_SUCCESS", "manifest.json")


class Trigger(Construct):
    """A drop is complete when its marker or its manifest arrives."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: Pipeline,
        data: DataBucket,
        workflow: Workflow,
    ) -> None:
        super().__init__(scope, construct_id)
        machine = workflow.machine.attr_arn
        role = iam.Role(
            self,
            "Role",
            description=f"Starts runs of the pipeline {pipeline.name}",
            assumed_by=iam.ServicePrincipal("events.amazonaws.com"),
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine])
        )
        files = ["*.csv"] if pipeline.runs.debounce_seconds else []
        keys = [{"wildcard": f"{DROPS}/*/{ending}"} for ending in (*ENDINGS, *files)]
        self.rule = events.CfnRule(
            self,
            "Rule",
            name=pipeline.own("drops"),
            description="A drop is complete",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [data.bucket.bucket_name]}, "object": {"key": keys}},
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="Workflow",
                    arn=machine,
                    role_arn=role.role_arn,
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=3600, maximum_retry_attempts=24
                    ),
                )
            ],
        )
        self.rule.node.add_dependency(role)
