"""What can be scripted: faults of calls, and outcomes and durations of what goes on behind.

Everything here is the emulator's own; AWS has nothing like it.
"""

import fnmatch
import threading
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from personalize_emulator.values import Payload


class _Scripted(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class CallFault(_Scripted):
    """A fault of the next calls of an operation.

    ``error`` answers with ``code``, ``status`` and ``message`` and does nothing; ``drop`` does what
    was asked for and closes the connection without an answer; ``lose`` closes it without doing
    anything; ``delay`` waits before it answers.
    """

    operation: str = Field("*", description="The operation, or a pattern such as Create*.")
    fault: Literal["error", "drop", "lose", "delay"] = "error"
    code: str = Field("ThrottlingException", description="For error: the code.")
    status: int = Field(400, ge=400, le=599, description="For error: the HTTP status.")
    message: str = Field("Rate exceeded", description="For error: the message.")
    seconds: float = Field(0.0, ge=0, le=60, description="For delay: how long.")
    containing: str = Field("", description="Only requests whose body has this text.")
    skip: int = Field(0, ge=0, description="How many matching calls go through before the first.")
    times: int = Field(1, ge=1, description="How many calls it strikes.")


class JobScript(_Scripted):
    """The outcome and duration of the next resources of a kind.

    Kinds are those of the API (SolutionVersion, DatasetImportJob, Campaign ...); with ``Update``
    behind it, the update of one (CampaignUpdate).
    """

    kind: str = Field(description="The kind of resource, or a pattern.")
    name: str = Field("*", description="The name, or a pattern; a version has its solution's.")
    failure_reason: str | None = Field(None, description="Fails with this failureReason.")
    duration: float | None = Field(
        None, ge=0, description="Seconds of the emulator's clock until it is done, at least."
    )
    times: int = Field(1, ge=1, description="How many resources it applies to.")


@dataclass
class Scenarios:
    """The scripts that have not been used up; safe to use from many threads."""

    calls: list[CallFault] = field(default_factory=list)
    jobs: list[JobScript] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, script: CallFault | JobScript) -> None:
        """Add a script; each later one waits until those before it are used up."""
        with self._lock:
            own = script.model_copy()
            if isinstance(own, CallFault):
                self.calls.append(own)
            else:
                self.jobs.append(own)

    def clear(self) -> None:
        """Let everything go its usual way again."""
        with self._lock:
            self.calls.clear()
            self.jobs.clear()

    def for_call(self, operation: str, body: bytes) -> CallFault | None:
        """Return the fault that strikes a call, and use it up once."""
        if not self.calls:
            return None
        with self._lock:
            for fault in self.calls:
                fits = fnmatch.fnmatchcase(operation, fault.operation)
                if not fits or fault.containing.encode() not in body:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                return _use(self.calls, fault)
        return None

    def for_job(self, kind: str, name: str) -> JobScript | None:
        """Return the script of a new resource, and use it up once."""
        if not self.jobs:
            return None
        with self._lock:
            for script in self.jobs:
                if fnmatch.fnmatchcase(kind, script.kind) and fnmatch.fnmatchcase(
                    name, script.name
                ):
                    return _use(self.jobs, script)
        return None

    def to_document(self) -> Payload:
        """Return the scripts that wait, as the endpoint shows them."""
        with self._lock:
            return {
                "calls": [fault.model_dump(by_alias=True) for fault in self.calls],
                "jobs": [script.model_dump(by_alias=True) for script in self.jobs],
            }


_Script = TypeVar("_Script", CallFault, JobScript)


def _use(waiting: list[_Script], script: _Script) -> _Script:
    script.times -= 1
    if script.times == 0:
        waiting.remove(script)
    return script
