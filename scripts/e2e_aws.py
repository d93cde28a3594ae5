"""The whole journey in a real AWS account: for those who have one. Never run by the tests.

    make e2e-aws                 says what it would do and what that would cost; touches nothing
    make e2e-aws SPEND=yes       asks once more, then deploys, drops, recommends, destroys, looks

What the services answer (members, error codes, seconds; no values) is kept in
`build/e2e-aws/answers.jsonl`, so that what the emulator infers can be checked and marked verified.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lambdas.cost.estimate import DataFacts, Estimate, SolutionPlan, estimate  # noqa: E402
from lambdas.cost.prices import SHIPPED, Prices  # noqa: E402
from lambdas.shared.settings import Pipeline  # noqa: E402
from lambdas.shared.settings.loader import load_pipeline  # noqa: E402
from localcloud.data.sources import movielens  # noqa: E402
from localcloud.pipeline.drop import new_drop_id  # noqa: E402

# MovieLens 100K as a drop: rows of interactions, bytes of all files.
SMALL = DataFacts(interactions=100_000, imported_bytes=5_000_000)
HOURS_SERVING = 2.0  # campaigns bill from the moment they are ACTIVE until the destroy
_WAIT_HOURS, _POLL_SECONDS = 12, 60
_CDK = ("npx", "--yes", "aws-cdk@2")
_GROUP_LISTS = ("dataset_groups", "schemas", "solutions", "campaigns", "event_trackers")

Say = Callable[[str], None]


@dataclass
class Answers:
    """Keeps the shape of every answer: which members came, which error, after how long."""

    file: Path
    started: dict[int, float] = field(default_factory=dict)

    def attach(self, client: Any) -> Any:  # noqa: ANN401 - any client
        """Listen to a client and return it."""
        client.meta.events.register("before-call", self._begin)
        client.meta.events.register("after-call", self._end)
        return client

    def _begin(self, context: dict[str, Any], **_: object) -> None:
        self.started[id(context)] = time.monotonic()

    def _end(
        self,
        context: dict[str, Any],
        model: Any,  # noqa: ANN401 - botocore's own object
        parsed: dict[str, Any],
        **_: object,
    ) -> None:
        began = self.started.pop(id(context), time.monotonic())
        line = {
            "service": model.service_model.service_name,
            "operation": model.name,
            "seconds": round(time.monotonic() - began, 3),
            "error": parsed.get("Error", {}).get("Code"),
            "message": parsed.get("Error", {}).get("Message"),
            "shape": shape_of({k: v for k, v in parsed.items() if k != "ResponseMetadata"}),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a") as out:
            out.write(json.dumps(line) + "\n")


def shape_of(value: object) -> object:
    """The structure of an answer without its values: members and types."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return type(value).__name__


@dataclass(frozen=True)
class Step:
    """One step of the journey."""

    words: str
    do: Callable[[], object]


@dataclass
class Journey:
    """Deploy, drop, wait, recommend, destroy, look: each step tells what it does first."""

    pipeline: Pipeline
    answers: Answers
    folder: Path
    outputs: dict[str, str] = field(default_factory=dict)
    execution: str = ""

    def steps(self) -> list[Step]:
        """The steps in their order."""
        stack = self.pipeline.stack_name
        return [
            Step(f"deploy {stack} with the CDK", lambda: self._cdk("deploy")),
            Step("drop MovieLens 100K into its bucket", self._drop),
            Step(f"wait for the run, {_WAIT_HOURS} hours at most", self._wait),
            Step("ask every campaign for recommendations", self._ask),
            Step(f"destroy {stack}", self._destroy),
            Step("look for anything that is left", self._look),
        ]

    def client(self, service: str) -> Any:  # noqa: ANN401 - any client
        """A client whose answers are kept."""
        sessions: Any = boto3
        return self.answers.attach(sessions.client(service))

    def _cdk(self, command: str, *more: str) -> None:
        subprocess.run([*_CDK, command, *more, "--require-approval", "never"], cwd=ROOT, check=True)
        if command == "deploy":
            stacks = self.client("cloudformation").describe_stacks(
                StackName=self.pipeline.stack_name
            )["Stacks"]
            self.outputs = {o["OutputKey"]: o["OutputValue"] for o in stacks[0]["Outputs"]}

    def _drop(self) -> None:
        drop, s3 = movielens(self.folder / "data"), self.client("s3")
        prefix = f"drops/{new_drop_id()}"
        for file in sorted(drop.folder.glob("*.csv")):
            s3.upload_file(str(file), self.outputs["DataBucketName"], f"{prefix}/{file.name}")
        s3.put_object(Bucket=self.outputs["DataBucketName"], Key=f"{prefix}/_SUCCESS", Body=b"")

    def _wait(self) -> None:
        states, machine = self.client("stepfunctions"), self.outputs["StateMachineArn"]
        deadline = time.monotonic() + _WAIT_HOURS * 3600
        while time.monotonic() < deadline:
            listed = states.list_executions(stateMachineArn=machine, maxResults=1)["executions"]
            if listed and listed[0]["status"] != "RUNNING":
                if listed[0]["status"] != "SUCCEEDED":
                    sys.exit(f"The run ended as {listed[0]['status']}; the stack is still there.")
                return
            time.sleep(_POLL_SECONDS)
        sys.exit(f"The run still goes on after {_WAIT_HOURS} hours; the stack is still there.")

    def _ask(self) -> None:
        personalize, runtime = self.client("personalize"), self.client("personalize-runtime")
        prefix = f"{self.pipeline.name}-"
        for campaign in personalize.list_campaigns(maxResults=100)["campaigns"]:
            if campaign["name"].startswith(prefix):
                runtime.get_recommendations(campaignArn=campaign["campaignArn"], userId="1")

    def _destroy(self) -> None:
        self._cdk("destroy", "--force")

    def _look(self) -> None:
        left = list(self._left())
        if left:
            sys.exit("Left behind:\n" + "\n".join(left))

    def _left(self) -> Iterator[str]:
        personalize, name = self.client("personalize"), self.pipeline.name
        for kind in _GROUP_LISTS:
            for page in personalize.get_paginator(f"list_{kind}").paginate():
                found = next(value for value in page.values() if isinstance(value, list))
                yield from (r["name"] for r in found if r["name"].startswith((name, f"{name}-")))


def priced(pipeline: Pipeline) -> Estimate:
    """What a run on the small data set costs."""
    plans = [
        SolutionPlan(
            name=solution.name,
            recipe=solution.recipe,
            perform_hpo=solution.perform_hpo,
            min_provisioned_tps=solution.campaign.min_provisioned_tps if solution.campaign else 0,
        )
        for solution in pipeline.solutions
    ]
    prices = Prices.model_validate_json(SHIPPED.read_text())
    return estimate(plans, SMALL, prices)


def plan(pipeline: Pipeline, steps: Iterable[Step]) -> str:
    """What would be done, and what it would cost."""
    cost = priced(pipeline)
    serving = cost.serving_usd_per_month / 730 * HOURS_SERVING
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
    options = parser.parse_args(arguments)
    pipeline = load_pipeline(options.pipeline)
    answers = Answers(ROOT / "build" / "e2e-aws" / "answers.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        steps = Journey(pipeline, answers, Path(folder)).steps()
        say(plan(pipeline, steps))
        if options.spend != "yes":
            say("Nothing was done. To do it: make e2e-aws SPEND=yes")
            return 0
        if ask(f"Type the stack's name, {pipeline.stack_name}, to spend: ") != pipeline.stack_name:
            say("Nothing was done.")
            return 1
        for step in steps:
            say(step.words)
            step.do()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
