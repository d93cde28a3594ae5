"""One bucket, emptied."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from lambdas.shared.clients import Client
from lambdas.shared.errors import TransientError
from lambdas.teardown.progress import Entry, Progress

# 1,000 entries a page (ListObjectVersions' and DeleteObjects' own limit): some 20 seconds a step.
PAGES_A_STEP = 20
# Codes of single objects that another try may well delete (S3 API reference, "Error responses").
_PASSING = frozenset(("InternalError", "SlowDown", "ServiceUnavailable"))


class Bucket:
    """A bucket that is about to be deleted."""

    def __init__(self, s3: Client, name: str) -> None:
        self._s3 = s3
        self._name = name

    def empty(self, *, dry_run: bool) -> Progress:
        """Delete up to ``PAGES_A_STEP`` pages of versions and abort uploads; a bucket may be gone.

        A page is listed, then deleted, then the first page is listed anew: no marker is kept, so
        an interrupted step is simply taken again.
        """
        try:
            return self._counted() if dry_run else self._emptied()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchBucket":
                return Progress()
            raise

    def _emptied(self) -> Progress:
        deleted = 0
        refused: list[dict[str, str]] = []
        for _ in range(PAGES_A_STEP):
            page = self._versions()
            if not page or refused:
                break
            refused = self._delete(page)
            deleted += len(page) - len(refused)
        uploads = self._abort(self._uploads())
        return Progress(
            remaining=0 if refused else len(self._versions()) + len(self._uploads()),
            deleted=self._entries(deleted, uploads),
            left=tuple(self._refusal(refused)),
        )

    def _counted(self) -> Progress:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._name)
        found = sum(len(_identifiers(page)) for page in islice(pages, PAGES_A_STEP))
        return Progress(deleted=self._entries(found, len(self._uploads())))

    def _versions(self) -> list[dict[str, str]]:
        return _identifiers(self._s3.list_object_versions(Bucket=self._name))

    def _delete(self, page: list[dict[str, str]]) -> list[dict[str, str]]:
        """Delete a page; return the errors of single objects."""
        answer = self._s3.delete_objects(Bucket=self._name, Delete={"Objects": page, "Quiet": True})
        errors: list[dict[str, str]] = answer.get("Errors", [])
        if passing := [error for error in errors if error.get("Code") in _PASSING]:
            raise TransientError(f"DeleteObjects: {passing[0].get('Message', passing[0]['Code'])}")
        return errors

    def _uploads(self) -> list[dict[str, Any]]:
        answer = self._s3.list_multipart_uploads(Bucket=self._name)
        uploads: list[dict[str, Any]] = answer.get("Uploads", [])
        return uploads

    def _abort(self, uploads: Iterable[dict[str, Any]]) -> int:
        aborted = 0
        for upload in uploads:
            where = {"Key": upload["Key"], "UploadId": upload["UploadId"]}
            try:
                self._s3.abort_multipart_upload(Bucket=self._name, **where)
            except self._s3.exceptions.NoSuchUpload:
                continue  # completed or aborted since it was listed
            aborted += 1
        return aborted

    def _entries(self, versions: int, uploads: int) -> tuple[Entry, ...]:
        counts = {"object version": versions, "multipart upload": uploads}
        return tuple(
            Entry(kind=kind, name=self._name, count=count)
            for kind, count in counts.items()
            if count
        )

    def _refusal(self, refused: list[dict[str, str]]) -> Iterable[Entry]:
        if refused:
            first = refused[0]
            why = f"{first.get('Key')}: {first.get('Message') or first.get('Code')}"
            yield Entry(kind="object version", name=self._name, count=len(refused), reason=why)


def _identifiers(page: dict[str, Any]) -> list[dict[str, str]]:
    """Return what a page lists, delete markers too, as DeleteObjects wants it."""
    listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    return [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in listed]
