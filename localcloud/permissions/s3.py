"""S3's own way: its permissions do not carry its operations' names.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from localcloud.permissions.calls import Context, context_of
from localcloud.permissions.errors import RequestError

# Operation → permission, where a bucket or an object of this account is all there is to check.
_ACTIONS: Final = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteObject": "DeleteObject",
    "DeleteObjects": "DeleteObject",
    "GetBucketLocation": "GetBucketLocation",
    "GetBucketTagging": "GetBucketTagging",
    "GetBucketVersioning": "GetBucketVersioning",
    "GetObject": "GetObject",
    "GetObjectAttributes": "GetObjectAttributes",
    "GetObjectTagging": "GetObjectTagging",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutObject": "PutObject",
    "PutObjectTagging": "PutObjectTagging",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_WITH_VERSION: Final = {
    "DeleteObject": "DeleteObjectVersion",
    "GetObject": "GetObjectVersion",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectTagging": "PutObjectVersionTagging",
}
_KEYS: Final = {
    "Prefix": "s3:prefix",
    "Delimiter": "s3:delimiter",
    "MaxKeys": "s3:max-keys",
    "VersionId": "s3:VersionId",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
}

Params = Mapping[str, Any]
Needed = Iterator[tuple[str, str, Context]]


def needed(operation: str, params: Params) -> Needed:
    """What an S3 request needs: `(action, resource, context)`, most of them one.

    Raises:
        RequestError: An operation whose permissions are not in the table.
    """
    if operation == "ListBuckets":
        yield "s3:ListAllMyBuckets", "*", {}
        return
    if operation not in _ACTIONS:
        raise RequestError(f"The permissions of s3 {operation} are not in the table.")
    action, bucket = _ACTIONS[operation], params["Bucket"]
    for target in params.get("Objects") or [params]:
        yield from _on_object(action, bucket, {**params, **target})
    if "CopySource" in params:
        yield from _copied(params["CopySource"])
    if params.get("Tagging"):
        yield "s3:PutObjectTagging", _arn(bucket, params["Key"]), {}


def _on_object(action: str, bucket: str, params: Params) -> Needed:
    version = params.get("VersionId")
    if version:
        action = _WITH_VERSION.get(action, action)
    keys = {key: params[name] for name, key in _KEYS.items() if name in params}
    yield f"s3:{action}", _arn(bucket, params.get("Key")), context_of(keys)


def _copied(source: str) -> Needed:
    """The reading half of a copy: `bucket/key`, or `/bucket/key?versionId=…`."""
    path, _, version = source.partition("?versionId=")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    action = "s3:GetObjectVersion" if version else "s3:GetObject"
    yield action, _arn(bucket, key), context_of({"s3:VersionId": version} if version else {})


def _arn(bucket: str, key: str | None) -> str:
    return f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
