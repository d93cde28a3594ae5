"""What stands in the place of an AWS account, and of the CDK's command line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.deploy.assets import publish
from localcloud.deploy.synthesis import synthesize
from localcloud.settings import PROJECT_ROOT


@dataclass(frozen=True)
class OnTheLaptop:
    """A local cloud, as the journey for an account needs it (`scripts.e2e_aws.Cloud`)."""

    clients: Clients
    pipeline: Path
    take_down: Callable[[], object]

    def client(self, service: str) -> Any:
        return self.clients.client(service)

    def deploy(self) -> dict[str, str]:
        assembly = synthesize(self.pipeline, self.pipeline.parent / "again.out")
        publish(assembly, self.clients, zips=PROJECT_ROOT / "build" / "asset-zips")
        return stack.deploy(assembly, self.clients)

    def destroy(self) -> None:
        self.take_down()
