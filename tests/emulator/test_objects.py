"""Object stores: a folder in the place of S3, and S3 itself."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from personalize_emulator.errors import ObjectMissing
from personalize_emulator.objects import (
    ANYBODY,
    FirstOf,
    FolderObjects,
    ObjectStore,
    S3Objects,
    connect,
    split_uri,
)


@pytest.fixture
def folder(tmp_path: Path) -> FolderObjects:
    (tmp_path / "bucket" / "a").mkdir(parents=True)
    (tmp_path / "bucket" / "a" / "x y+ü.csv").write_bytes(b"1")
    (tmp_path / "bucket" / "ab.csv").write_bytes(b"2")
    (tmp_path / "outside").write_bytes(b"3")
    return FolderObjects(tmp_path)


def test_addresses_have_a_bucket_and_a_key() -> None:
    assert split_uri("s3://bucket/a/b") == ("bucket", "a/b")
    assert split_uri("s3://bucket") == ("bucket", "")


def test_a_folder_lists_by_prefix_as_s3_does(folder: FolderObjects) -> None:
    assert folder.list("s3://bucket/a") == ["s3://bucket/a/x y+ü.csv", "s3://bucket/ab.csv"]
    assert folder.list("s3://bucket/a/") == ["s3://bucket/a/x y+ü.csv"]
    with pytest.raises(ObjectMissing):
        folder.list("s3://nobucket/")


def test_a_folder_reads_writes_and_deletes(folder: FolderObjects) -> None:
    folder.write("s3://bucket/deep/er/z", b"new")

    assert folder.read("s3://bucket/deep/er/z") == b"new"
    assert folder.exists("s3://bucket/deep/er/z")
    folder.delete("s3://bucket/deep/er/z")
    folder.delete("s3://bucket/deep/er/z")
    assert not folder.exists("s3://bucket/deep/er/z")
    with pytest.raises(ObjectMissing):
        folder.read("s3://bucket/deep/er/z")


@pytest.mark.parametrize(
    "key", ["ab.csv/below-a-file", "a", "x" * 300, "nul\0", "half-a-pair\ud800"]
)
def test_what_can_not_lie_in_a_folder_is_missing(folder: FolderObjects, key: str) -> None:
    with pytest.raises(ObjectMissing):
        folder.write(f"s3://bucket/{key}", b"new")
    with pytest.raises(ObjectMissing):
        folder.read(f"s3://bucket/{key}")
    assert folder.list("s3://bucket/") == ["s3://bucket/a/x y+ü.csv", "s3://bucket/ab.csv"]


def test_no_address_leads_out_of_the_folder(folder: FolderObjects) -> None:
    for uri in ("s3://bucket/../../etc/passwd", "s3://../x"):
        with pytest.raises(ObjectMissing):
            folder.read(uri)


@pytest.fixture
def stub() -> Iterator[tuple[ObjectStore, Stubber]]:
    session: Any = boto3.session.Session()
    client = session.client(
        "s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as stubber:
        yield S3Objects(client), stubber
        stubber.assert_no_pending_responses()


def test_s3_lists_all_pages(stub: tuple[ObjectStore, Stubber]) -> None:
    objects, stubber = stub
    first: Any = {"IsTruncated": True, "NextContinuationToken": "t", "Contents": [{"Key": "a/1"}]}
    asked = {"Bucket": "b", "Prefix": "a/"}
    stubber.add_response("list_objects_v2", first, asked)
    second: Any = {"IsTruncated": False, "Contents": [{"Key": "a/2"}]}
    stubber.add_response("list_objects_v2", second, {**asked, "ContinuationToken": "t"})

    assert objects.list("s3://b/a/") == ["s3://b/a/1", "s3://b/a/2"]


def test_s3_reads_and_writes(stub: tuple[ObjectStore, Stubber]) -> None:
    objects, stubber = stub
    body: Any = {"Body": StreamingBody(io.BytesIO(b"123"), 3)}
    stubber.add_response("get_object", body, {"Bucket": "b", "Key": "k"})
    stubber.add_response("put_object", {}, {"Bucket": "b", "Key": "k", "Body": b"4"})
    stubber.add_response("head_object", {}, {"Bucket": "b", "Key": "k"})
    stubber.add_response("delete_object", {}, {"Bucket": "b", "Key": "k"})

    assert objects.read("s3://b/k") == b"123"
    objects.write("s3://b/k", b"4")
    assert objects.exists("s3://b/k")
    objects.delete("s3://b/k")


def test_what_s3_refuses_is_missing(stub: tuple[ObjectStore, Stubber]) -> None:
    objects, stubber = stub
    for operation in ("get_object", "put_object", "list_objects_v2"):
        stubber.add_client_error(operation, "AccessDenied", http_status_code=403)
    stubber.add_client_error("head_object", "404", http_status_code=404)

    with pytest.raises(ObjectMissing, match="AccessDenied"):
        objects.read("s3://b/k")
    with pytest.raises(ObjectMissing, match="AccessDenied"):
        objects.write("s3://b/k", b"")
    with pytest.raises(ObjectMissing, match="AccessDenied"):
        objects.list("s3://b/k")
    assert not objects.exists("s3://b/k")


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without credentials, configuration or instance metadata."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return monkeypatch


def link(client: Any) -> str:
    """Where the client would read an object."""
    return str(client.generate_presigned_url("get_object", {"Bucket": "shop", "Key": "a.csv"}))


def test_somebodys_emulation_is_asked_by_path_and_as_anybody(nobody: pytest.MonkeyPatch) -> None:
    nobody.setenv("AWS_ENDPOINT_URL", "http://localhost:9000")

    address = link(connect())

    assert address.startswith("http://localhost:9000/shop/a.csv?")
    assert f"={ANYBODY}" in address


def test_an_account_is_asked_by_its_number_where_there_are_accounts(
    nobody: pytest.MonkeyPatch,
) -> None:
    nobody.setenv("AWS_ACCESS_KEY_ID", "mine")
    nobody.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    nobody.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert "111111111111" not in link(connect("111111111111"))
    nobody.setenv("AWS_ENDPOINT_URL", "http://localhost:9000")

    assert "=111111111111" in link(connect("111111111111"))


def test_what_an_account_does_not_have_is_looked_for_elsewhere(tmp_path: Path) -> None:
    for bucket in ("own/its", "own/both", "all/ours", "all/both"):
        (tmp_path / bucket).mkdir(parents=True)
        (tmp_path / bucket / "a").write_bytes(bucket.encode())
    own, everybodys = FolderObjects(tmp_path / "own"), FolderObjects(tmp_path / "all")
    objects = FirstOf(own, everybodys)

    assert objects.read("s3://both/a") == b"own/both"
    assert objects.read("s3://ours/a") == b"all/ours"
    assert objects.list("s3://ours/") == ["s3://ours/a"]
    assert objects.exists("s3://its/a")
    with pytest.raises(ObjectMissing):
        objects.list("s3://nobodys/")
    objects.write("s3://both/b", b"new")
    objects.delete("s3://both/a")
    assert own.list("s3://both/") == ["s3://both/b"]
    assert everybodys.list("s3://both/") == []


def test_credentials_of_the_environment_are_used(nobody: pytest.MonkeyPatch) -> None:
    nobody.setenv("AWS_ENDPOINT_URL_S3", "http://minio:9000")
    nobody.setenv("AWS_ACCESS_KEY_ID", "mine")
    nobody.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    address = link(connect())

    assert address.startswith("http://minio:9000/shop/a.csv?")
    assert "=mine" in address


def test_the_service_itself_is_asked_as_the_sdk_does(nobody: pytest.MonkeyPatch) -> None:
    nobody.setenv("AWS_ACCESS_KEY_ID", "mine")
    nobody.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    assert link(connect()).startswith("https://shop.s3.amazonaws.com/a.csv?")
