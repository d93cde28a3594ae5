"""A local cloud for the notebooks: the stack deployed, MovieLens at hand, and how to find both."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localcloud.clients import Clients
from localcloud.data.sources import movielens_originals
from localcloud.deploy import stack
from localcloud.deploy.assets import publish
from localcloud.deploy.synthesis import synthesize
from localcloud.server.process import running_cloud
from localcloud.settings import PROJECT_ROOT, CloudSettings

PIPELINE = PROJECT_ROOT / "pipelines" / "movielens.yaml"


@contextmanager
def deployed_workshop(folder: Path) -> Iterator[dict[str, str]]:
    """Start a local cloud with the default pipeline deployed; retired recipes included.

    Args:
        folder: Where the cloud, its assembly and the data live.

    Yields:
        The environment variables with which a kernel finds the cloud and the data.
    """
    movielens_originals(folder / "ml-100k")
    assembly = synthesize(PIPELINE, folder / "assembly")
    settings = CloudSettings(port=0, state_dir=folder / "cloud", legacy_recipes=True)
    with running_cloud(settings) as cloud:
        clients = Clients(endpoint=cloud.endpoint)
        publish(assembly, clients, zips=folder / "zips")
        stack.deploy(assembly, clients)
        yield {
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_ACCESS_KEY_ID": clients.account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": clients.region,
            "MOVIELENS_DIR": str(folder / "ml-100k"),
            "PIPELINE_STACK": assembly.stack_name,
        }
