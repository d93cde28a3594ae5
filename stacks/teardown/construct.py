"""The teardown: its functions, its state machine, and the custom resource that comes first."""

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.state_machine import StateMachine
from stacks.teardown import grants
from stacks.teardown.parts import Doomed
from stacks.teardown.states import ENTRY, Step, teardown_states

# CloudFormation waits for a custom resource this long at most.
_LONGEST_ANSWER = Duration.seconds(3600)


class Teardown(Construct):
    """Deletes what the pipeline made outside of the stack, when the stack goes or by hand."""

    def __init__(self, scope: Construct, construct_id: str, *, doomed: Doomed) -> None:
        super().__init__(scope, construct_id)
        self._doomed = doomed
        self._pipeline = doomed.pipeline
        self.state_machine = self._state_machine(doomed.pipeline.own("teardown"))
        self._start = self._function(
            "start",
            "Starts the teardown when CloudFormation deletes the stack",
            grants.start(doomed, machine_name=doomed.pipeline.own("teardown")),
        )
        acknowledge(self._start, {"CKV_AWS_116": "it answers CloudFormation, which waits for it"})
        self.custom_resource = CustomResource(
            self,
            "OnDelete",
            resource_type="Custom::Teardown",
            service_token=self._start.function_arn,
            service_timeout=_LONGEST_ANSWER,
            properties={
                "Pipeline": doomed.pipeline.name,
                "StateMachineArn": self.state_machine.arn,
            },
        )
        self.custom_resource.node.add_dependency(self.state_machine)

    def goes_before(self, stack: Stack) -> None:
        """Have the custom resource deleted before everything else of the stack.

        The teardown needs its functions, roles and logs, and CloudFormation needs an empty bucket.
        Call it when the stack is complete.
        """
        for child in stack.node.children:
            if child is not self:
                self.custom_resource.node.add_dependency(child)

    def _state_machine(self, name: str) -> StateMachine:
        quiet = self._function(
            "quiet", "Keeps runs from starting and stops them", grants.quiet(self._doomed)
        )
        report = self._function("report", "Says what went and what is left", [])
        answer = self._function("answer", "Answers CloudFormation", [])
        looped = self._steps(quiet)
        steps = tuple(
            Step(key=key, title=title, function_arn=function.function_arn, by_hand=by_hand)
            for key, title, function, by_hand in looped
        )
        return StateMachine(
            self,
            "Machine",
            pipeline=self._pipeline,
            name=name,
            comment=f"Deletes what the pipeline {self._pipeline.name} made, and nothing else",
            entry=ENTRY,
            states=teardown_states(
                self._doomed.scope,
                steps,
                report_arn=report.function_arn,
                answer_arn=answer.function_arn,
                quiet_arn=quiet.function_arn,
                polling=self._pipeline.operation.polling,
            ),
            functions=[*(function for _, _, function, _ in looped), report, answer],
            timeout_seconds=30 * 24 * 3600,
        )

    def _steps(self, quiet: lambda_.Function) -> list[tuple[str, str, lambda_.Function, bool]]:
        """Return the steps in their order: key, title, function, whether by hand, too.

        A teardown by hand leaves the notebook alone: it may have been started from there.
        """
        doomed = self._doomed
        personalize = self._function(
            "personalize", "Deletes from Personalize", grants.personalize(doomed)
        )
        bucket = self._function("bucket", "Empties the data bucket", grants.bucket(doomed))
        steps = [
            ("quiet", "Stop runs", quiet, True),
            ("personalize", "Delete from Personalize", personalize, True),
            ("bucket", "Empty the data bucket", bucket, True),
        ]
        if doomed.pipeline.notebook_name is None:
            return steps
        notebook = self._function("notebook", "Stops the notebook", grants.notebook(doomed))
        logs = self._function("logs", "Removes the notebook's logs", grants.logs(doomed))
        steps.insert(1, ("notebook", "Stop the notebook instance", notebook, False))
        return [*steps, ("logs", "Remove the notebook's logs", logs, False)]

    def _function(
        self, step: str, description: str, statements: grants.Statements
    ) -> lambda_.Function:
        return self._doomed.functions.make(
            f"teardown/{step}",
            description=description,
            grants=statements,
            timeout=Duration.minutes(5),
        )
