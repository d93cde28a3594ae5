"""A request is read back to the operation and the parameters that a client sent."""

from typing import Any

import pytest

from localcloud.permissions.errors import RequestError
from localcloud.permissions.requests import Scope, WireRequest
from localcloud.permissions.wire import read, scope_of
from tests.localcloud.permissions_support.requests import as_sent, understood

S3 = {"Bucket": "data"}
OBJECT = {"Bucket": "data", "Key": "drops/a b/+ü.csv"}

SENT: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("s3", "put_object", {**OBJECT, "Body": b"x"}, "s3", "PutObject"),
    ("s3", "get_object", OBJECT, "s3", "GetObject"),
    ("s3", "head_object", OBJECT, "s3", "HeadObject"),
    ("s3", "copy_object", {**OBJECT, "CopySource": "data/from"}, "s3", "CopyObject"),
    ("s3", "delete_object", OBJECT, "s3", "DeleteObject"),
    ("s3", "list_objects_v2", S3, "s3", "ListObjectsV2"),
    ("s3", "list_objects", S3, "s3", "ListObjects"),
    ("s3", "list_object_versions", S3, "s3", "ListObjectVersions"),
    ("s3", "list_multipart_uploads", S3, "s3", "ListMultipartUploads"),
    ("s3", "head_bucket", S3, "s3", "HeadBucket"),
    ("s3", "get_bucket_versioning", S3, "s3", "GetBucketVersioning"),
    ("s3", "list_buckets", {}, "s3", "ListBuckets"),
    ("s3", "create_multipart_upload", OBJECT, "s3", "CreateMultipartUpload"),
    ("s3", "upload_part", {**OBJECT, "PartNumber": 1, "UploadId": "u"}, "s3", "UploadPart"),
    ("s3", "list_parts", {**OBJECT, "UploadId": "u"}, "s3", "ListParts"),
    ("s3", "abort_multipart_upload", {**OBJECT, "UploadId": "u"}, "s3", "AbortMultipartUpload"),
    ("s3", "get_object_tagging", OBJECT, "s3", "GetObjectTagging"),
    ("lambda", "invoke", {"FunctionName": "f"}, "lambda", "Invoke"),
    ("personalize", "list_recipes", {}, "personalize", "ListRecipes"),
    ("sns", "publish", {"TopicArn": "arn:t", "Message": "m"}, "sns", "Publish"),
    ("iam", "get_role", {"RoleName": "r"}, "iam", "GetRole"),
    ("scheduler", "get_schedule", {"Name": "s"}, "scheduler", "GetSchedule"),
    ("stepfunctions", "list_state_machines", {}, "states", "ListStateMachines"),
    ("cloudwatch", "list_metrics", {}, "cloudwatch", "ListMetrics"),
    ("resourcegroupstaggingapi", "get_resources", {}, "tag", "GetResources"),
    (
        "personalize-runtime",
        "get_recommendations",
        {"campaignArn": "arn:c"},
        "personalize",
        "GetRecommendations",
    ),
    (
        "personalize-events",
        "put_events",
        {"trackingId": "t", "sessionId": "s", "eventList": [{"eventType": "e", "sentAt": 1}]},
        "personalize",
        "PutEvents",
    ),
]


@pytest.mark.parametrize(("client", "method", "params", "service", "operation"), SENT)
def test_a_request_is_read_back(
    client: str, method: str, params: dict[str, Any], service: str, operation: str
) -> None:
    request = understood(client, method, **params)

    assert (request.service, request.operation) == (service, operation)
    assert request.region == "eu-west-1"


def test_a_key_with_spaces_plus_signs_and_unicode_is_read_back_as_it_was() -> None:
    assert understood("s3", "get_object", **OBJECT).params["Key"] == OBJECT["Key"]


def test_query_and_header_members_are_parameters() -> None:
    listed = understood("s3", "list_objects_v2", Bucket="data", Prefix="drops/", MaxKeys=7)
    copied = understood("s3", "copy_object", **OBJECT, CopySource="data/from")

    assert listed.params["Prefix"] == "drops/"
    assert listed.params["MaxKeys"] == "7"
    assert copied.params["CopySource"] == "data/from"


def test_the_keys_of_a_batch_deletion_are_parameters() -> None:
    objects = [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]

    request = understood("s3", "delete_objects", Bucket="data", Delete={"Objects": objects})

    assert request.params["Objects"] == objects


def test_the_tags_of_a_query_request_are_parameters() -> None:
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]

    request = understood("iam", "tag_role", RoleName="r", Tags=tags)

    assert request.params["Tags"] == tags


def test_a_presigned_address_says_who_signed_it() -> None:
    wire = WireRequest(
        "GET", "/b/k", "X-Amz-Credential=ASIA1%2F20261125%2Feu-west-1%2Fs3%2Faws4_request", {}, b""
    )

    assert scope_of(wire) == Scope("ASIA1", "eu-west-1", "s3")


def test_an_unsigned_request_is_nobodys() -> None:
    assert scope_of(WireRequest("GET", "/b/k", "", {}, b"")) is None


def test_what_no_operation_looks_like_is_refused() -> None:
    wire = as_sent("lambda", "invoke", FunctionName="f")
    strange = WireRequest("PATCH", "/nowhere", "", wire.headers, b"")
    scope = scope_of(strange)
    assert scope is not None

    with pytest.raises(RequestError, match="PATCH /nowhere"):
        read(strange, scope)


def test_a_service_that_botocore_does_not_know_is_refused() -> None:
    with pytest.raises(RequestError, match="nosuchservice"):
        read(WireRequest("GET", "/", "", {}, b""), Scope("ASIA1", "eu-west-1", "nosuchservice"))
