"""What the notebook's role may do: what the modules of the workshop call, and nothing else.

The workshop makes and deletes what carries its own prefix; the pipeline's resources it only asks.
"""

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk.aws_s3_assets import Asset

from lambdas.shared.settings.pipeline import Pipeline
from stacks.names import Names
from stacks.notebook.parts import Surroundings
from stacks.personalize_role import PERSONALIZE
from stacks.storage import BATCH, DROPS, RUNS, WORKSHOP

Statements = list[iam.PolicyStatement]

# The SageMaker log group of all notebook instances.
_LOG_GROUP = "/aws/sagemaker/NotebookInstances"
_OWN_KINDS = {
    "Campaign": "campaign",
    "Dataset": "dataset",
    "DatasetGroup": "dataset-group",
    "Filter": "filter",
    "Solution": "solution",
}
_OWN_JOBS = {
    "BatchInferenceJob": "batch-inference-job",
    "BatchSegmentJob": "batch-segment-job",
    "DatasetImportJob": "dataset-import-job",
}
_ON_OWN = (
    *("CreateSolutionVersion", "DescribeSolutionVersion", "GetSolutionMetrics"),
    *("PutItems", "PutUsers", "GetRecommendations", "GetPersonalizedRanking"),
)
# The service checks these on no resource: only a star allows them.
_LISTS = (
    *("Campaigns", "DatasetGroups", "Datasets", "EventTrackers", "Filters", "Recipes"),
    *("Schemas", "Solutions", "SolutionVersions"),
)


def statements(around: Surroundings, *, prefix: str, notebooks: Asset) -> Statements:
    """Return the role's policy.

    Args:
        around: The parts of the stack that the notebooks work with.
        prefix: What the names of everything that the workshop makes begin with.
        notebooks: The notebooks' own files.
    """
    return [
        *_personalize(around.names, around.pipeline, prefix),
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[around.role.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": PERSONALIZE}},
        ),
        *_objects(around, notebooks),
        *_pipeline(around),
        *_instance(around),
    ]


def _personalize(names: Names, pipeline: Pipeline, prefix: str) -> Statements:
    kinds = _OWN_KINDS | _OWN_JOBS
    verbs = [f"{verb}{kind}" for kind in _OWN_KINDS for verb in ("Create", "Describe", "Delete")]
    verbs += [f"{verb}{kind}" for kind in _OWN_JOBS for verb in ("Create", "Describe")]
    groups = names.arn("dataset-group", f"{prefix}*")
    tagged = {"StringEquals": {"aws:ResourceTag/pipeline": pipeline.name}}
    trackers = names.arn("event-tracker", "*")  # its ARN ends in an identifier of the service
    own = [names.arn(kind, f"{prefix}*") for kind in kinds.values()]
    return [
        _personalized([*verbs, *_ON_OWN, "TagResource"], own),
        _personalized(["CreateSchema", "DeleteSchema"], [names.arn("schema", f"{prefix}*")]),
        _personalized(["CreateEventTracker", "TagResource"], [groups, trackers]),
        iam.PolicyStatement(
            actions=["personalize:DescribeEventTracker", "personalize:DeleteEventTracker"],
            resources=[trackers],
            conditions=tagged,
        ),
        _personalized([f"List{items}" for items in _LISTS] + ["PutEvents"], ["*"]),
        _personalized(["DescribeCampaign", "GetRecommendations"], names.own("campaign")),
    ]


def _objects(around: Surroundings, notebooks: Asset) -> Statements:
    data = around.data
    return [
        _allow(["s3:GetObject", "s3:PutObject"], [data.under(WORKSHOP)]),
        _allow(["s3:GetObject"], [data.under(BATCH), data.under(RUNS)]),
        _allow(["s3:PutObject"], [data.under(DROPS)]),
        _allow(["s3:ListBucket", "s3:GetBucketVersioning"], [data.bucket.bucket_arn]),
        _allow(["s3:GetObject"], [notebooks.bucket.arn_for_objects(notebooks.s3_object_key)]),
    ]


def _pipeline(around: Surroundings) -> Statements:
    rollback = around.rollback
    return [
        _allow(["states:StartExecution"], [rollback.arn]),
        _allow(["states:DescribeExecution"], [rollback.executions]),
    ]


def _instance(around: Surroundings) -> Statements:
    """Return grants to stop itself when idle, and to tell how its start went."""
    stack, name = Stack.of(around.data), around.pipeline.notebook_name
    # SageMaker lowers the name in its ARNs.
    itself = stack.format_arn(
        service="sagemaker", resource="notebook-instance", resource_name=str(name).lower()
    )
    group = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:{_LOG_GROUP}"
    return [
        _allow(["sagemaker:StopNotebookInstance"], [itself]),
        # With the star: IAM compares with the ARN of a stream without a name.
        _allow(["logs:CreateLogGroup"], [f"{group}:*"]),
        _allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{group}:log-stream:{name}/*"]),
    ]


def _personalized(actions: Iterable[str], resources: list[str]) -> iam.PolicyStatement:
    return _allow([f"personalize:{action}" for action in actions], resources)


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)
