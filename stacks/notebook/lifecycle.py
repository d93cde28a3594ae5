"""What the instance does at every start: notebooks, the stack's outputs, the idle watch.

The script is put together here and lies in ``notebooks/sagemaker/``: facts of this stack first,
then the watch as a here-document, then the steps.
"""

from collections.abc import Iterator, Mapping

from aws_cdk import Fn, Stack
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from lambdas.shared.settings.notebook import Notebook
from stacks.assets import NOTEBOOKS
from stacks.notebook.parts import Surroundings

# NotebookInstanceLifecycleHook in SageMaker's API reference: characters, base64 included.
LONGEST = 16_384
_SCRIPTS = NOTEBOOKS / "sagemaker"


def start_script(
    scope: Construct, notebook: Notebook, around: Surroundings, notebooks: Asset
) -> str:
    """Return the script in base64, as a value that CloudFormation resolves.

    Args:
        scope: A construct of the stack.
        notebook: The instance as the pipeline file has it.
        around: The parts of the stack whose outputs the notebooks read.
        notebooks: The notebooks' files.
    """
    stack = Stack.of(scope)
    facts = {
        "NOTEBOOKS": notebooks.s3_object_url,
        "STACK_JSON": stack.to_json_string({stack.stack_name: dict(around.outputs)}),
        "INSTANCE": str(around.pipeline.notebook_name),
        "REGION": stack.region,
        "IDLE_MINUTES": str(notebook.idle_minutes or ""),
    }
    return Fn.base64("\n".join(_lines(facts)))


def _lines(facts: Mapping[str, str]) -> Iterator[str]:
    yield "#!/bin/bash"
    # No value can hold a quote: they are names, ARNs and numbers.
    yield from (f"{name}='{value}'" for name, value in facts.items())
    yield "read -r -d '' STOP_WHEN_IDLE <<'PYTHON' || true"
    yield (_SCRIPTS / "stop_when_idle.py").read_text().rstrip()
    yield "PYTHON"
    yield (_SCRIPTS / "on_start.sh").read_text().partition("\n")[2]
