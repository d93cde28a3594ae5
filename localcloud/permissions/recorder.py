"""Judges calls as they come and remembers them."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum

from localcloud.permissions.calls import Call, Principal, context_of
from localcloud.permissions.errors import PermissionsError
from localcloud.permissions.evaluation import Decision, Policies, decide, refusal

# Who asks for what, under which circumstances: calls that agree in all of it are one.
_Key = tuple[str, str, str, tuple[tuple[str, tuple[str, ...]], ...]]


class Mode(StrEnum):
    """What becomes of a call that no policy allows."""

    REPORT = "report"
    ENFORCE = "enforce"


@dataclass(frozen=True)
class Recorded:
    """A call, how often it was made, and what was said to it."""

    call: Call
    decision: Decision
    count: int = 1


@dataclass(frozen=True)
class Problem:
    """A request that could not be judged, and why."""

    principal: str
    request: str
    why: str


@dataclass(frozen=True)
class InForce:
    """The policies at one moment; `version` changes whenever they may have changed."""

    version: object
    policies: Policies


@dataclass
class Recorder:
    """Keeps every distinct call with its decision; safe to use from several threads.

    Attributes:
        in_force: The policies that hold now.
        mode: Whether a refusal is carried out or only remembered.
        tags_of: A resource's tags by its ARN.
        spent: Seconds of processor time that deriving, judging and remembering took so far.
    """

    in_force: Callable[[], InForce]
    mode: Mode = Mode.REPORT
    tags_of: Callable[[str], Mapping[str, str]] = lambda _: {}
    spent: float = 0.0
    _calls: dict[_Key, Recorded] = field(default_factory=dict)
    _problems: dict[Problem, int] = field(default_factory=dict)
    _judged: dict[_Key, Decision] = field(default_factory=dict)
    _version: object = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def judge(self, calls: Iterable[Call]) -> str | None:
        """Judge and remember `calls`.

        Returns:
            AWS's refusal of the first that is denied, if refusals are carried out; else None.
        """
        with self._timed():
            said = [(call, self._judge(call)) for call in map(self._with_tags, calls)]
        denied = [refusal(call, decision) for call, decision in said if not decision.allowed]
        return denied[0] if denied and self.mode is Mode.ENFORCE else None

    def attempt(
        self, principal: Principal, request: str, calls: Callable[[], Sequence[Call]]
    ) -> str | None:
        """Judge the calls that a request comes to; one that cannot be judged is remembered as that.

        Returns:
            As `judge`: a request nobody can judge is refused where refusals are carried out.
        """
        try:
            with self._timed():
                derived = calls()
            return self.judge(derived)
        except PermissionsError as error:
            problem = Problem(principal.arn, request, str(error))
            with self._lock:
                self._problems[problem] = self._problems.get(problem, 0) + 1
            return str(error) if self.mode is Mode.ENFORCE else None

    def recorded(self) -> list[Recorded]:
        """Every distinct call so far."""
        with self._lock:
            return list(self._calls.values())

    def problems(self) -> list[Problem]:
        """Every request so far that could not be judged."""
        with self._lock:
            return list(self._problems)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.thread_time()
        try:
            yield
        finally:
            with self._lock:
                self.spent += time.thread_time() - began

    def _with_tags(self, call: Call) -> Call:
        tags = self.tags_of(call.resource)
        found = context_of({f"aws:ResourceTag/{key}": value for key, value in tags.items()})
        return replace(call, context={**call.context, **found}) if found else call

    def _judge(self, call: Call) -> Decision:
        key = (call.principal.arn, call.action, call.resource, tuple(sorted(call.context.items())))
        now = self.in_force()
        with self._lock:
            if now.version != self._version:
                self._version = now.version
                self._judged.clear()
            decision = self._judged.get(key)
            if decision is None:
                decision = self._judged[key] = decide(call, now.policies)
            self._remember(key, call, decision)
        return decision

    def _remember(self, key: _Key, call: Call, decision: Decision) -> None:
        known = self._calls.get(key)
        if known is None:
            self._calls[key] = Recorded(call, decision)
            return
        # A call denied once stays a finding, though a later policy may allow it.
        verdict = known.decision if not known.decision.allowed else decision
        self._calls[key] = replace(known, decision=verdict, count=known.count + 1)
