"""The notebook instance of the synthesized stack: as the pipeline file has it, and closed."""

import base64
import re
from typing import Any

import pytest

from stacks.notebook.lifecycle import LONGEST
from tests.infrastructure.conftest import ROOT, Synthesized, flat, synthesize

GIVEN = """
notebook:
  name: reading-room
  instanceType: ml.m7i.large
  volumeSizeInGB: 42
  idleMinutes: 25
  subnetId: subnet-0123456789abcdef0
  securityGroupIds: [sg-0123456789abcdef0]
"""


def only(stack: Synthesized, kind: str) -> dict[str, Any]:
    [resource] = stack.of_type(f"AWS::SageMaker::{kind}").values()
    return dict(resource["Properties"])


def script(stack: Synthesized) -> str:
    [hook] = only(stack, "NotebookInstanceLifecycleConfig")["OnStart"]
    return flat(hook["Content"]["Fn::Base64"])


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """The default pipeline with every key of its notebook set."""
    folder = tmp_path_factory.mktemp("given")
    text = (ROOT / "pipelines" / "movielens.yaml").read_text().partition("\nnotebook:")[0]
    file = folder / "pipeline.yaml"
    file.write_text(text + GIVEN)
    return synthesize(file, folder / "assembly")


def test_the_instance_is_as_the_pipeline_file_has_it(given: Synthesized) -> None:
    instance = only(given, "NotebookInstance")

    assert instance["NotebookInstanceName"] == "reading-room"
    assert instance["InstanceType"] == "ml.m7i.large"
    assert instance["VolumeSizeInGB"] == 42
    assert "IDLE_MINUTES='25'" in script(given)


def test_an_instance_in_a_subnet_is_cut_off_from_the_internet(given: Synthesized) -> None:
    instance = only(given, "NotebookInstance")

    assert instance["DirectInternetAccess"] == "Disabled"
    assert instance["SubnetId"] == "subnet-0123456789abcdef0"
    assert instance["SecurityGroupIds"] == ["sg-0123456789abcdef0"]


def test_nobody_is_root_on_it_and_its_credentials_need_a_session(movielens: Synthesized) -> None:
    instance = only(movielens, "NotebookInstance")

    assert instance["RootAccess"] == "Disabled"
    metadata = instance["InstanceMetadataServiceConfiguration"]
    assert metadata == {"MinimumInstanceMetadataServiceVersion": "2"}


def test_the_start_script_has_every_output_of_the_stack(movielens: Synthesized) -> None:
    [line] = [line for line in script(movielens).splitlines() if line.startswith("STACK_JSON=")]

    assert set(re.findall(r'"(\w+)":"', line)) == set(movielens.template["Outputs"])


def test_the_start_script_is_short_enough_for_sagemaker(given: Synthesized) -> None:
    # References become names and ARNs: none of ours is longer than this.
    longest = re.sub(r"<[\w.:]+>", "x" * 160, script(given))

    assert len(base64.b64encode(longest.encode())) < LONGEST


def test_the_instance_talks_to_aws_only_while_it_starts(movielens: Synthesized) -> None:
    text = script(movielens)

    assert set(re.findall(r"\bhttps?://[\w.-]+", text)) == {"https://localhost"}
    fetching = re.findall(r"\b(?:aws|curl|wget|pip|conda|yum|dnf|git|npm)\b \S+ \S+", text)
    assert fetching == ["aws s3 cp"]


def test_the_role_makes_and_deletes_in_the_workshops_names_only(movielens: Synthesized) -> None:
    own = ("movielens-workshop-*", "event-tracker/*")  # a tracker's ARN ends in the service's id
    changing = [
        flat(resource)
        for statement in of_the_role(movielens)
        if any(re.match(r"personalize:(Create|Delete|Update|Put(Items|Users))", a)
               for a in statement["Action"])
        for resource in statement["Resource"]
    ]  # fmt: skip

    assert changing
    assert [arn for arn in changing if not arn.endswith(own)] == []


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def of_the_role(stack: Synthesized) -> list[dict[str, Any]]:
    """The role's statements, action and resource as lists."""
    [policy] = [p for n, p in stack.of_type("AWS::IAM::Policy").items() if n.startswith("Notebook")]
    return [
        {**s, "Action": listed(s["Action"]), "Resource": listed(s["Resource"])}
        for s in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_a_pipeline_without_a_notebook_has_none(stack: Synthesized) -> None:
    has = [kind for kind in kinds(stack) if kind.startswith("AWS::SageMaker::")]

    assert bool(has) == ("NotebookInstanceName" in stack.template["Outputs"])


def kinds(stack: Synthesized) -> set[str]:
    return {resource["Type"] for resource in stack.template["Resources"].values()}
