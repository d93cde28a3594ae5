"""S3 and Personalize, as far as the handlers' steps know them; strict about what they are asked."""

import io
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError


def refused(
    code: str, operation: str = "Call", message: str = "no", status: int = 400
) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, operation)


class FakeS3:
    """Objects by key, with conditional writes; ``before_put`` plays somebody else."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.before_put: list[tuple[str, bytes]] = []

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
        if Key not in self.objects:
            raise refused("NoSuchKey", "GetObject", status=404)
        body = self.objects[Key]
        return {"Body": io.BytesIO(body), "ETag": self._etag(Key)}

    def put_object(self, *, Key: str, Body: bytes, **more: Any) -> dict[str, Any]:  # noqa: N803
        while self.before_put:
            key, body = self.before_put.pop()
            self.objects[key] = body
        wanted = more.get("IfMatch")
        taken = more.get("IfNoneMatch") == "*" and Key in self.objects
        if taken or (wanted and wanted != self._etag(Key)):
            raise refused("PreconditionFailed", "PutObject", status=412)
        self.objects[Key] = Body
        return {"ETag": self._etag(Key)}

    def head_object(self, *, Bucket: str, Key: str, VersionId: str) -> dict[str, Any]:  # noqa: N803, ARG002
        return {"ContentLength": len(self.objects[Key])}

    def get_paginator(self, operation: str) -> "FakeS3":
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803, ARG002
        yield {}
        yield {"Contents": [{"Key": key} for key in sorted(self.objects) if key.startswith(Prefix)]}

    def _etag(self, key: str) -> str:
        return f'"{sha256(self.objects[key]).hexdigest()}"' if key in self.objects else ""


class FakePersonalize:
    """Campaigns, versions and their metrics, by ARN."""

    def __init__(self) -> None:
        self.campaigns: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, dict[str, Any]] = {}
        self.metrics: dict[str, dict[str, float]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def describe_campaign(self, *, campaignArn: str) -> dict[str, Any]:  # noqa: N803
        if campaignArn not in self.campaigns:
            raise refused("ResourceNotFoundException", "DescribeCampaign")
        return {"campaign": {"campaignArn": campaignArn, **self.campaigns[campaignArn]}}

    def describe_solution_version(self, *, solutionVersionArn: str) -> dict[str, Any]:  # noqa: N803
        if solutionVersionArn not in self.versions:
            raise refused("ResourceNotFoundException", "DescribeSolutionVersion")
        return {"solutionVersion": self.versions[solutionVersionArn]}

    def get_solution_metrics(self, *, solutionVersionArn: str) -> dict[str, Any]:  # noqa: N803
        if solutionVersionArn not in self.metrics:
            raise refused("ResourceNotFoundException", "GetSolutionMetrics")
        return {"metrics": self.metrics[solutionVersionArn]}

    def get_paginator(self, operation: str) -> "FakePersonalize":
        assert operation == "list_campaigns"
        return self

    def paginate(self, *, solutionArn: str) -> Iterator[dict[str, Any]]:  # noqa: N803, ARG002
        yield {"campaigns": [{"campaignArn": arn, **c} for arn, c in self.campaigns.items()]}

    def delete_campaign(self, **request: Any) -> dict[str, Any]:
        self.calls.append(("delete", request))
        return {}

    def update_campaign(self, **request: Any) -> dict[str, Any]:
        self.calls.append(("update", request))
        return request
