"""CloudFormation deletes a bucket as S3 does: not one that holds anything, and then for good.

MiniStack's provisioner forgets the bucket whatever lies in it, and leaves its folder on disk, from
which the next start would bring it back. On AWS the deletion of a bucket that is not empty fails
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html), and so does the stack's.
"""

import re
from typing import Any

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from localcloud.server.extensions.patching import private

_NOT_FOUND = 404
_REFUSED = 400
_MESSAGE = re.compile(rb"<Message>(.*?)</Message>")


def install() -> None:
    """Replace the `delete` of `AWS::S3::Bucket` in `_RESOURCE_HANDLERS`."""
    private(provisioners, "_RESOURCE_HANDLERS")["AWS::S3::Bucket"]["delete"] = _delete


def _delete(physical_id: str, _properties: dict[str, Any]) -> None:
    status, _, body = private(s3, "_delete_bucket")(physical_id)
    if status >= _REFUSED and status != _NOT_FOUND:
        found = _MESSAGE.search(body)
        raise ValueError(found.group(1).decode() if found else body.decode())
