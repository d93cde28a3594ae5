"""Small JSON documents of the pipeline's own in its bucket, written without losing a write.

They live under ``state/``: which versions a campaign served, what each training cost.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from botocore.exceptions import ClientError
from pydantic import BaseModel

from lambdas.shared.clients import Client
from lambdas.shared.errors import TransientError, named_errors

Document = TypeVar("Document", bound=BaseModel)
_MISSING = {"NoSuchKey", "404"}
_OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}


def read(
    s3: Client, bucket: str, key: str, kind: type[Document]
) -> tuple[Document | None, str | None]:
    """Return the document at ``key`` and its ETag; nothing where there is none."""
    with named_errors():
        try:
            answer = s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None, None
            raise
        return kind.model_validate_json(answer["Body"].read()), answer["ETag"]


def change(
    s3: Client, bucket: str, key: str, kind: type[Document], how: Callable[[Document], Document]
) -> Document:
    """Apply ``how`` to the document at ``key`` (a new one where there is none) and write it back.

    Raises:
        TransientError: Somebody else wrote it in between; the caller's retry reads it again.
    """
    found, etag = read(s3, bucket, key, kind)
    changed = how(kind() if found is None else found)
    if changed != found:
        write(s3, bucket, key, changed, **({"IfMatch": etag} if etag else {"IfNoneMatch": "*"}))
    return changed


def write(s3: Client, bucket: str, key: str, document: BaseModel, **conditions: str) -> None:
    """Write a document as JSON.

    Raises:
        TransientError: A condition does not hold: somebody else wrote it meanwhile.
    """
    body = document.model_dump_json(by_alias=True).encode()
    with named_errors():
        try:
            s3.put_object(
                Bucket=bucket, Key=key, Body=body, ContentType="application/json", **conditions
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _OVERTAKEN:
                message = f"{key} was written by somebody else meanwhile"
                raise TransientError(message) from error
            raise


def read_all(s3: Client, bucket: str, prefix: str, kind: type[Document]) -> Iterator[Document]:
    """Yield every document under ``prefix``, in the order of their keys."""
    with named_errors():
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
    for key in keys:
        document, _ = read(s3, bucket, key, kind)
        if document is not None:
            yield document
