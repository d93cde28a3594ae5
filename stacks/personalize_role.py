"""The role that Personalize assumes to read drops and to write batch results."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.storage import BATCH, READABLE, DataBucket
from stacks.wildcards import explain

PERSONALIZE = "personalize.amazonaws.com"
# Developer guide, "Giving Amazon Personalize permission to use your AWS KMS key".
_KEY_ACTIONS = ("Decrypt", "GenerateDataKey", "DescribeKey", "CreateGrant", "ListGrants")


class PersonalizeRole(Construct):
    """Assumed only by Personalize, only for resources of this account and region."""

    def __init__(
        self, scope: Construct, construct_id: str, *, data: DataBucket, kms_key_arn: str | None
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        source = f"arn:{stack.partition}:personalize:{stack.region}:{stack.account}:*"
        service = iam.ServicePrincipal(PERSONALIZE)
        self.role = iam.Role(
            self,
            "Role",
            description="Amazon Personalize reads drops and writes batch results",
            assumed_by=service.with_conditions(
                {
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {"aws:SourceArn": source},
                }
            ),
        )
        reads = [data.under(prefix) for prefix in READABLE]
        statements = [
            iam.PolicyStatement(actions=actions, resources=resources)
            for actions, resources in (
                (["s3:GetObject"], reads),
                (["s3:ListBucket"], [data.bucket.bucket_arn]),
                (["s3:PutObject"], [data.under(BATCH)]),
            )
        ]
        if kms_key_arn:
            actions = [f"kms:{action}" for action in _KEY_ACTIONS]
            statements.append(iam.PolicyStatement(actions=actions, resources=[kms_key_arn]))
        for statement in statements:
            self.role.add_to_policy(statement)
        explain(self.role, statements)
        data.readable_by_service(service)
