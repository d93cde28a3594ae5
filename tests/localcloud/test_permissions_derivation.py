"""A request becomes the actions and resources that AWS checks for it."""

from typing import Any

import botocore.session
import pytest

from localcloud.permissions.calls import Call, Principal
from localcloud.permissions.derivation import derive
from localcloud.permissions.errors import RequestError
from localcloud.permissions.reference import load
from localcloud.permissions.requests import ApiRequest
from tests.localcloud.permissions_support.requests import understood

ROLE = Principal("arn:aws:iam::123456789012:role/train", "123456789012", "train")
MINE = "arn:aws:personalize:eu-west-1:123456789012"
SERVICE_ROLE = "arn:aws:iam::123456789012:role/personalize"


def calls(client: str, method: str, **params: Any) -> list[tuple[str, str]]:
    return [(c.action, c.resource) for c in derive(understood(client, method, **params), ROLE)]


def call(client: str, method: str, **params: Any) -> Call:
    [one] = derive(understood(client, method, **params), ROLE)
    return one


def test_a_created_resource_is_named_by_the_request() -> None:
    assert calls(
        "personalize",
        "create_campaign",
        name="films",
        solutionVersionArn=f"{MINE}:solution/films/0123abcd",
    ) == [
        ("personalize:CreateCampaign", f"{MINE}:campaign/films"),
        ("personalize:CreateCampaign", f"{MINE}:solution/films/0123abcd"),
    ]


def test_a_dataset_is_named_by_its_group_and_type() -> None:
    assert calls(
        "personalize",
        "create_dataset",
        name="anything",
        schemaArn=f"{MINE}:schema/s",
        datasetGroupArn=f"{MINE}:dataset-group/films",
        datasetType="Interactions",
    ) == [
        ("personalize:CreateDataset", f"{MINE}:dataset/films/INTERACTIONS"),
        ("personalize:CreateDataset", f"{MINE}:dataset-group/films"),
    ]


def test_who_creates_with_tags_needs_tag_resource_on_what_is_created() -> None:
    made = calls(
        "personalize",
        "create_solution",
        name="films",
        datasetGroupArn=f"{MINE}:dataset-group/films",
        tags=[{"tagKey": "pipeline", "tagValue": "films"}],
    )

    assert made[-1] == ("personalize:TagResource", f"{MINE}:solution/films")
    assert [action for action, _ in made].count("personalize:TagResource") == 1


def test_tags_of_a_request_are_condition_keys() -> None:
    request = understood(
        "personalize",
        "create_dataset_group",
        name="films",
        tags=[{"tagKey": "pipeline", "tagValue": "films"}],
    )

    [made, _] = derive(request, ROLE)

    assert made.context["aws:requesttag/pipeline"] == ("films",)
    assert made.context["aws:tagkeys"] == ("pipeline",)


def test_handing_over_a_role_needs_pass_role_for_the_service() -> None:
    request = understood(
        "personalize",
        "create_dataset_import_job",
        jobName="run-1",
        datasetArn=f"{MINE}:dataset/films/ITEMS",
        dataSource={"dataLocation": "s3://data/drops/1/items.csv"},
        roleArn=SERVICE_ROLE,
    )

    passed = derive(request, ROLE)[-1]

    assert (passed.action, passed.resource) == ("iam:PassRole", SERVICE_ROLE)
    assert passed.context["iam:passedtoservice"] == ("personalize.amazonaws.com",)


def test_what_the_service_names_itself_is_covered_by_a_wildcard_only() -> None:
    made = calls(
        "personalize",
        "create_event_tracker",
        name="clicks",
        datasetGroupArn=f"{MINE}:dataset-group/films",
    )

    assert ("personalize:CreateEventTracker", f"{MINE}:event-tracker/clicks") not in made
    assert any(arn.startswith(f"{MINE}:event-tracker/") for _, arn in made)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("list_solution_versions", {"solutionArn": f"{MINE}:solution/films"}),
        ("list_dataset_import_jobs", {"datasetArn": f"{MINE}:dataset/films/ITEMS"}),
    ],
)
def test_what_is_checked_on_no_resource_is_asked_of_a_star(
    method: str, params: dict[str, Any]
) -> None:
    assert call("personalize", method, **params).resource == "*"


def example(name: str) -> str:
    """An ARN, or whatever else a parameter of that name holds."""
    kinds = {
        "solutionVersionArn": "solution/films/1",
        "datasetGroupArn": "dataset-group/films",
        "resourceArn": "campaign/films",
    }
    if name == "recipeArn":
        return "arn:aws:personalize:::recipe/aws-sims"
    if name in {"algorithmArn", "featureTransformationArn"}:
        return f"arn:aws:personalize:::{dashed(name.removesuffix('Arn'))}/x"
    if not name.endswith("Arn"):
        return "films"
    return f"{MINE}:{kinds.get(name, dashed(name.removesuffix('Arn')) + '/films')}"


def dashed(camel: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in camel)


def operations() -> list[tuple[str, str]]:
    session = botocore.session.get_session()
    names = ("personalize", "personalize-runtime", "personalize-events")
    return [(n, op) for n in names for op in session.get_service_model(n).operation_names]


@pytest.mark.parametrize(("client", "operation"), operations())
def test_each_operation_of_personalize_is_checked_on_all_that_the_reference_requires(
    client: str, operation: str
) -> None:
    shape = botocore.session.get_session().get_service_model(client).operation_model(operation)
    members = shape.input_shape.members if shape.input_shape else {}
    params = {name: example(name) for name in members if members[name].type_name == "string"}
    params.pop("roleArn", None)

    derived = derive(ApiRequest("personalize", operation, "eu-west-1", params), ROLE)

    required = [each.type for each in load("personalize").checked(operation) if each.required]
    for kind in required:
        assert any(kind.pattern.fullmatch(each.resource) for each in derived), kind.name
    assert derived


