"""The data bucket, as validation uses it: every read names the version that was pinned."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from boto3.s3.transfer import TransferConfig

from lambdas.shared.clients import Client, Json
from lambdas.shared.errors import RequestRefusedError
from lambdas.validate.header_rules import HEAD
from lambdas.validate.pinned import Pinned
from lambdas.validate.ranges import Range, copy_lines

_PIECE = 1024 * 1024
# A copy within S3 moves nothing here: a few large pieces side by side take 100 GB in minutes.
_COPYING = TransferConfig(multipart_chunksize=512 * 1024 * 1024, max_concurrency=20)
# Below the size of a multipart copy S3 copies tags too, unless it is told not to: it would ask the
# role for grants to read the tags of the drop's files and to write them.
_UNTAGGED = {"TaggingDirective": "REPLACE"}


class Bucket:
    """One bucket."""

    def __init__(self, client: Client, name: str) -> None:
        self._client, self.name = client, name

    def names(self, prefix: str) -> list[str]:
        """Return the keys under a prefix, without it."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=prefix
        )
        entries = [entry for page in pages for entry in page.get("Contents", [])]
        return [str(entry["Key"]).removeprefix(prefix) for entry in entries]

    def pin(self, kind: str, name: str, prefix: str) -> Pinned:
        """Return an object by its present version."""
        key = f"{prefix}{name}"
        head = self._client.head_object(Bucket=self.name, Key=key)
        version, size = head.get("VersionId", "null"), head["ContentLength"]
        return Pinned(kind=kind, name=name, key=key, version_id=version, size=size)

    def head(self, pinned: Pinned) -> bytes:
        """Return the first bytes of an object, as many as its header may need."""
        if not pinned.size:
            return b""
        return b"".join(self._read(pinned, 0, HEAD - 1))

    def digest(self, pinned: Pinned, algorithm: str) -> str:
        """Return a checksum of an object, in hexadecimal digits; all of it is read for that."""
        digest = hashlib.new(algorithm, usedforsecurity=False)
        for piece in self._read(pinned, 0) if pinned.size else ():
            digest.update(piece)
        return digest.hexdigest()

    def download(self, pinned: Pinned, target: Path) -> None:
        """Write an object to a file."""
        version = {"VersionId": pinned.version_id}
        target.parent.mkdir(parents=True, exist_ok=True)
        self._client.download_file(self.name, pinned.key, str(target), ExtraArgs=version)

    def download_lines(self, pinned: Pinned, stretch: Range, target: Path) -> None:
        """Write the lines that begin within a range of an object's bytes to a file."""
        with target.open("wb") as lines:
            copy_lines(lambda start: self._read(pinned, start), stretch, lines)

    def _read(self, pinned: Pinned, start: int, end: int | None = None) -> Iterator[bytes]:
        span = f"bytes={start}-{'' if end is None else end}"
        answer = self._client.get_object(
            Bucket=self.name, Key=pinned.key, VersionId=pinned.version_id, Range=span
        )
        # Other bytes than those that were asked for would be counted as if they were.
        if not answer.get("ContentRange", "").startswith(f"bytes {start}-"):
            raise RequestRefusedError(f"S3 did not answer {pinned.key} from byte {start} on")
        # Whoever has read enough leaves the rest; the connection is not used again then.
        with answer["Body"] as body:
            yield from iter(lambda: body.read(_PIECE), b"")

    def copy(self, pinned: Pinned, key: str) -> None:
        """Copy the pinned version of an object within the bucket."""
        source = {"Bucket": self.name, "Key": pinned.key, "VersionId": pinned.version_id}
        self._client.copy(source, self.name, key, ExtraArgs=_UNTAGGED, Config=_COPYING)

    def version(self, key: str) -> str:
        """Return the present version of an object of our own."""
        head = self._client.head_object(Bucket=self.name, Key=key)
        return str(head.get("VersionId", "null"))

    def upload(self, file: Path, key: str) -> None:
        """Write a file to an object."""
        self._client.upload_file(str(file), self.name, key)

    def fetch(self, key: str, target: Path) -> None:
        """Write an object of our own to a file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self._client.download_file(self.name, key, str(target))

    def put(self, key: str, text: str, content_type: str = "application/json") -> None:
        """Write a text to an object."""
        body = text.encode()
        self._client.put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """Return an object of our own, or of the drop's where no version matters."""
        body: bytes = self._client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return body

    def get_json(self, key: str) -> Json:
        """Return an object of our own that is JSON."""
        return json.loads(self.get(key))
