"""A campaign over 10,000 generated items, made by the API, for the benchmarks to ask."""

import json
import time
from pathlib import Path
from typing import Any

from personalize_emulator.api.http import HttpRequest
from personalize_emulator.evaluation.generator import World, generate
from personalize_emulator.objects import FolderObjects
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import EmulatorSettings

ITEMS = 10_000
USERS = 2_000


def prepare(folder: Path) -> str:
    """Import generated data, train, deploy; return the campaign's ARN."""
    bucket = folder / "s3" / "bucket"
    generate(1, World(users=USERS, items=ITEMS)).write(bucket)
    settings = EmulatorSettings(state_dir=folder / "state")
    with PersonalizeService(settings, objects=FolderObjects(folder / "s3")) as service:
        return deploy(service)


def deploy(service: PersonalizeService) -> str:
    """Go the way from a CSV file to a campaign by the API."""
    group = call(service, "CreateDatasetGroup", name="serving")["datasetGroupArn"]
    wait(service, "DatasetGroup", datasetGroupArn=group)
    fields = [{"name": name, "type": "string"} for name in ("USER_ID", "ITEM_ID", "EVENT_TYPE")]
    fields.append({"name": "TIMESTAMP", "type": "long"})
    avro = json.dumps({"type": "record", "name": "Interactions", "fields": fields})
    schema = call(service, "CreateSchema", name="serving", schema=avro)["schemaArn"]
    named = {"name": "serving", "datasetGroupArn": group}
    dataset = call(service, "CreateDataset", **named, schemaArn=schema, datasetType="Interactions")[
        "datasetArn"
    ]
    job = call(
        service,
        "CreateDatasetImportJob",
        jobName="serving",
        datasetArn=dataset,
        dataSource={"dataLocation": "s3://bucket/interactions.csv"},
        roleArn="arn:aws:iam::000000000000:role/serving",
    )
    wait(service, "DatasetImportJob", **job)
    recipe = "arn:aws:personalize:::recipe/aws-user-personalization"
    solution = call(service, "CreateSolution", **named, recipeArn=recipe, performAutoTraining=False)
    version = call(service, "CreateSolutionVersion", **solution)
    wait(service, "SolutionVersion", **version)
    campaign = call(service, "CreateCampaign", name="serving", **version)
    wait(service, "Campaign", **campaign)
    move(service, call(service, "CreateEventTracker", **named)["trackingId"])
    return str(campaign["campaignArn"])


def move(service: PersonalizeService, tracking_id: str) -> None:
    """Give the second half of the users one event each, after the training."""
    for number in range(USERS // 2 + 1, USERS + 1):
        event = {"eventType": "click", "itemId": f"i{number:05d}", "sentAt": time.time()}
        request = {
            "trackingId": tracking_id,
            "userId": user_id(number),
            "sessionId": user_id(number),
            "eventList": [event],
        }
        answer = service.handle(
            HttpRequest("POST", "/events", "", {}, json.dumps(request).encode())
        )
        if answer.status != 200:
            raise RuntimeError(answer.body.decode())


def user_id(number: int) -> str:
    """Return a user's id in the generated data; the first has the number 1."""
    return f"u{number:04d}"


def call(service: PersonalizeService, operation: str, **request: Any) -> Any:  # noqa: ANN401
    """Call a control-plane operation; raises RuntimeError with the service's answer."""
    headers = {"x-amz-target": f"AmazonPersonalize.{operation}"}
    body = json.dumps(request).encode()
    answer = service.handle(HttpRequest("POST", "/", "", headers, body))
    if answer.status != 200:
        raise RuntimeError(answer.body.decode())
    return json.loads(answer.body)


def wait(service: PersonalizeService, kind: str, **arn: str) -> None:
    """Wait until a resource is ACTIVE; raises RuntimeError if it fails."""
    while True:
        (shown,) = call(service, f"Describe{kind}", **arn).values()
        if shown["status"] == "ACTIVE":
            return
        if "FAILED" in shown["status"]:
            raise RuntimeError(shown["failureReason"])
        time.sleep(0.05)
