"""boto3 clients of one local cloud, deaf to the user's profiles and proxies."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config

from localcloud.settings import ACCOUNT, REGION

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize_events import PersonalizeEventsClient
    from types_boto3_personalize_runtime import PersonalizeRuntimeClient
    from types_boto3_s3 import S3Client
    from types_boto3_ssm import SSMClient
    from types_boto3_stepfunctions import SFNClient

Untyped = Any

_CONFIG = Config(
    proxies={},
    connect_timeout=5,
    read_timeout=120,
    retries={"mode": "standard", "max_attempts": 3},
    s3={"addressing_style": "path"},
    max_pool_connections=32,
)


@dataclass(frozen=True)
class Clients:
    """Clients for the cloud at `endpoint`, as its account's root."""

    endpoint: str
    account: str = ACCOUNT
    region: str = REGION

    def client(self, service: str) -> Untyped:
        """A client of any service."""
        session = cast("Untyped", self._session)  # its types know services by literal names only
        return session.client(service, endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def _session(self) -> boto3.Session:
        # A 12-digit access key id is the account's root in MiniStack.
        return boto3.Session(
            aws_access_key_id=self.account,
            aws_secret_access_key="test",  # noqa: S106 - the local cloud has no secrets
            region_name=self.region,
        )

    @cached_property
    def s3(self) -> "S3Client":
        """Objects."""
        return self._session.client("s3", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def ssm(self) -> "SSMClient":
        """Parameters."""
        return self._session.client("ssm", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """Stacks."""
        return self._session.client("cloudformation", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def stepfunctions(self) -> "SFNClient":
        """State machines and executions."""
        return self._session.client("stepfunctions", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def personalize(self) -> "PersonalizeClient":
        """Personalize: control plane."""
        return self._session.client("personalize", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def personalize_runtime(self) -> "PersonalizeRuntimeClient":
        """Personalize: recommendations."""
        return self._session.client(
            "personalize-runtime", endpoint_url=self.endpoint, config=_CONFIG
        )

    @cached_property
    def personalize_events(self) -> "PersonalizeEventsClient":
        """Personalize: events in real time."""
        return self._session.client(
            "personalize-events", endpoint_url=self.endpoint, config=_CONFIG
        )
