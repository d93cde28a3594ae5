"""What a copy within the bucket asks of S3, by boto3's own transfer."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lambdas.validate.bucket import Bucket
from lambdas.validate.pinned import Pinned


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Each call, and its request, of a copy of a small object."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    client = boto3.client("s3", region_name="eu-west-1")
    calls: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append((model.name, dict(params)))

    client.meta.events.register_first("provide-client-params.s3.*", note)
    with Stubber(client) as stub:
        stub.add_response("head_object", {"ContentLength": 9})
        stub.add_response("copy_object", {})
        pinned = Pinned(kind="items", name="i.csv", key="drops/d/i.csv", version_id="7", size=9)
        Bucket(client, "bucket").copy(pinned, "runs/d/i.csv")
    return calls


def test_a_copy_is_of_the_pinned_version(asked: list[tuple[str, dict[str, Any]]]) -> None:
    [(look, _), (copy, request)] = asked

    assert (look, copy) == ("HeadObject", "CopyObject")
    source = {"Bucket": "bucket", "Key": "drops/d/i.csv", "VersionId": "7"}
    assert request["CopySource"] == source


def test_the_tags_of_whoever_dropped_a_file_stay_where_they_are(
    asked: list[tuple[str, dict[str, Any]]],
) -> None:
    [_, (_, request)] = asked

    # To carry them over takes grants to read and to write tags, which the role has no use for.
    assert request["TaggingDirective"] == "REPLACE"
    assert "Tagging" not in request
