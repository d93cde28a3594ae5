"""The assembly is reused when nothing changed, and never when anything did."""

from pathlib import Path

import pytest

from localcloud.deploy.synthesis import synthesize
from localcloud.errors import SynthesisError

APP = """
import json, os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
runs = pathlib.Path("runs.txt")
runs.write_text((runs.read_text() if runs.exists() else "") + "x")
(out / "context.json").write_text(os.environ["CDK_CONTEXT_JSON"])
stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
(out / "manifest.json").write_text(json.dumps({"artifacts": {"some-pipeline": stack}}))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "lambdas").mkdir(parents=True)
    (root / "app.py").write_text(APP)
    (root / "cdk.json").write_text('{"context": {"@aws-cdk/some:flag": true}}')
    (root / "lambdas" / "handler.py").write_text("one = 1\n")
    (root / "pipeline.yaml").write_text("name: some\n")
    return root


def runs(root: Path) -> int:
    return len((root / "runs.txt").read_text())


def test_a_second_synthesis_of_the_same_inputs_runs_nothing(root: Path, tmp_path: Path) -> None:
    first = synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)
    second = synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)

    assert first == second
    assert first.stack_name == "some-pipeline"
    assert runs(root) == 1


@pytest.mark.parametrize(
    "changed", ["app.py", "cdk.json", "pipeline.yaml", "lambdas/handler.py", "lambdas/new.py"]
)
def test_any_changed_input_is_synthesized_anew(root: Path, tmp_path: Path, changed: str) -> None:
    synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)
    file = root / changed
    file.write_text((file.read_text() if file.exists() else "") + "\n")

    synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)

    assert runs(root) == 2


def test_a_layer_that_was_built_anew_is_synthesized_anew(root: Path, tmp_path: Path) -> None:
    synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)
    (root / "build" / "layer").mkdir(parents=True)
    (root / "build" / "layer" / "package.py").write_text("two = 2\n")

    synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)

    assert runs(root) == 2


def test_a_deleted_input_is_synthesized_anew(root: Path, tmp_path: Path) -> None:
    synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)
    (root / "lambdas" / "handler.py").unlink()

    synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)

    assert runs(root) == 2


def test_a_failed_synthesis_leaves_nothing_to_reuse(root: Path, tmp_path: Path) -> None:
    synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)
    (root / "app.py").write_text("import sys\nsys.exit('pipeline.yaml:1: name: too long')\n")

    for _ in range(2):
        with pytest.raises(SynthesisError, match=r"pipeline\.yaml:1: name: too long"):
            synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)


def test_the_app_gets_the_context_of_cdk_json(root: Path, tmp_path: Path) -> None:
    synthesize(root / "pipeline.yaml", tmp_path / "out", root=root)

    assert '"@aws-cdk/some:flag": true' in (tmp_path / "out" / "context.json").read_text()


def test_the_app_itself_refuses_a_wrong_pipeline_file_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("name: films\nsolutons: []\n")

    with pytest.raises(SynthesisError, match=r"wrong\.yaml:2: solutons: .* mean solutions\?"):
        synthesize(file, tmp_path / "out")
