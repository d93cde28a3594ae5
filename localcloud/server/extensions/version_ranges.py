"""A stretch of an object is read from the version that is named, too.

MiniStack slices only an object's present version and answers `Range` with `versionId` by the whole
of it. S3 takes both together
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html), and whoever downloads a large
version in pieces, as boto3 does, relies on it.
"""

from typing import Any

from ministack.services import s3

from localcloud.server.extensions.patching import Untyped, private, replace

_OK, _PARTIAL, _UNSATISFIABLE = 200, 206, 416
# A checksum of the whole says nothing of a slice; S3 leaves it out then.
_CHECKSUMS = "x-amz-checksum-"

Headers = dict[str, Any]


def install() -> None:
    """Replace `_get_object`."""
    replace(s3, "_get_object", _sliced(private(s3, "_get_object")))


def _sliced(get_object: Untyped) -> Untyped:
    def sliced(bucket: str, key: str, headers: Headers, query: Untyped = None) -> Untyped:
        status, answered, body = get_object(bucket, key, headers, query)
        wanted = headers.get("range", "")
        if status != _OK or not wanted or not private(s3, "_qp")(query or {}, "versionId", ""):
            return status, answered, body
        stretch = private(s3, "_parse_range")(wanted, len(body))
        if stretch is None:
            error = private(s3, "_xml_body")(private(s3, "_range_error_xml")(bucket, key))
            about = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
            return _UNSATISFIABLE, about, error
        first, last = stretch
        kept = {name: value for name, value in answered.items() if not _is_checksum(name)}
        kept["Content-Length"] = str(last - first + 1)
        kept["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        return _PARTIAL, kept, body[first : last + 1]

    return sliced


def _is_checksum(header: str) -> bool:
    return header.lower().startswith(_CHECKSUMS)
