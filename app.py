"""The CDK app: a pipeline file in, one stack out.

``PIPELINE`` names another pipeline file; nothing else differs between environments.
"""

import os
import sys

from aws_cdk import App, Environment, Validations
from cdk_nag import AwsSolutionsChecks

from lambdas.shared.settings.loader import load_pipeline
from lambdas.shared.settings.problems import SettingsError
from stacks.pipeline_stack import PipelineStack

DEFAULT_PIPELINE = "pipelines/movielens.yaml"


def main() -> None:
    """Synthesize the stack of one pipeline; neither an account nor a network is asked."""
    pipeline = load_pipeline(os.environ.get("PIPELINE", DEFAULT_PIPELINE))
    app = App(outdir=os.environ.get("CDK_OUTDIR"))
    account, region = os.environ.get("CDK_DEFAULT_ACCOUNT"), os.environ.get("CDK_DEFAULT_REGION")
    PipelineStack(app, pipeline=pipeline, env=Environment(account=account, region=region))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        sys.exit(str(error))
