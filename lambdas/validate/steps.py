"""The steps of the validation stage, as the state machine asks for them."""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import boto3
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.shared.errors import named_errors
from lambdas.validate import large
from lambdas.validate.answer import Answer
from lambdas.validate.bucket import Bucket
from lambdas.validate.drop import look_at_drop, pin
from lambdas.validate.first_import import never_imported
from lambdas.validate.reading.table import Room
from lambdas.validate.wanted import Wanted

# The engine's part of the function's memory; the arrays of a pass need some 400 MiB more.
_MEMORY_MIB = 800


class _Step(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    bucket: str
    drop_id: str

    def take(self, bucket: Bucket, folder: Path) -> dict[str, Any]:
        """Do it; ``folder`` is empty and stays the caller's to remove."""
        raise NotImplementedError


class DropStep(_Step):
    """Look at a drop, or plan how, if it is too large to be looked at here."""

    step: Literal["drop"]
    prefix: str
    wanted: Wanted

    def take(self, bucket: Bucket, folder: Path) -> dict[str, Any]:
        """Return the verdict, or the numbers of parts and shares."""
        now, wanted = int(time.time()), self._informed()
        pinned, findings = pin(bucket, self.prefix, wanted)
        if sum(one.size for one in pinned) <= wanted.whole_bytes:
            room = Room(memory_mib=_MEMORY_MIB, folder=folder)
            result = look_at_drop(
                bucket, self.drop_id, wanted, pinned, findings, room=room, now=now
            )
            return result.model_dump(by_alias=True, mode="json")
        made = large.plan(bucket, self.drop_id, wanted, pinned, findings, now=now)
        return Answer.of_plan(len(made.parts), made.shares).model_dump(by_alias=True, mode="json")

    def _informed(self) -> Wanted:
        """Return what is wanted, and which datasets have no data yet where that matters."""
        if not self.wanted.incremental:
            return self.wanted
        empty = never_imported(self.wanted.incremental, boto3.client("personalize"))
        return self.wanted.model_copy(update={"never_imported": empty})


class PartStep(_Step):
    """Count one part of a planned drop."""

    step: Literal["part"]
    part: int

    def take(self, bucket: Bucket, folder: Path) -> dict[str, Any]:
        """Return nothing but the part's place; the count is in the bucket."""
        made = large.read_plan(bucket, self.drop_id)
        large.count_part(bucket, made, self.part, Room(memory_mib=_MEMORY_MIB, folder=folder))
        return {"part": self.part}


class ShareStep(_Step):
    """Add up one share of all parts."""

    step: Literal["share"]
    share: int

    def take(self, bucket: Bucket, folder: Path) -> dict[str, Any]:
        """Return nothing but the share's place; its sums are in the bucket."""
        made = large.read_plan(bucket, self.drop_id)
        large.add_up_share(bucket, made, self.share, folder)
        return {"share": self.share}


class JudgeStep(_Step):
    """Put everything together."""

    step: Literal["judge"]

    def take(self, bucket: Bucket, folder: Path) -> dict[str, Any]:  # noqa: ARG002 - needs no disk
        """Return the verdict."""
        made = large.read_plan(bucket, self.drop_id)
        return large.judge(bucket, made).model_dump(by_alias=True, mode="json")


class Step(BaseModel):
    """Any step of the stage."""

    action: DropStep | PartStep | ShareStep | JudgeStep


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take the step that ``event`` describes.

    Raises:
        PipelineError: The bucket could not be read or written.
    """
    action = Step.model_validate({"action": dict(event)}).action
    with named_errors(), tempfile.TemporaryDirectory() as folder:
        return action.take(Bucket(boto3.client("s3"), action.bucket), Path(folder))
