"""The newest interactions, read where the run pinned them; the inputs made of them, written."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import boto3

from lambdas.jobs.inputs import Subject, write_input
from lambdas.shared.clients import Client
from lambdas.shared.errors import ResourceMissingError, named_errors
from lambdas.shared.strict import Strict


class Interactions(Strict):
    """The files of the interactions, each by the version that was looked at."""

    bucket: str
    files: tuple[tuple[str, str], ...]
    """Key and version id."""

    @classmethod
    def among(cls, bucket: str, objects: Iterable[Mapping[str, Any]]) -> Self:
        """Return those among the objects of a drop.

        Raises:
            ResourceMissingError: There are none.
        """
        mine = [one for one in objects if one["dataset"] == "interactions"]
        if not mine:
            raise ResourceMissingError("no interactions were imported yet")
        return cls(bucket=bucket, files=tuple((one["key"], one["versionId"]) for one in mine))


def make_input(interactions: Interactions, key: str, subject: Subject) -> str:
    """Write the input of a batch job under ``key`` and return the key."""
    s3: Client = boto3.client("s3")
    with tempfile.TemporaryDirectory() as folder, named_errors():
        data, lines = Path(folder) / "data", Path(folder) / "input.jsonl"
        data.mkdir()
        for number, (source, version) in enumerate(interactions.files):
            s3.download_file(
                interactions.bucket,
                source,
                str(data / f"{number}.csv"),
                ExtraArgs={"VersionId": version},
            )
        write_input(data, lines, subject)
        s3.upload_file(str(lines), interactions.bucket, key)
    return key
