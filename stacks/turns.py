"""The table that says whose turn it is: one run of a pipeline at a time."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from lambdas.shared.settings.pipeline import Pipeline
from stacks.acknowledge import acknowledge

_OWN_KEY = (
    "it holds names of drops and executions, no data; DynamoDB encrypts with a key of its own"
)


class Turns(Construct):
    """A small table: the turn, the events that were seen, and which data were imported last."""

    def __init__(self, scope: Construct, construct_id: str, *, pipeline: Pipeline) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            table_name=pipeline.own("turns"),
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(self.table, {"CKV_AWS_119": _OWN_KEY})