QUEUE = "http://127.0.0.1/123456789012/q"
HERE = "eu-west-1:123456789012"
SCHEDULE, GROUP = f"scheduler:{HERE}:schedule/default", f"logs:{HERE}:log-group"

NAMED: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("lambda", "invoke", {"FunctionName": "f"}, "InvokeFunction", f"lambda:{HERE}:function:f"),
    ("dynamodb", "describe_table", {"TableName": "t"}, "DescribeTable", f"dynamodb:{HERE}:table/t"),
    ("ssm", "get_parameter", {"Name": "/p/q"}, "GetParameter", f"ssm:{HERE}:parameter/p/q"),
    ("events", "disable_rule", {"Name": "r"}, "DisableRule", f"events:{HERE}:rule/r"),
    ("scheduler", "get_schedule", {"Name": "s"}, "GetSchedule", f"{SCHEDULE}/s"),
    ("sqs", "purge_queue", {"QueueUrl": QUEUE}, "PurgeQueue", f"sqs:{HERE}:q"),
    *(
        ("logs", method, {"logGroupName": "/g"}, action, f"{GROUP}:/g:log-stream:")
        for method, action in (
            ("create_log_group", "CreateLogGroup"),
            ("delete_log_group", "DeleteLogGroup"),
            ("describe_log_streams", "DescribeLogStreams"),
        )
    ),
    (
        "logs",
        "delete_log_stream",
        {"logGroupName": "/g", "logStreamName": "n/s"},
        "DeleteLogStream",
        f"{GROUP}:/g:log-stream:n/s",
    ),
    (
        "logs",
        "tag_resource",
        {"resourceArn": f"arn:aws:{GROUP}:/g", "tags": {"a": "b"}},
        "TagResource",
        f"{GROUP}:/g",
    ),
    ("iam", "get_role", {"RoleName": "r"}, "GetRole", "iam::123456789012:role/r"),
    (
        "sagemaker",
        "stop_notebook_instance",
        {"NotebookInstanceName": "n"},
        "StopNotebookInstance",
        f"sagemaker:{HERE}:notebook-instance/n",
    ),
]


@pytest.mark.parametrize(("client", "method", "params", "action", "resource"), NAMED)
def test_a_name_becomes_the_arn_that_aws_checks(
    client: str, method: str, params: dict[str, Any], action: str, resource: str
) -> None:
    service = resource.partition(":")[0]

    assert calls(client, method, **params) == [(f"{service}:{action}", f"arn:aws:{resource}")]


def test_events_are_put_on_the_buses_that_their_entries_name() -> None:
    entry = {"Source": "s", "DetailType": "d", "Detail": "{}"}

    made = calls("events", "put_events", Entries=[entry, {**entry, "EventBusName": "own"}])

    buses = "arn:aws:events:eu-west-1:123456789012:event-bus"
    assert made == [
        ("events:PutEvents", f"{buses}/default"),
        ("events:PutEvents", f"{buses}/own"),
    ]


KEY = {"Key": "k"}
BATCH = {"Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]}}

OF_S3: list[tuple[str, dict[str, Any], list[str]]] = [
    ("put_object", KEY, ["PutObject data/k"]),
    ("get_object", KEY, ["GetObject data/k"]),
    ("get_object", {**KEY, "VersionId": "1"}, ["GetObjectVersion data/k"]),
    ("head_object", KEY, ["GetObject data/k"]),
    ("head_bucket", {}, ["ListBucket data"]),
    ("list_objects_v2", {}, ["ListBucket data"]),
    ("list_object_versions", {}, ["ListBucketVersions data"]),
    ("upload_part", {**KEY, "PartNumber": 1, "UploadId": "u"}, ["PutObject data/k"]),
    ("copy_object", {**KEY, "CopySource": "b/a c"}, ["PutObject data/k", "GetObject b/a c"]),
    ("put_object", {**KEY, "Tagging": "a=b"}, ["PutObject data/k", "PutObjectTagging data/k"]),
    ("delete_objects", BATCH, ["DeleteObject data/a", "DeleteObjectVersion data/b"]),
]


@pytest.mark.parametrize(("method", "params", "expected"), OF_S3)
def test_s3_checks_its_own_permissions(
    method: str, params: dict[str, Any], expected: list[str]
) -> None:
    made = calls("s3", method, Bucket="data", **params)

    pairs = [text.split(" ", 1) for text in expected]
    assert made == [(f"s3:{action}", f"arn:aws:s3:::{path}") for action, path in pairs]


def test_the_prefix_of_a_listing_is_a_condition_key() -> None:
    listed = call("s3", "list_objects_v2", Bucket="data", Prefix="drops/")

    assert listed.context["s3:prefix"] == ("drops/",)


def test_asking_who_one_is_needs_no_permission() -> None:
    assert calls("sts", "get_caller_identity") == []


def test_an_operation_of_s3_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(RequestError, match="GetBucketWebsite"):
        calls("s3", "get_bucket_website", Bucket="data")


def test_a_request_that_names_no_resource_is_refused() -> None:
    with pytest.raises(RequestError, match="names no resource"):
        derive(ApiRequest("personalize", "DescribeCampaign", "eu-west-1", {}), ROLE)
