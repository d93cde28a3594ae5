"""Versions of objects behave as in S3: without the extension, these fail."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from localcloud.clients import Clients

OLD = bytes(range(256)) * 64 * 1024


@pytest.fixture(scope="module")
def version(clients: Clients) -> str:
    """An object of 16 MiB that was overwritten since."""
    s3 = clients.s3
    s3.create_bucket(Bucket="versions")
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="versions", Key="one", Body=OLD)
    s3.put_object(Bucket="versions", Key="one", Body=b"new")
    return str(first["VersionId"])


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [("bytes=1000-1999", 1_000, 1_999), ("bytes=16777000-", 16_777_000, len(OLD) - 1)],
)
def test_a_stretch_is_read_from_the_named_version(
    clients: Clients, version: str, span: str, first: int, last: int
) -> None:
    answer = clients.s3.get_object(Bucket="versions", Key="one", VersionId=version, Range=span)

    assert answer["ContentRange"] == f"bytes {first}-{last}/{len(OLD)}"
    assert answer["Body"].read() == OLD[first : last + 1]


def test_a_stretch_beyond_the_end_is_refused(clients: Clients, version: str) -> None:
    with pytest.raises(ClientError) as caught:
        clients.s3.get_object(
            Bucket="versions", Key="one", VersionId=version, Range=f"bytes={len(OLD)}-"
        )

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 416


def test_a_large_version_is_downloaded_in_pieces(
    clients: Clients, version: str, tmp_path: Path
) -> None:
    target = tmp_path / "one"

    clients.s3.download_file("versions", "one", str(target), ExtraArgs={"VersionId": version})

    assert target.read_bytes() == OLD
