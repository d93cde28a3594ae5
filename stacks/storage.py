"""The data bucket: drops come in, reports and batch results go out."""

from aws_cdk import CfnResource, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledge import acknowledge

DROPS = "drops"
RUNS = "runs"
STATE = "state"
BATCH = "batch"
INPUTS = "inputs"
WORKSHOP = "workshop"
# What Personalize reads.
READABLE = (DROPS, RUNS, INPUTS, WORKSHOP)


class DataBucket(Construct):
    """Encrypted, versioned, TLS only, closed to the public, and speaking to EventBridge."""

    def __init__(self, scope: Construct, construct_id: str, *, retain: bool = False) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            # Not auto_delete_objects, which brings a Lambda in Node: the teardown empties it.
            removal_policy=RemovalPolicy.RETAIN if retain else RemovalPolicy.DESTROY,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    noncurrent_version_expiration=Duration.days(90),
                )
            ],
        )
        self._speak_to_eventbridge()
        acknowledge(
            self.bucket,
            {
                "AwsSolutions-S1": _NO_ACCESS_LOG,
                "CKV_AWS_18": _NO_ACCESS_LOG,
            },
        )

    def _speak_to_eventbridge(self) -> None:
        """Set the bucket's own property.

        ``event_bridge_enabled`` would bring a Lambda in Node whose log group outlives the stack.
        """
        resource = self.bucket.node.default_child
        assert isinstance(resource, CfnResource)  # noqa: S101 - an L2 bucket always has one
        resource.add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", value=True
        )

    def readable_by_service(self, service: iam.ServicePrincipal) -> None:
        """Let a service read drops and write batch results, for this account's resources only."""
        stack_account = {"StringEquals": {"aws:SourceAccount": self.bucket.stack.account}}
        grants = (
            (["s3:GetObject"], [self.under(prefix) for prefix in READABLE]),
            (["s3:PutObject"], [self.under(BATCH)]),
            (["s3:ListBucket"], [self.bucket.bucket_arn]),
        )
        for actions, resources in grants:
            self.bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[service],
                    actions=actions,
                    resources=resources,
                    conditions=stack_account,
                )
            )

    def under(self, prefix: str) -> str:
        """Return the ARN of all objects under a prefix."""
        return self.bucket.arn_for_objects(f"{prefix}/*")


_NO_ACCESS_LOG = (
    "an access log needs a second bucket that outlives this one; CloudTrail data events, where an "
    "account has them, tell the same"
)
