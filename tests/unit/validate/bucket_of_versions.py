"""A bucket with versions in memory, as far as validation uses one."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lambdas.validate.bucket import Bucket

NAME = "bucket"


@dataclass
class VersionedS3:
    """Every write makes a version, numbered from 0; ``after_head`` plays somebody else."""

    versions: dict[str, list[bytes]] = field(default_factory=dict)
    after_head: list[Callable[[], None]] = field(default_factory=list)

    @property
    def bucket(self) -> Bucket:
        return Bucket(self, NAME)

    def put(self, key: str, body: bytes) -> None:
        self.versions.setdefault(key, []).append(body)

    def newest(self, key: str) -> bytes:
        return self.versions[key][-1]

    def under(self, prefix: str) -> list[str]:
        return sorted(key for key in self.versions if key.startswith(prefix))

    def get_paginator(self, operation: str) -> "VersionedS3":
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803, ARG002
        yield {"Contents": [{"Key": key} for key in self.under(Prefix)]}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
        answer = {
            "VersionId": str(len(self.versions[Key]) - 1),
            "ContentLength": len(self._of(Key)),
        }
        while self.after_head:
            self.after_head.pop()()
        return answer

    def get_object(self, *, Bucket: str, Key: str, **more: str) -> dict[str, Any]:  # noqa: N803, ARG002
        body = self._of(Key, more.get("VersionId"))
        if "Range" not in more:
            return {"Body": io.BytesIO(body)}
        first, _, last = more["Range"].removeprefix("bytes=").partition("-")
        piece = body[int(first) : int(last) + 1 if last else None]
        return {"Body": io.BytesIO(piece), "ContentRange": f"bytes {first}-/{len(body)}"}

    def download_file(
        self,
        _bucket: str,
        key: str,
        target: str,
        ExtraArgs: dict[str, str] | None = None,  # noqa: N803
    ) -> None:
        Path(target).write_bytes(self._of(key, (ExtraArgs or {}).get("VersionId")))

    def upload_file(self, file: str, _bucket: str, key: str) -> None:
        self.put(key, Path(file).read_bytes())

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803, ARG002
        self.put(Key, Body)

    def copy(self, source: dict[str, str], _bucket: str, key: str, **_: Any) -> None:
        self.put(key, self._of(source["Key"], source["VersionId"]))

    def _of(self, key: str, version: str | None = None) -> bytes:
        return self.versions[key][-1 if version is None else int(version)]
