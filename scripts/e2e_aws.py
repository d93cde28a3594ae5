"""The whole journey in a real AWS account: for those who have one. It was never run on AWS.

    make e2e-aws                 says what it would do and what that would cost; touches nothing
    make e2e-aws SPEND=yes       asks once more, then deploys, drops, recommends, destroys, looks

The tests run the same journey on the local cloud (tests/e2e/test_journeys.py): there the CDK's
command line is replaced, everything else is this. What the services answer (members, error codes,
seconds; no values) is kept in `build/e2e-aws/answers.jsonl`, beside it the same of the local cloud:

    python -m scripts.e2e_aws --compare build/e2e-aws/answers.jsonl build/e2e-aws/local.jsonl

names what the emulator infers and AWS answers otherwise; what agrees can be marked as verified.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import boto3

from lambdas.cost.estimate import DataFacts, Estimate, SolutionPlan, estimate
from lambdas.cost.prices import SHIPPED, Prices
from lambdas.shared.settings.loader import load_pipeline
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.recipes import RECIPES
from localcloud.data.sources import movielens
from localcloud.inventory import inventory
from localcloud.pipeline.drop import new_drop_id
from scripts.answers import Answers, differences, read

ROOT = Path(__file__).resolve().parents[1]
ANSWERS = ROOT / "build" / "e2e-aws" / "answers.jsonl"
# MovieLens 100K as a drop: rows of interactions, bytes of all files.
SMALL = DataFacts(interactions=100_000, imported_bytes=5_000_000)
HOURS_SERVING = 2.0  # campaigns bill from the moment they are ACTIVE until the destroy
_WAIT_HOURS, _POLL_SECONDS = 12, 60.0
_CDK = ("npx", "--yes", "aws-cdk@2")

Say = Callable[[str], None]


class Cloud(Protocol):
    """What the journey needs of a cloud beside its services."""

    def client(self, service: str) -> Any:  # noqa: ANN401 - any client
        """A boto3 client."""

    def deploy(self) -> dict[str, str]:
        """Stand the stack up; its outputs."""

    def destroy(self) -> None:
        """Take the stack down."""


@dataclass(frozen=True)
class Aws:
    """The account that the environment's credentials belong to."""

    pipeline: Path
    stack: str

    def client(self, service: str) -> Any:  # noqa: ANN401 - any client
        """A boto3 client."""
        sessions: Any = boto3
        return sessions.client(service)

    def deploy(self) -> dict[str, str]:
        """Deploy with the CDK; the stack's outputs."""
        self._cdk("deploy", "--require-approval", "never")
        [stack] = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def destroy(self) -> None:
        """Destroy with the CDK."""
        self._cdk("destroy", "--force")

    def _cdk(self, *command: str) -> None:
        environment = os.environ | {"PIPELINE": str(self.pipeline)}
        subprocess.run([*_CDK, *command], cwd=ROOT, env=environment, check=True)


class JourneyError(Exception):
    """Something is not as it should be; the message says what."""


@dataclass(frozen=True)
class Step:
    """One step of the journey."""

    words: str
    do: Callable[[], object]


