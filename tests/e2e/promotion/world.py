"""Data whose worth is known, and the questions that tell which version answers."""

import io
import json
import random
import time
from datetime import UTC, datetime
from typing import Any

from tests.e2e.promotion.listening import Listener
from tests.e2e.runs.pipelines import Deployed, Execution, await_that

USERS, ITEMS, ROWS = 60, 40, 30
DAY = 86_400


def walks(step: int, *, shuffled: bool = False, seed: int = 1) -> bytes:
    """Return interactions in which item n is followed by item n + ``step``.

    Shuffled, the same rows in which nothing follows from anything.
    """
    draw, now = random.Random(seed), int(time.time())
    items = []
    for _ in range(USERS):
        start = draw.randrange(ITEMS)
        items += [(start + step * row) % ITEMS for row in range(ROWS)]
    if shuffled:
        draw.shuffle(items)
    out = io.StringIO()
    out.write("USER_ID,ITEM_ID,TIMESTAMP\n")
    for number, item in enumerate(items):
        user, row = divmod(number, ROWS)
        out.write(f"u{user},i{item},{now - (ROWS - row) * DAY - user}\n")
    return out.getvalue().encode()


class Shop:
    """A deployed pipeline with one solution, ``alike``, and everything that is heard of it."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed = deployed
        self.ears = Listener(deployed)
        self.campaign = f"arn:aws:personalize:us-east-1:000000000000:campaign/{deployed.name}-alike"

    def run(self, drop_id: str, body: bytes) -> Execution:
        """Drop interactions and wait for the end of their run."""
        self.deployed.drop(drop_id, interactions=body)
        [ended] = self.deployed.all_ended(1)
        return ended

    def serving(self) -> dict[str, Any]:
        """Return the campaign's description."""
        answer = self.deployed.clients.personalize.describe_campaign(campaignArn=self.campaign)
        return dict(answer["campaign"])

    def answers(self) -> list[list[str]]:
        """Return what the campaign recommends beside each of some items."""
        runtime = self.deployed.clients.personalize_runtime
        asked = [f"i{number}" for number in range(0, ITEMS, 5)]
        return [
            [
                item["itemId"]
                for item in runtime.get_recommendations(
                    campaignArn=self.campaign, itemId=item, numResults=5
                )["itemList"]
            ]
            for item in asked
        ]

    def versions(self) -> list[str]:
        """Return the solution's versions."""
        solution = self.campaign.replace(":campaign/", ":solution/")
        listed = self.deployed.clients.personalize.list_solution_versions(solutionArn=solution)
        return [version["solutionVersionArn"] for version in listed["solutionVersions"]]

    def campaigns(self) -> list[str]:
        """Return the names of all campaigns of the solution."""
        solution = self.campaign.replace(":campaign/", ":solution/")
        listed = self.deployed.clients.personalize.list_campaigns(solutionArn=solution)
        return [campaign["name"] for campaign in listed["campaigns"]]

    def report(self, drop_id: str) -> dict[str, Any]:
        """Return the run's report."""
        return dict(json.loads(self.read(f"runs/{drop_id}/report.json")))

    def read(self, key: str) -> bytes:
        """Return an object of the data bucket."""
        answer = self.deployed.clients.s3.get_object(Bucket=self.deployed.bucket, Key=key)
        return answer["Body"].read()

    def charge(self, usd: float) -> None:
        """Write a charge of another run into this month's ledger."""
        now = datetime.now(UTC)
        entry = {"what": "training", "about": "other", "usd": usd, "run": "other"}
        self.deployed.clients.s3.put_object(
            Bucket=self.deployed.bucket,
            Key=f"state/costs/{now:%Y-%m}/other.json",
            Body=json.dumps({**entry, "at": now.isoformat()}).encode(),
        )

    def start(self, machine: str, **given: Any) -> dict[str, Any]:
        """Run one of the pipeline's other machines and return how it ended."""
        arn = self.deployed.machine.replace(
            f":{self.deployed.name}", f":{self.deployed.name}-{machine}"
        )
        machines = self.deployed.clients.stepfunctions
        started = machines.start_execution(stateMachineArn=arn, input=json.dumps(given))
        execution = started["executionArn"]
        await_that(
            lambda: machines.describe_execution(executionArn=execution)["status"] != "RUNNING", 120
        )
        return dict(machines.describe_execution(executionArn=execution))
