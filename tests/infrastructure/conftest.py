"""The shipped pipelines, synthesized once for all tests of this folder."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from localcloud.deploy.synthesis import one_at_a_time

ROOT = Path(__file__).resolve().parents[2]
PIPELINES = sorted(path.stem for path in (ROOT / "pipelines").glob("*.yaml"))


@dataclass(frozen=True)
class Synthesized:
    """A template as CloudFormation would get it."""

    template: dict[str, Any]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the resources of a type by their logical ids."""
        resources = self.template["Resources"].items()
        return {name: resource for name, resource in resources if resource["Type"] == kind}

    def statements(self) -> list[tuple[str, dict[str, Any]]]:
        """Return every policy statement of every role, with the policy's logical id."""
        return [
            (name, statement)
            for name, policy in self.of_type("AWS::IAM::Policy").items()
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]

    def definition(self, name: str) -> dict[str, Any]:
        """Return the definition of the state machine of that name, references as ``<Ref>``."""
        for machine in self.of_type("AWS::StepFunctions::StateMachine").values():
            if machine["Properties"]["StateMachineName"] == name:
                return dict(json.loads(flat(machine["Properties"]["DefinitionString"])))
        raise LookupError(name)


def flat(value: object) -> str:
    """Return a value of CloudFormation as text, each reference in angle brackets."""
    if isinstance(value, str):
        return value
    assert isinstance(value, dict)
    if "Fn::Join" in value:
        return "".join(flat(part) for part in value["Fn::Join"][1])
    if "Fn::GetAtt" in value:
        return f"<{'.'.join(value['Fn::GetAtt'])}>"
    if "Fn::Sub" in value:
        return str(value["Fn::Sub"]).replace("${", "<").replace("}", ">")
    return f"<{value['Ref']}>"


def synthesize(pipeline: Path, folder: Path) -> Synthesized:
    """Run app.py as the CDK command line does, without account, region and network.

    One at a time, whichever test asks: every synthesis gathers the handlers in the same folder.
    """
    environment = os.environ | {"PIPELINE": str(pipeline), "CDK_OUTDIR": str(folder)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    with one_at_a_time(ROOT):
        subprocess.run(
            [sys.executable, "app.py"], cwd=ROOT, env=environment | {"PATH": path}, check=True
        )
    [template] = folder.glob("*.template.json")
    return Synthesized(json.loads(template.read_text()))


@cache
def shipped(name: str, folder: Path) -> Synthesized:
    """Return a shipped pipeline, synthesized once for all who ask."""
    return synthesize(ROOT / "pipelines" / f"{name}.yaml", folder / name)


@pytest.fixture(scope="session", params=PIPELINES)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Each shipped pipeline in turn."""
    return shipped(request.param, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def movielens(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """The default pipeline."""
    return shipped("movielens", tmp_path_factory.getbasetemp())
