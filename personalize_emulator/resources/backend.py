"""The world that the operations act on: resources, their changes over time, and the work behind."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from personalize_emulator.api.caller import Caller
from personalize_emulator.clock import Clock
from personalize_emulator.data.records import Records
from personalize_emulator.errors import ResourceInUseException
from personalize_emulator.jobs import Jobs, Work
from personalize_emulator.objects import ObjectStore
from personalize_emulator.resources.kinds import Kind
from personalize_emulator.resources.lifecycle import CREATE, HALT, Plan, Progress, Stateful
from personalize_emulator.resources.resource import Resource, Update
from personalize_emulator.resources.store import Store
from personalize_emulator.runtime.attribution import MetricSink
from personalize_emulator.runtime.deployments import Deployments
from personalize_emulator.runtime.facts import GroupData
from personalize_emulator.runtime.live import LiveLog
from personalize_emulator.settings import EmulatorSettings
from personalize_emulator.training.trainer import Trainer
from personalize_emulator.values import Payload

INTERRUPTED: Final = "The service was interrupted while this was in progress. Please try again."

Ended = Callable[["Backend", Resource, Progress], None]
"""What happens when a plan ends; ``Progress.failure`` tells how."""

Alarmed = Callable[["Backend", Resource], None]
"""What happens when a resource's alarm goes off; it may set the next one."""

_ENDINGS: Final[defaultdict[tuple[Kind, str], list[Ended]]] = defaultdict(list)
_ALARMS: Final[dict[Kind, Alarmed]] = {}
UPDATE: Final = "update"


def when_ended(kind: Kind, plan: Plan | str) -> Callable[[Ended], Ended]:
    """Register what happens when a plan (or ``UPDATE``) of a kind of resource ends."""

    def register(ended: Ended) -> Ended:
        _ENDINGS[kind, plan if isinstance(plan, str) else plan.name].append(ended)
        return ended

    return register


def when_alarmed(kind: Kind) -> Callable[[Alarmed], Alarmed]:
    """Register what happens when the alarm of a resource of a kind goes off."""

    def register(alarmed: Alarmed) -> Alarmed:
        _ALARMS[kind] = alarmed
        return alarmed

    return register