@dataclass
class Journey:
    """Deploy, drop, wait, recommend, destroy, look: each step tells what it does first.

    Attributes:
        data: The drop's files: `interactions.csv` and so on.
    """

    pipeline: Pipeline
    cloud: Cloud
    answers: Answers
    data: Callable[[], Path]
    poll_seconds: float = _POLL_SECONDS
    outputs: dict[str, str] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)

    def steps(self) -> list[Step]:
        """What is done while the stack stands."""
        stack = self.pipeline.stack_name
        return [
            Step(f"deploy {stack} with the CDK", self._deploy),
            Step("drop MovieLens 100K into its bucket", self._drop),
            Step(f"wait for the run, {_WAIT_HOURS} hours at most", self._wait),
            Step("ask every campaign for recommendations", self._ask),
        ]

    def last_steps(self) -> list[Step]:
        """What is done whatever happened before: nothing may go on billing."""
        return [
            Step(f"destroy {self.pipeline.stack_name}", self.cloud.destroy),
            Step("look for anything that is left", self._look),
        ]

    def go(self, say: Say) -> None:
        """Take every step; the last ones in any case.

        Raises:
            JourneyError: A step did not do what it should.
        """
        try:
            _take(self.steps(), say)
        finally:
            _take(self.last_steps(), say)

    def client(self, service: str) -> Any:  # noqa: ANN401 - any client
        """A client whose answers are kept."""
        return self.answers.attach(self.cloud.client(service))

    def _deploy(self) -> None:
        self.outputs = self.cloud.deploy()

    def _drop(self) -> None:
        s3, bucket, prefix = self.client("s3"), self.outputs["DataBucketName"], new_drop_id()
        self.before = {one["executionArn"] for one in self._executions()}
        folder = self.data()
        for kind in self.pipeline.datasets.present:
            s3.upload_file(str(folder / f"{kind}.csv"), bucket, f"drops/{prefix}/{kind}.csv")
        s3.put_object(Bucket=bucket, Key=f"drops/{prefix}/_SUCCESS", Body=b"")

    def _wait(self) -> None:
        deadline = time.monotonic() + _WAIT_HOURS * 3600
        while time.monotonic() < deadline:
            ours = [one for one in self._executions() if one["executionArn"] not in self.before]
            if any(one["status"] == "SUCCEEDED" for one in ours):
                return
            if ours and ours[0]["status"] != "RUNNING":
                raise JourneyError(self._why(ours[0]["executionArn"]))
            time.sleep(self.poll_seconds)
        raise JourneyError(f"The run still goes on after {_WAIT_HOURS} hours.")

    def _why(self, execution: str) -> str:
        told = self.client("stepfunctions").describe_execution(executionArn=execution)
        return f"The run ended as {told['status']}: {told.get('error')}: {told.get('cause')}"

    def _executions(self) -> list[dict[str, Any]]:
        states, machine = self.client("stepfunctions"), self.outputs["StateMachineArn"]
        return list(states.list_executions(stateMachineArn=machine)["executions"])

    def _ask(self) -> None:
        arns = self._campaigns()
        for solution in self.pipeline.solutions:
            campaign = arns.get(self.pipeline.campaign_name(solution) or "")
            if campaign and not self._recommended(campaign, RECIPES[solution.recipe].question):
                raise JourneyError(f"{campaign} recommends nothing.")

    def _campaigns(self) -> dict[str, str]:
        listed = self.client("personalize").list_campaigns(maxResults=100)["campaigns"]
        return {one["name"]: one["campaignArn"] for one in listed}

    def _recommended(self, campaign: str, question: str) -> list[Any]:
        runtime = self.client("personalize-runtime")
        if question == "ranking":
            ranked = runtime.get_personalized_ranking(
                campaignArn=campaign, userId="1", inputList=["1", "2", "3"]
            )
            return list(ranked["personalizedRanking"])
        about = {"itemId": "1"} if question == "item" else {"userId": "1"}
        return list(runtime.get_recommendations(campaignArn=campaign, **about)["itemList"])

    def _look(self) -> None:
        left = inventory(self.cloud, self.pipeline.name)
        if left:
            raise JourneyError(f"Left behind: {', '.join(f'{x.kind} {x.name}' for x in left)}")


def _take(steps: Sequence[Step], say: Say) -> None:
    for step in steps:
        say(step.words)
        step.do()


def priced(pipeline: Pipeline) -> Estimate:
    """What a run on the small data set costs."""
    plans = [
        SolutionPlan(
            name=solution.name,
            recipe=solution.recipe,
            perform_hpo=solution.perform_hpo,
            min_provisioned_tps=solution.campaign.min_provisioned_tps
            if solution.campaign and pipeline.serves(solution)
            else 0,
        )
        for solution in pipeline.solutions
    ]
    prices = Prices.model_validate_json(SHIPPED.read_text())
    return estimate(plans, SMALL, prices)


def plan(journey: Journey) -> str:
    """What would be done, and what it would cost."""
    cost = priced(journey.pipeline)
    serving = cost.serving_usd_per_month / 730 * HOURS_SERVING
    steps = [*journey.steps(), *journey.last_steps()]
    lines = [f"{number}. {step.words}" for number, step in enumerate(steps, 1)]
    total = cost.run_usd + serving
    lines.append(
        f"Estimate: about {total:.2f} USD (trainings and import {cost.run_usd:.2f}, campaigns for "
        f"{HOURS_SERVING:g} hours {serving:.2f}; prices of {cost.prices_checked}), "
        "the notebook instance and what the account's taxes add aside."
    )
    return "\n".join(lines)


def main(arguments: Sequence[str], *, ask: Callable[[str], str] = input, say: Say = print) -> int:
    """Say what would be done; do it only when told to twice.

    Returns:
        0 when everything asked for was done.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spend", choices=("yes", "no"), default="no")
    parser.add_argument("--pipeline", type=Path, default=ROOT / "pipelines" / "movielens.yaml")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("AWS", "LOCAL"))
    options = parser.parse_args(arguments)
    if options.compare:
        found = differences(*map(read, options.compare))
        say("\n".join(found) or "They answer alike.")
        return 1 if found else 0
    pipeline = load_pipeline(options.pipeline)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        cloud = Aws(options.pipeline, pipeline.stack_name)
        journey = Journey(pipeline, cloud, Answers(ANSWERS), lambda: movielens(data).folder)
        return _spend(journey, agreed=options.spend == "yes", ask=ask, say=say)


def _spend(journey: Journey, *, agreed: bool, ask: Callable[[str], str], say: Say) -> int:
    say(plan(journey))
    if not agreed:
        say("Nothing was done. To do it: make e2e-aws SPEND=yes")
        return 0
    stack = journey.pipeline.stack_name
    if ask(f"Type the stack's name, {stack}, to spend: ") != stack:
        say("Nothing was done.")
        return 1
    try:
        journey.go(say)
    except (JourneyError, subprocess.CalledProcessError) as error:
        say(str(error))
        return 1
    say(f"Everything went as it should; {ANSWERS} has what the services answered.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
