"""One drop looked at: its objects pinned by version, its rows counted, its findings worded."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import boto3
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

MIN_INTERACTIONS = 1_000
MIN_USERS_WITH_TWO = 25
DATASETS = ("interactions", "items", "users", "actions", "actionInteractions")


class Drop(BaseModel):
    """What the state machine asks to be looked at."""

    model_config = ConfigDict(alias_generator=to_camel)

    bucket: str
    prefix: str
    drop_id: str
    schemas: dict[str, dict[str, Any]]


def validate(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was found: ``ok``, one readable message, and the objects by version."""
    drop, client = Drop.model_validate(dict(event)), boto3.client("s3")
    findings: list[str] = []
    objects = []
    for dataset in DATASETS:
        key = f"{drop.prefix}{dataset}.csv"
        listed = client.list_objects_v2(Bucket=drop.bucket, Prefix=key)
        if not any(entry["Key"] == key for entry in listed.get("Contents", [])):
            continue
        answer = client.get_object(Bucket=drop.bucket, Key=key)
        lines = (line.decode("utf-8") for line in answer["Body"].iter_lines())
        columns = [field["name"] for field in drop.schemas[dataset]["fields"]]
        rows = _look(f"{dataset}.csv", lines, columns, findings)
        objects.append(
            {
                "dataset": dataset,
                "key": key,
                "versionId": answer["VersionId"],
                "rows": rows,
                "s3Uri": f"s3://{drop.bucket}/{key}",
            }
        )
    if not any(entry["dataset"] == "interactions" for entry in objects):
        findings.append(f"interactions.csv is missing under {drop.prefix}: every drop needs it")
    message = " ".join(findings) or "sound"
    return {"ok": not findings, "message": message, "findings": findings, "objects": objects}


def _look(name: str, lines: Iterable[str], columns: list[str], findings: list[str]) -> int:
    reader = csv.DictReader(lines)
    missing = [column for column in columns if column not in (reader.fieldnames or [])]
    if missing:
        findings.append(
            f"{name}, line 1: the columns {', '.join(missing)} are missing; the schema wants "
            f"{', '.join(columns)}"
        )
        return 0
    per_user = Counter(row.get("USER_ID", "") for row in reader)
    rows = per_user.total()
    if name.startswith("interactions"):
        findings.extend(_too_few(name, rows, sum(n > 1 for n in per_user.values())))
    elif not rows:
        findings.append(f"{name} has no rows")
    return rows


def _too_few(name: str, rows: int, users: int) -> Iterable[str]:
    if rows < MIN_INTERACTIONS:
        yield f"{name} has {rows} rows, training needs at least {MIN_INTERACTIONS}."
    if users < MIN_USERS_WITH_TWO:
        yield f"{name} has {users} users with two rows, training needs {MIN_USERS_WITH_TWO}."
