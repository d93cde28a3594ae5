"""A local cloud for the notebooks: the stack deployed, MovieLens at hand, and how to find both."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from localcloud.clients import Clients
from localcloud.data.sources import movielens_originals
from localcloud.deploy import stack
from localcloud.deploy.assembly import Assembly
from localcloud.deploy.assets import publish
from localcloud.deploy.synthesis import synthesize
from localcloud.server.process import running_cloud
from localcloud.settings import PROJECT_ROOT, CloudSettings

PIPELINE = PROJECT_ROOT / "pipelines" / "movielens.yaml"
# Where the notebooks look for it (notebooks/movielens.py).
_MOVIELENS = "workshop/ml-100k.zip"


@contextmanager
def deployed_workshop(folder: Path) -> Iterator[dict[str, str]]:
    """Start a local cloud with the default pipeline deployed; retired recipes included.

    The notebooks act under the role of the stack's notebook instance, as on SageMaker, and what
    that role may not do is refused.

    Args:
        folder: Where the cloud, its assembly and the data live.

    Yields:
        The environment variables with which a kernel finds the cloud and the stack's outputs.
    """
    assembly = synthesize(PIPELINE, folder / "assembly")
    settings = CloudSettings(
        port=0, state_dir=folder / "cloud", legacy_recipes=True, permissions="enforce"
    )
    with running_cloud(settings) as cloud:
        clients = Clients(endpoint=cloud.endpoint)
        publish(assembly, clients, zips=folder / "zips")
        stack.deploy(assembly, clients)
        outputs = _outputs(assembly, clients)
        _bring_movielens(outputs["DataBucketName"], clients, folder / "ml-100k")
        file = folder / "stack.json"
        file.write_text(json.dumps({assembly.stack_name: outputs}))
        yield {
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "WORKSHOP_STACK": str(file),
            **_credentials(outputs["NotebookInstanceName"], clients),
        }


def _outputs(assembly: Assembly, clients: Clients) -> dict[str, str]:
    described = clients.cloudformation.describe_stacks(StackName=assembly.stack_name)
    return {out["OutputKey"]: out["OutputValue"] for out in described["Stacks"][0]["Outputs"]}


def _bring_movielens(bucket: str, clients: Clients, folder: Path) -> None:
    movielens_originals(folder)
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as files:
        for file in sorted(folder.iterdir()):
            files.write(file, f"ml-100k/{file.name}")
    clients.s3.put_object(Bucket=bucket, Key=_MOVIELENS, Body=archive.getvalue())


def _credentials(instance: str, clients: Clients) -> dict[str, str]:
    """A session of the instance's role, which is what a kernel finds on SageMaker."""
    described = clients.client("sagemaker").describe_notebook_instance(
        NotebookInstanceName=instance
    )
    session = clients.client("sts").assume_role(
        RoleArn=described["RoleArn"], RoleSessionName="SageMaker"
    )
    given = session["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
