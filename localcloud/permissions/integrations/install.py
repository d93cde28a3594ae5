"""Puts the recorder wherever a role acts."""

import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from localcloud.permissions import evidence
from localcloud.permissions.integrations import (
    functions,
    identities,
    machines,
    stacks,
    targets,
)
from localcloud.permissions.integrations.front import Asgi, Front
from localcloud.permissions.integrations.objects import JudgedObjects, Places
from localcloud.permissions.integrations.paths import Paths
from localcloud.permissions.integrations.stacks import DeployedStacks
from localcloud.permissions.kept import load_kept
from localcloud.permissions.recorder import Mode, Recorder
from localcloud.permissions.recording import Recording
from localcloud.permissions.report import of_recorder
from personalize_emulator.objects import ObjectStore

REPORT_PAGE = "permissions"
RECORDING_PAGE = "recording"
CREDENTIALS_PAGE = "credentials/"
# Where a cloud that stops leaves what it saw; unset, it leaves nothing.
EVIDENCE = "LOCALCLOUD_EVIDENCE"


@dataclass
class Permissions:
    """One local cloud's recorder and where it listens."""

    mode: Mode
    region: str
    stacks: DeployedStacks = field(default_factory=DeployedStacks)
    places: Places = field(default_factory=Places)
    paths: Paths = field(default_factory=Paths)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.stacks, self.mode)

    def install(self) -> None:
        """Replace what MiniStack does within itself; call it once, before the first request."""
        stacks.install()
        identities.install()
        functions.install(self.recorder)
        machines.install(self.recorder, self.stacks)
        targets.install(self.recorder)
        self.paths.install()

    def front(self, inner: Asgi) -> Asgi:
        """`inner`, with every signed request judged first."""
        return Front(inner, self.recorder, self._page)

    def objects(self, inner: ObjectStore) -> ObjectStore:
        """`inner`, used under the roles that Personalize was given."""
        return JudgedObjects(inner, self.recorder, self.places, self.region)

    def leave_evidence(self, environment: Mapping[str, str] = os.environ) -> None:
        """Write what was seen into the folder that the environment names, if it names one."""
        folder = environment.get(EVIDENCE)
        if not folder:
            return
        granted, labels = self.stacks.granted.values(), self.stacks.labels
        seen = evidence.evidence(self.recorder, granted, labels)
        seen["machines"] = self.paths.evidence()
        evidence.write(Path(folder), f"cloud-{os.getpid()}", seen)

    def _page(self, name: str) -> object | None:
        if name == REPORT_PAGE:
            found = of_recorder(
                self.recorder, self.stacks.granted.values(), self.stacks.labels, load_kept()
            )
            spent = {"spent": self.recorder.spent, "server": time.process_time()}
            return {"mode": self.mode, "line": found.line(), **asdict(found), **spent}
        if name == RECORDING_PAGE:
            return Recording.of(self.stacks.complete.values(), self.recorder).as_json()
        return None
