"""The SageMaker notebook instance for exploration."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from lambdas.shared.settings import Pipeline
from lambdas.shared.settings.notebook import Notebook
from stacks.acknowledge import acknowledge
from stacks.names import Names
from stacks.personalize_role import PERSONALIZE, PersonalizeRole
from stacks.storage import BATCH, RUNS, WORKSHOP, DataBucket
from stacks.wildcards import explain


class NotebookInstance(Construct):
    """A notebook instance whose role may work in the pipeline's own names, and nowhere else."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: Pipeline,
        notebook: Notebook,
        names: Names,
        data: DataBucket,
        personalize_role: PersonalizeRole,
    ) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(
            self,
            "Role",
            description=f"Exploration beside the pipeline {pipeline.name}",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
        )
        statements = _grants(self, pipeline, names, data, personalize_role)
        for statement in statements:
            role.add_to_policy(statement)
        explain(role, statements)
        self.instance = sagemaker.CfnNotebookInstance(
            self,
            "Instance",
            notebook_instance_name=pipeline.notebook_name,
            instance_type=notebook.instance_type,
            volume_size_in_gb=notebook.volume_size_in_gb,
            role_arn=role.role_arn,
            root_access="Disabled",
            platform_identifier="notebook-al2023-v1",
            instance_metadata_service_configuration=_IMDS_V2,
        )
        self.instance.node.add_dependency(role)
        acknowledge(self.instance, _REASONS)


_IMDS_V2 = sagemaker.CfnNotebookInstance.InstanceMetadataServiceConfigurationProperty(
    minimum_instance_metadata_service_version="2"
)
_OWN_NETWORK = (
    "the workshop fetches MovieLens from its publisher; a network of its own needs a NAT gateway"
)
_OWN_KEY = "the volume holds public data; SageMaker encrypts it with a key of its own"
_REASONS = {
    "AwsSolutions-SM1": _OWN_NETWORK,
    "AwsSolutions-SM2": _OWN_KEY,
    "AwsSolutions-SM3": _OWN_NETWORK,
    "CKV_AWS_187": _OWN_KEY,
}
_KINDS = (
    *("dataset-group", "schema", "dataset", "dataset-import-job", "solution", "campaign"),
    *("filter", "batch-inference-job", "batch-segment-job"),
)
_RESOURCES = (
    *("DatasetGroup", "Schema", "Dataset", "Solution", "Campaign", "Filter", "EventTracker"),
)
_JOBS = ("DatasetImportJob", "BatchInferenceJob", "BatchSegmentJob", "SolutionVersion")
# The service checks these on no resource: only a star allows them.
_WITHOUT_RESOURCE = (
    *("ListRecipes", "ListDatasets", "ListSolutionVersions", "ListEventTrackers", "PutEvents"),
)


def _grants(
    scope: Construct, pipeline: Pipeline, names: Names, data: DataBucket, role: PersonalizeRole
) -> list[iam.PolicyStatement]:
    stack = Stack.of(scope)
    verbs = ("Create", "Describe", "Delete")
    actions = [f"{verb}{kind}" for kind in _RESOURCES for verb in verbs]
    actions += [f"{verb}{kind}" for kind in _JOBS for verb in ("Create", "Describe")]
    actions += ["ListTagsForResource", "UpdateCampaign", "GetSolutionMetrics", "TagResource"]
    actions += ["GetRecommendations", "GetPersonalizedRanking", "PutItems", "PutUsers"]
    own = [*names.own(*_KINDS), names.dataset_group, names.datasets]
    trackers = names.arn("event-tracker", "*")  # its ARN ends in an identifier of the service
    stack_arn = stack.format_arn(
        service="cloudformation", resource="stack", resource_name=f"{pipeline.stack_name}/*"
    )
    return [
        _allow([f"personalize:{action}" for action in actions], [*own, trackers]),
        _allow([f"personalize:{action}" for action in _WITHOUT_RESOURCE], ["*"]),
        _allow(["personalize:DescribeRecipe"], [f"arn:{stack.partition}:personalize:::recipe/*"]),
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[role.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": PERSONALIZE}},
        ),
        _allow(["s3:GetObject", "s3:PutObject"], [data.under(WORKSHOP)]),
        _allow(["s3:GetObject"], [data.under(BATCH), data.under(RUNS)]),
        _allow(["s3:ListBucket", "s3:GetBucketVersioning"], [data.bucket.bucket_arn]),
        _allow(["cloudformation:DescribeStacks"], [stack_arn]),
    ]


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)