@dataclass
class Backend:
    """Everything that operations need. All changes happen under ``lock``."""

    settings: EmulatorSettings
    clock: Clock
    store: Store
    objects: ObjectStore
    jobs: Jobs
    trainer: Trainer
    deployments: Deployments
    metrics: MetricSink | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    next_due: float = 0.0
    live: dict[str, LiveLog] = field(default_factory=dict)
    facts: dict[str, GroupData] = field(default_factory=dict)
    _moving: dict[str, Resource] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.records = Records(self.store)

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock, bring every status up to date, then change things in one transaction."""
        with self.lock:
            self.settle()
            with self.store.transaction():
                yield

    def folder(self, *parts: str | int) -> Path:
        """Return a folder below the state folder."""
        return self.settings.state_dir.joinpath(*map(str, parts))

    def create(
        self,
        kind: Kind,
        arn: str,
        fields: Payload,
        *,
        private: Payload | None = None,
        tags: list[Payload] | None = None,
        plan: Plan | None = CREATE,
        works: bool = False,
    ) -> Resource:
        """Add a resource and let it enter its plan; ResourceAlreadyExistsException if it is there.

        A resource without plan is complete at once and has no status.
        """
        now = self.clock.now()
        resource = Resource(
            kind=kind,
            arn=arn,
            fields=fields,
            private=private or {},
            tags={tag["tagKey"]: tag["tagValue"] for tag in tags or []},
            status=None,
            created=now,
            updated=now,
        )
        if plan:
            resource.begin(plan, now, self.settings.pace.durations(kind.name), works=works)
        self.store.add(resource)
        self._watch(resource)
        return resource

    def enter(self, resource: Resource, plan: Plan, *, works: bool = False) -> None:
        """Let a resource enter a plan: deletion, stop, start."""
        durations = self.settings.pace.durations(resource.kind.name)
        resource.begin(plan, self.clock.now(), durations, works=works)
        self.store.save(resource)
        self._watch(resource)

    def set_alarm(self, resource: Resource, when: float | None) -> None:
        """Let a resource's alarm go off at a time; None takes it back."""
        resource.alarm = when
        self.store.save(resource)
        self._watch(resource)

    def enter_update(self, resource: Resource, fields: Payload, *, works: bool = False) -> None:
        """Let a resource enter an update; it keeps its status and goes on serving."""
        now = self.clock.now()
        resource.update = Update(status=None, created=now, updated=now, fields=fields)
        durations = self.settings.pace.durations(resource.kind.name)
        resource.update.begin(CREATE, now, durations, works=works)
        self.store.save(resource)
        self._watch(resource)

    def start(self, resource: Resource, work: Work, *, training: bool = False) -> None:
        """Start the work that a resource's plan, or its update, waits for."""

        def done(failure: str | None, result: Payload) -> None:
            with self.lock, self.store.transaction():
                self._finish(resource, failure, result)
            with self.lock:
                self.settle()

        self.jobs.start(resource.arn, work, done, training=training)

    def _finish(self, resource: Resource, failure: str | None, result: Payload) -> None:
        if self.store.find(resource.arn) is not resource:
            return
        waiting = [s for s in (resource, resource.update) if s and s.progress and s.progress.works]
        for state in waiting:
            stopped = state.progress is not None and state.progress.plan == HALT.name
            state.finish_work(self.clock.now(), failure=None if stopped else failure, result=result)
        self.store.save(resource)
        self._watch(resource)

    def forget_live(self, group: str) -> None:
        """Let go of a group's live events; they are read back from the records when needed."""
        self.live.pop(group, None)
        self.live.pop(f"{group}/actions", None)

    def remove_jobs(self, member: str, arn: str, *kinds: Kind) -> None:
        """Remove the jobs of something that is gone; jobs can't be deleted on their own."""
        for job in self.store.all(*kinds):
            if job.get(member) == arn:
                self._moving.pop(job.arn, None)
                self.store.remove(job)

    def settle(self) -> None:
        """Bring every status up to the present."""
        now = self.clock.now()
        while self.next_due <= now:
            due = [
                (when, resource.sequence, resource, state)
                for resource in self._moving.values()
                for when, state in _changes(resource)
            ]
            self.next_due = min((when for when, *_ in due), default=float("inf"))
            if self.next_due > now:
                return
            _, _, resource, state = min(due, key=lambda entry: entry[:2])
            with self.store.transaction():
                self._advance(resource, state, self.next_due)

    def _advance(self, resource: Resource, state: Stateful | None, until: float) -> None:
        if state is None:
            resource.alarm = None
            _ALARMS[resource.kind](self, resource)
        elif progress := state.advance(until):
            plan = UPDATE if state is resource.update else progress.plan
            for ended in _ENDINGS[resource.kind, plan]:
                ended(self, resource, progress)
        if not resource.moving:
            self._moving.pop(resource.arn, None)
        if resource.status is None and resource.kind.has_status:
            self.store.remove(resource)
        else:
            self.store.save(resource)

    def _watch(self, resource: Resource) -> None:
        """Look for due changes of the resource at the next opportunity."""
        self._moving[resource.arn] = resource
        self.next_due = 0.0

    def recover(self) -> None:
        """Declare failed what a former process had begun and nobody works on any more."""
        with self.lock, self.store.transaction():
            for resource in self.store.all():
                if resource.moving:
                    self._finish(resource, INTERRUPTED, {})
        with self.lock:
            self.settle()


def _changes(resource: Resource) -> Iterator[tuple[float, Stateful | None]]:
    """Return when which part of a resource changes next; None is its alarm."""
    for state in (resource, resource.update):
        if state and (when := state.due()) is not None:
            yield when, state
    if resource.alarm is not None:
        yield resource.alarm, None


@dataclass(frozen=True)
class Call:
    """One call of an operation: the world and who calls."""

    backend: Backend
    caller: Caller

    def arn(self, kind: Kind, *path: str) -> str:
        """Return the ARN of a resource of the caller's account and region."""
        resource = "/".join((kind.path, *path))
        return f"arn:aws:personalize:{self.caller.region}:{self.caller.account}:{resource}"

    @property
    def owner(self) -> tuple[str, str]:
        """Account and region."""
        return self.caller.account, self.caller.region

    def get(self, arn: str, *kinds: Kind) -> Resource:
        """Return a resource; ResourceNotFoundException if it isn't there."""
        return self.backend.store.get(arn, *kinds)

    def active(self, arn: str, *kinds: Kind) -> Resource:
        """Return a resource that is ACTIVE; ResourceInUseException while it isn't."""
        resource = self.get(arn, *kinds)
        if resource.status != "ACTIVE":
            msg = f"Resource Arn {arn} is not in ACTIVE state: it is {resource.status}."
            raise ResourceInUseException(msg)
        return resource
