"""Where the local cloud lives and who it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

PROJECT_ROOT = Path(__file__).resolve().parents[1]

# MiniStack's default account: any boto3 client with any access key that is no 12-digit number lands
# in the account the pipeline is deployed to.
ACCOUNT = "000000000000"
REGION = "us-east-1"
HOST = "127.0.0.1"
DEFAULT_PORT = 4566

# What becomes of a call that no policy of the deployed templates allows: told, or refused too.
PermissionsMode = Literal["report", "enforce"]
PERMISSIONS_MODES: Final[tuple[PermissionsMode, ...]] = ("report", "enforce")
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True, kw_only=True)
class CloudSettings:
    """One local cloud.

    Attributes:
        port: TCP port on the loopback interface; 0 lets the system choose.
        state_dir: Folder for everything the cloud keeps: objects, models, logs, temporary files.
        wait_scale: Factor on every Wait and Retry interval of a state machine (1.0 is AWS's time).
        legacy_recipes: Whether the emulator offers recipes that AWS no longer trains.
        log_level: MiniStack's log level.
        permissions: Whether a call that no policy allows is reported only, or refused as on AWS.
        quotas: Other quotas of Personalize than the documented ones, each as `name=number`.
    """

    port: int = DEFAULT_PORT
    state_dir: Path = PROJECT_ROOT / "build" / "cloud"
    account: str = ACCOUNT
    region: str = REGION
    wait_scale: float = 0.01
    legacy_recipes: bool = False
    log_level: str = "WARNING"
    permissions: PermissionsMode = "report"
    quotas: tuple[str, ...] = ()

    @property
    def temporary_dir(self) -> Path:
        """Where MiniStack and the handlers put temporary files; emptied at every start."""
        return self.state_dir / "tmp"


def endpoint_url(port: int) -> str:
    """The address every client uses."""
    return f"http://{HOST}:{port}"
