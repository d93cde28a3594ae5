"""Where imports come from and results go: S3, or a plain folder in its place.

The role that a job is given must be named and well-formed; S3 is read and written with the
emulator's own credentials all the same, or as the job's account if that is another (not emulated).
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from personalize_emulator.errors import ObjectMissing

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ANYBODY: Final = "test"


class ObjectStore(Protocol):
    """Objects addressed as ``s3://bucket/key``; raises ObjectMissing where there is none."""

    def list(self, uri: str) -> list[str]:
        """Return the addresses that begin with ``uri``, sorted."""
        ...

    def read(self, uri: str) -> bytes:
        """Return an object's bytes."""
        ...

    def write(self, uri: str, content: bytes) -> None:
        """Create or replace an object."""
        ...

    def delete(self, uri: str) -> None:
        """Remove an object; nothing happens where there is none."""
        ...

    def exists(self, uri: str) -> bool:
        """Tell whether an object lies there."""
        ...

    def of_account(self, account: str) -> "ObjectStore":
        """Return the store as another account sees it."""
        ...


def split_uri(uri: str) -> tuple[str, str]:
    """Split ``s3://bucket/key`` into bucket and key; the key may be empty."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


class FolderObjects:
    """Buckets as folders below one root: ``s3://bucket/key`` is ``root/bucket/key``."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def _path(self, uri: str) -> Path:
        bucket, key = split_uri(uri)
        try:
            path = (self._root / bucket / key).resolve()
            path.is_file()
        except (ValueError, OSError) as error:  # no file can be called so
            raise ObjectMissing(uri) from error
        if not path.is_relative_to(self._root):
            raise ObjectMissing(uri)
        return path

    def _files(self, bucket: str) -> Iterator[Path]:
        folder = self._path(f"s3://{bucket}/")
        if not bucket or not folder.is_dir():
            raise ObjectMissing(f"s3://{bucket}")
        return (path for path in folder.rglob("*") if path.is_file())

    def list(self, uri: str) -> list[str]:
        """Return the addresses that begin with ``uri``; ObjectMissing without the bucket."""
        bucket, prefix = split_uri(uri)
        keys = (path.relative_to(self._root / bucket).as_posix() for path in self._files(bucket))
        return sorted(f"s3://{bucket}/{key}" for key in keys if key.startswith(prefix))

    def read(self, uri: str) -> bytes:
        """Return a file's bytes."""
        path = self._path(uri)
        if not path.is_file():
            raise ObjectMissing(uri)
        return path.read_bytes()

    def write(self, uri: str, content: bytes) -> None:
        """Write a file whole: readers see the old or the new one, never half."""
        path = self._path(uri)
        partial = path.with_name(f".{uuid.uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(content)
            partial.replace(path)
        except OSError as error:
            # Unlike a key of S3, a folder can not lie where a file is.
            with suppress(OSError):
                partial.unlink()
            raise ObjectMissing(f"{uri}: {error.strerror}") from error

    def delete(self, uri: str) -> None:
        """Remove a file if it is there."""
        self._path(uri).unlink(missing_ok=True)

    def exists(self, uri: str) -> bool:
        """Tell whether a file lies there."""
        return self._path(uri).is_file()

    def of_account(self, account: str) -> "FolderObjects":
        """All accounts share the folder."""
        del account
        return self


def connect(account: str | None = None) -> "S3Client":
    """Return a client of the S3 that the environment names, whoever's emulation it is.

    Emulations are asked by path (``bucket.localhost`` is no host everywhere), without the newest
    checksums, and as anybody where the environment has no credentials; or as an account of theirs,
    which some of them know by the access key id.
    """
    session = boto3.session.Session()
    named = session.client("s3")
    if urlsplit(named.meta.endpoint_url).netloc.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return named
    config = Config(
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    if account is None and session.get_credentials():
        return session.client("s3", config=config)
    key = account or ANYBODY
    return session.client("s3", config=config, aws_access_key_id=key, aws_secret_access_key=ANYBODY)


class S3Objects:
    """The S3 that the environment names (``AWS_ENDPOINT_URL``, ``AWS_ENDPOINT_URL_S3``)."""

    def __init__(self, client: "S3Client | None" = None, account: str | None = None) -> None:
        self._given = client
        self._account = account
        self._accounts: dict[str, FirstOf] = {}
        self._lock = threading.Lock()

    @property
    def _client(self) -> "S3Client":
        # Made late: a service that never imports needs no credentials. Making is not thread-safe.
        with self._lock:
            if self._given is None:
                self._given = connect(self._account)
            return self._given

    def of_account(self, account: str) -> "FirstOf":
        """Return what the account has, and what the emulator's own credentials can reach."""
        with self._lock:
            return self._accounts.setdefault(account, FirstOf(S3Objects(account=account), self))

    def list(self, uri: str) -> list[str]:
        """Return the addresses that begin with ``uri``; ObjectMissing without the bucket."""
        bucket, prefix = split_uri(uri)
        pages = self._client.get_paginator("list_objects_v2")
        try:
            return [
                f"s3://{bucket}/{item['Key']}"
                for page in pages.paginate(Bucket=bucket, Prefix=prefix)
                for item in page.get("Contents", [])
            ]
        except (ClientError, BotoCoreError) as error:
            raise ObjectMissing(f"{uri}: {error}") from error

    def read(self, uri: str) -> bytes:
        """Return an object's bytes."""
        bucket, key = split_uri(uri)
        try:
            return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise ObjectMissing(f"{uri}: {error}") from error

    def write(self, uri: str, content: bytes) -> None:
        """Put an object."""
        bucket, key = split_uri(uri)
        try:
            self._client.put_object(Bucket=bucket, Key=key, Body=content)
        except (ClientError, BotoCoreError) as error:
            raise ObjectMissing(f"{uri}: {error}") from error

    def delete(self, uri: str) -> None:
        """Remove an object."""
        bucket, key = split_uri(uri)
        self._client.delete_object(Bucket=bucket, Key=key)

    def exists(self, uri: str) -> bool:
        """Tell whether an object lies there."""
        bucket, key = split_uri(uri)
        try:
            self._client.head_object(Bucket=bucket, Key=key)
        except ClientError:
            return False
        return True


@dataclass(frozen=True)
class FirstOf:
    """One store, and another for what the first does not have."""

    first: ObjectStore
    second: ObjectStore

    def list(self, uri: str) -> list[str]:
        """Return the addresses that begin with ``uri``; ObjectMissing without the bucket."""
        try:
            return self.first.list(uri)
        except ObjectMissing:
            return self.second.list(uri)

    def read(self, uri: str) -> bytes:
        """Return an object's bytes."""
        try:
            return self.first.read(uri)
        except ObjectMissing:
            return self.second.read(uri)

    def write(self, uri: str, content: bytes) -> None:
        """Put an object where its bucket is."""
        try:
            self.first.write(uri, content)
        except ObjectMissing:
            self.second.write(uri, content)

    def delete(self, uri: str) -> None:
        """Remove an object from both."""
        self.first.delete(uri)
        self.second.delete(uri)

    def exists(self, uri: str) -> bool:
        """Tell whether an object lies in one of them."""
        return self.first.exists(uri) or self.second.exists(uri)

    def of_account(self, account: str) -> ObjectStore:
        """Return the second as another account sees it."""
        return self.second.of_account(account)
