"""What each step of the teardown may do: this pipeline's resources, by name and by tag."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.teardown.parts import OWNER_TAG, Doomed

Statements = list[iam.PolicyStatement]

_LISTS = (
    *("DatasetGroups", "Schemas", "Datasets", "Solutions", "SolutionVersions", "Campaigns"),
    *("Recommenders", "EventTrackers", "MetricAttributions", "Filters"),
    *("DatasetImportJobs", "DatasetExportJobs", "DataDeletionJobs"),
    *("BatchInferenceJobs", "BatchSegmentJobs"),
)
_DESCRIBED = (
    *("DatasetGroup", "Schema", "Dataset", "Solution", "Campaign", "Recommender"),
    *("EventTracker", "MetricAttribution", "Filter"),
)
# Kinds whose ARN carries the name: the name limits them as well as the tag.
_NAMED = {
    "Campaign": "campaign",
    "Recommender": "recommender",
    "Filter": "filter",
    "Solution": "solution",
}
# The SageMaker log group of all notebook instances (lambdas.teardown.logs.rules has it, too).
NOTEBOOK_LOGS = "/aws/sagemaker/NotebookInstances"


def personalize(doomed: Doomed) -> Statements:
    """Return grants to find everything, and to delete what is the pipeline's.

    Event trackers end in an identifier of the service, and a dataset group may have had another
    name in an earlier pipeline file: for those the tag alone decides, which IAM sees before we do.
    """
    names, pipeline = doomed.names, doomed.pipeline
    tagged = {"StringEquals": {f"aws:ResourceTag/{OWNER_TAG}": pipeline.name}}
    own = names.own(*_NAMED.values())
    given = [arn for s in pipeline.solutions if (arn := names.campaign(s)) is not None]
    by_tag = [names.arn(kind, "*") for kind in ("dataset-group", "dataset", "event-tracker")]
    return [
        _allow([f"personalize:List{items}" for items in _LISTS], ["*"]),
        _allow(
            [
                *(f"personalize:Describe{kind}" for kind in _DESCRIBED),
                "personalize:ListTagsForResource",
            ],
            [f"{names.prefix}:*"],
        ),
        iam.PolicyStatement(
            actions=[f"personalize:Delete{kind}" for kind in _NAMED],
            resources=sorted({*own, *_outside(given, pipeline.name)}),
            conditions=tagged,
        ),
        iam.PolicyStatement(
            actions=[
                f"personalize:Delete{kind}" for kind in ("DatasetGroup", "Dataset", "EventTracker")
            ],
            resources=by_tag,
            conditions=tagged,
        ),
        # Versions that the service trains by itself carry no tag, so none is no obstacle; another
        # pipeline's is. Stopping is all that this allows.
        iam.PolicyStatement(
            actions=["personalize:StopSolutionVersionCreation"],
            resources=names.own("solution"),
            conditions={
                "StringEqualsIfExists": {f"aws:ResourceTag/{OWNER_TAG}": pipeline.name},
            },
        ),
        # The service makes a dataset for recorded events, without a tag.
        _allow(["personalize:DeleteDataset"], [names.datasets]),
        # Schemas and metric attributions take no tags: their whole names are listed.
        _allow(
            ["personalize:DeleteSchema"], [names.arn("schema", name) for name in doomed.own_schemas]
        ),
        _allow(
            ["personalize:DeleteMetricAttribution"],
            [names.arn("metric-attribution", name) for name in doomed.metric_attributions],
        ),
    ]


def quiet(doomed: Doomed) -> Statements:
    """Return grants to keep runs from starting and to stop those under way."""
    schedules = [schedule.attr_arn for schedule in doomed.schedules]
    return [
        _allow(["events:DisableRule", "events:EnableRule"], [r.attr_arn for r in doomed.rules]),
        *([_allow(["scheduler:DeleteSchedule"], schedules)] if schedules else []),
        _allow(["states:ListExecutions"], [machine.arn for machine in doomed.machines]),
        _allow(["states:StopExecution"], [machine.executions for machine in doomed.machines]),
    ]


def notebook(doomed: Doomed) -> Statements:
    """Return grants to stop the notebook instance; none where there is none."""
    name = doomed.pipeline.notebook_name
    if name is None:
        return []
    stack = Stack.of(doomed.data)
    # SageMaker lowers the name in its ARNs.
    arn = stack.format_arn(
        service="sagemaker", resource="notebook-instance", resource_name=name.lower()
    )
    return [_allow([f"sagemaker:{verb}NotebookInstance" for verb in ("Describe", "Stop")], [arn])]


def bucket(doomed: Doomed) -> Statements:
    """Return grants to empty the bucket and forget what was in it; none where it is retained."""
    if doomed.pipeline.retain.data_bucket:
        return []
    arn = doomed.data.bucket.bucket_arn
    return [
        _allow(["s3:ListBucketVersions", "s3:ListBucketMultipartUploads"], [arn]),
        # Every deletion names a version; a plain one would only add a delete marker.
        _allow(["s3:DeleteObjectVersion", "s3:AbortMultipartUpload"], [f"{arn}/*"]),
        _allow(["dynamodb:UpdateItem"], [doomed.turns.table.table_arn]),
    ]


def logs(doomed: Doomed) -> Statements:
    """Return grants to remove what the notebook logged; none where there is none."""
    name = doomed.pipeline.notebook_name
    if name is None:
        return []
    stack = Stack.of(doomed.data)
    group = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:{NOTEBOOK_LOGS}"
    return [
        _allow(["logs:DescribeLogGroups"], ["*"]),
        # With the star: IAM compares with the ARN of a stream without a name.
        _allow(["logs:DescribeLogStreams", "logs:DeleteLogGroup"], [f"{group}:*"]),
        _allow(["logs:DeleteLogStream"], [f"{group}:log-stream:{name}/*"]),
    ]


def start(doomed: Doomed, *, machine_name: str) -> Statements:
    """Return grants to start the teardown and to take over from an earlier one."""
    stack = Stack.of(doomed.data)
    states = f"arn:{stack.partition}:states:{stack.region}:{stack.account}"
    machine = f"{states}:stateMachine:{machine_name}"
    own = stack.format_arn(
        service="cloudformation", resource="stack", resource_name=f"{stack.stack_name}/*"
    )
    return [
        _allow(["states:StartExecution", "states:ListExecutions"], [machine]),
        _allow(["states:StopExecution"], [f"{states}:execution:{machine_name}:*"]),
        _allow(["cloudformation:DescribeStacks"], [own]),
    ]


def _outside(arns: list[str], pipeline: str) -> list[str]:
    """Return the ARNs whose names do not begin with the pipeline's: those the file gives."""
    return [arn for arn in arns if not arn.rsplit("/", 1)[-1].startswith(f"{pipeline}-")]


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)
