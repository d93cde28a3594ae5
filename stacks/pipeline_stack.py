"""The stack of one pipeline: constructs in the order of the flow."""

from aws_cdk import CfnOutput, Environment, MissingRemovalPolicies, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from lambdas.shared.settings.pipeline import Pipeline
from stacks.acknowledge import acknowledge
from stacks.functions import Functions
from stacks.names import Names
from stacks.notebook.instance import NotebookInstance
from stacks.notebook.parts import Surroundings
from stacks.observability import Observability
from stacks.personalize_role import PersonalizeRole
from stacks.schedules import Schedules
from stacks.storage import DataBucket
from stacks.teardown import Doomed, Teardown
from stacks.trigger import Trigger
from stacks.turns import Turns
from stacks.workflow.machine import Workflow
from stacks.workflow.stage import Parts

_DESCRIBED = {
    "DataBucketName": "Where drops come in, and where reports and batch results are written",
    "RollbackStateMachineArn": "Takes a campaign back to the version before",
    "StateMachineArn": "The run: starts with a drop, by the clock or by hand",
    "TeardownStateMachineArn": "Deletes what the runs made in Amazon Personalize",
    "PersonalizeRoleArn": "The role that Amazon Personalize reads and writes the bucket with",
    "NotificationTopicArn": "Tells every decision and how each run ended; subscribe to it",
    "DatasetGroupName": "The dataset group in Amazon Personalize",
    "PipelineName": "The name that everything of the pipeline begins with",
    "NotebookInstanceName": "The notebook instance with the workshop",
}


class PipelineStack(Stack):
    """Everything of one pipeline; it comes and goes as one."""

    def __init__(self, scope: Construct, *, pipeline: Pipeline, env: Environment) -> None:
        super().__init__(
            scope,
            pipeline.stack_name,
            env=env,
            description=f"The recommender pipeline {pipeline.name} on Amazon Personalize",
        )
        names = Names(self, "Names", pipeline=pipeline)
        data = DataBucket(self, "Data", retain=pipeline.retain.data_bucket)
        role = PersonalizeRole(
            self, "Personalize", data=data, kms_key_arn=pipeline.dataset_group.kms_key_arn
        )
        functions = Functions(self, "Functions", pipeline=pipeline)
        topic = self._topic(pipeline)
        parts = Parts(
            pipeline=pipeline,
            names=names,
            data=data,
            role=role,
            functions=functions,
            turns=Turns(self, "Turns", pipeline=pipeline),
        )
        workflow = Workflow(self, "Workflow", parts=parts, topic=topic)
        trigger = Trigger(self, "Trigger", pipeline=pipeline, data=data, workflow=workflow)
        clock = Schedules(self, "Schedules", pipeline=pipeline, workflow=workflow)
        Observability(
            self,
            "Observability",
            pipeline=pipeline,
            names=names,
            machine_arn=workflow.state_machine.arn,
            topic=topic,
        )
        doomed = Doomed(
            pipeline=pipeline,
            names=names,
            functions=functions,
            data=data,
            turns=parts.turns,
            machines=workflow.machines,
            rules=(trigger.rule, workflow.sweep.rule),
            schedules=clock.schedules,
        )
        teardown = Teardown(self, "Teardown", doomed=doomed)
        outputs = self._outputs(parts, workflow, topic, teardown)
        if pipeline.notebook is not None:
            around = Surroundings(
                pipeline=pipeline,
                names=names,
                data=data,
                role=role,
                rollback=workflow.rollback.state_machine,
                outputs=outputs,
            )
            NotebookInstance(self, "Notebook", notebook=pipeline.notebook, around=around)
        teardown.goes_before(self)
        for key, value in pipeline.all_tags.items():
            Tags.of(self).add(key, value)
        # Said of everything, so that a default of a service or of the CDK decides about nothing.
        MissingRemovalPolicies.of(self).destroy()

    def _topic(self, pipeline: Pipeline) -> sns.Topic:
        topic = sns.Topic(self, "Notifications", topic_name=pipeline.own("notifications"))
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            )
        )
        reason = "messages hold names and figures, no data; alarms cannot use the service's own key"
        acknowledge(topic, {"CKV_AWS_26": reason})
        return topic

    def _outputs(
        self, parts: Parts, workflow: Workflow, topic: sns.Topic, teardown: Teardown
    ) -> dict[str, str]:
        outputs = {
            "DataBucketName": parts.data.bucket.bucket_name,
            "RollbackStateMachineArn": workflow.rollback.state_machine.arn,
            "StateMachineArn": workflow.machine.attr_arn,
            "TeardownStateMachineArn": teardown.state_machine.arn,
            "PersonalizeRoleArn": parts.role.role.role_arn,
            "NotificationTopicArn": topic.topic_arn,
            "DatasetGroupName": parts.pipeline.dataset_group_name,
            "PipelineName": parts.pipeline.name,
        }
        if parts.pipeline.notebook_name:
            outputs["NotebookInstanceName"] = parts.pipeline.notebook_name
        for key, value in outputs.items():
            CfnOutput(self, key, value=value, description=_DESCRIBED[key])
        return outputs
