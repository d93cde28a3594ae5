"""The environment that MiniStack and the handlers it starts may see.

MiniStack reads its configuration when it is imported, and hands its whole environment to every
handler. So it is cleared of whatever the user's shell says about AWS and proxies (a profile or a
proxy would send a laptop's calls elsewhere) before MiniStack is imported.
"""

import os
from collections.abc import Mapping, MutableMapping

from localcloud.settings import HOST, CloudSettings, endpoint_url

_FOREIGN_PREFIXES = ("AWS_", "LOCALSTACK_", "MINISTACK_")
_FOREIGN_NAMES = frozenset(
    ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "docker_host", "services", "edge_port")
)


def server_environment(settings: CloudSettings, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of a local cloud on `settings.port` (which must be the real port, not 0)."""
    return {**_without_foreign(inherited), **_aws(settings), **_ministack(settings)}


def apply_environment(
    settings: CloudSettings, environment: MutableMapping[str, str] = os.environ
) -> None:
    """Replace this process's environment; call it before MiniStack is imported."""
    replacement = server_environment(settings, environment)
    environment.clear()
    environment.update(replacement)


def _without_foreign(inherited: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in inherited.items()
        if not name.upper().startswith(_FOREIGN_PREFIXES) and name.lower() not in _FOREIGN_NAMES
    }


def _aws(settings: CloudSettings) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": settings.account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_REGION": settings.region,
        "AWS_ENDPOINT_URL": endpoint_url(settings.port),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Buckets have no host names of their own here.
        "AWS_S3_ADDRESSING_STYLE": "path",
        # No X-Ray daemon listens on a laptop.
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def _ministack(settings: CloudSettings) -> dict[str, str]:
    return {
        "GATEWAY_PORT": str(settings.port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": settings.region,
        "MINISTACK_ACCOUNT_ID": settings.account,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "SFN_WAIT_SCALE": str(settings.wait_scale),
        "LOG_LEVEL": settings.log_level,
        "TMPDIR": str(settings.temporary_dir),
        # A cloud that was stopped is found again: stacks, functions, objects, executions.
        "PERSIST_STATE": "1",
        "STATE_DIR": str(settings.state_dir / "ministack"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(settings.state_dir / "objects"),
        # Docker is neither needed nor looked for.
        "DOCKER_HOST": f"unix://{settings.state_dir}/no-docker.sock",
    }
