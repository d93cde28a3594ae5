"""Buckets: versions, delete markers and uploads, page by page."""

from typing import Any

import pytest

from lambdas.shared.errors import AccessRefusedError, TransientError
from lambdas.teardown.bucket.empty import PAGES_A_STEP
from lambdas.teardown.bucket.step import take
from tests.unit.teardown.conftest import Aws, AwsError, Scope


class Store:
    """A versioned bucket: what S3 lists, and what is left of it."""

    def __init__(self, aws: Aws, versions: int, markers: int = 0, uploads: int = 0) -> None:
        self.page = 1000
        self.items = [("Versions", f"k{n}", f"v{n}") for n in range(versions)]
        self.items += [("DeleteMarkers", f"k{n}", f"m{n}") for n in range(markers)]
        self.uploads = [{"Key": f"u{n}", "UploadId": f"i{n}"} for n in range(uploads)]
        self.refuse: dict[str, str] = {}
        aws.answers |= {
            "ListObjectVersions": self.list,
            "DeleteObjects": self.delete,
            "ListMultipartUploads": lambda _: {"Uploads": list(self.uploads)},
            "AbortMultipartUpload": self.abort,
        }

    def list(self, request: dict[str, Any]) -> dict[str, Any]:
        start = int(request.get("KeyMarker", 0))
        page = self.items[start : start + self.page]
        answer: dict[str, Any] = {"IsTruncated": start + self.page < len(self.items)}
        for kind, key, version in page:
            answer.setdefault(kind, []).append({"Key": key, "VersionId": version})
        return answer | {"NextKeyMarker": str(start + self.page), "NextVersionIdMarker": "x"}

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        gone = {(item["Key"], item["VersionId"]) for item in request["Delete"]["Objects"]}
        refused = [key for key, _ in gone if key in self.refuse]
        self.items = [i for i in self.items if (i[1], i[2]) not in gone or i[1] in refused]
        return {"Errors": [{"Key": key, "Code": self.refuse[key]} for key in refused]}

    def abort(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["UploadId"] == "i1":
            raise AwsError("NoSuchUpload", status=404)
        self.uploads = [u for u in self.uploads if u["UploadId"] != request["UploadId"]]
        return {}


def test_versions_delete_markers_and_uploads_all_go(aws: Aws, scope: Scope) -> None:
    store = Store(aws, versions=1500, markers=700, uploads=1)

    done = take({"scope": scope})

    assert (store.items, store.uploads) == ([], [])
    assert done["remaining"] == 0
    assert {entry["kind"]: entry["count"] for entry in done["deleted"]} == {
        "object version": 2200,
        "multipart upload": 1,
    }


def test_an_upload_that_was_completed_meanwhile_is_not_counted(aws: Aws, scope: Scope) -> None:
    store = Store(aws, versions=0, uploads=2)

    done = take({"scope": scope})

    assert [upload["UploadId"] for upload in store.uploads] == ["i1"]
    assert [entry["count"] for entry in done["deleted"]] == [1]


def test_a_step_is_bounded_and_the_next_one_goes_on(aws: Aws, scope: Scope) -> None:
    store = Store(aws, versions=PAGES_A_STEP + 5)
    store.page = 1

    first, second = take({"scope": scope}), take({"scope": scope})

    assert first["remaining"] > 0
    assert first["deleted"][0]["count"] == PAGES_A_STEP
    assert (second["remaining"], store.items) == (0, [])


def test_an_empty_bucket_and_one_that_is_gone_need_nothing(aws: Aws, scope: Scope) -> None:
    Store(aws, versions=0)
    assert take({"scope": scope})["deleted"] == []

    aws.answers["ListObjectVersions"] = AwsError("NoSuchBucket", status=404)
    assert take({"scope": scope})["remaining"] == 0
    assert aws.changes == []


def test_an_object_that_is_locked_is_left_and_named_instead_of_tried_forever(
    aws: Aws, scope: Scope
) -> None:
    store = Store(aws, versions=3)
    store.refuse["k1"] = "AccessDenied"

    done = take({"scope": scope})

    assert done["remaining"] == 0
    assert [(entry["count"], entry["reason"]) for entry in done["left"]] == [
        (1, "k1: AccessDenied")
    ]


def test_an_object_that_s3_stumbles_over_is_worth_another_try(aws: Aws, scope: Scope) -> None:
    store = Store(aws, versions=3)
    store.refuse["k1"] = "InternalError"

    with pytest.raises(TransientError):
        take({"scope": scope})


def test_a_bucket_that_may_not_be_read_fails_by_name(aws: Aws, scope: Scope) -> None:
    aws.answers["ListObjectVersions"] = AwsError("AccessDenied", status=403)

    with pytest.raises(AccessRefusedError):
        take({"scope": scope})


def test_a_retained_bucket_is_not_even_listed(aws: Aws, scope: Scope) -> None:
    done = take({"scope": scope | {"retain": {"dataBucket": True}}})

    assert aws.calls == []
    assert "retain.dataBucket" in done["kept"][0]["reason"]


def test_a_dry_run_counts_and_deletes_nothing(aws: Aws, scope: Scope) -> None:
    store = Store(aws, versions=1200, markers=1, uploads=1)

    done = take({"scope": scope, "dryRun": True})

    assert len(store.items) == 1201
    assert aws.changes == []
    assert [entry["count"] for entry in done["deleted"]] == [1201, 1]
