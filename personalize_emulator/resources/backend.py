"""The world that the operations act on: resources, their changes over time, and the work behind."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from personalize_emulator.clock import Clock
from personalize_emulator.data.records import Records
from personalize_emulator.errors import JobFailed
from personalize_emulator.jobs import Jobs, Work
from personalize_emulator.objects import ObjectStore
from personalize_emulator.resources.kinds import VERSION, Kind
from personalize_emulator.resources.lifecycle import CREATE, DELETE, HALT, Plan, Progress, Stateful
from personalize_emulator.resources.resource import Resource, Update
from personalize_emulator.resources.store import Store
from personalize_emulator.runtime.attribution import MetricSink
from personalize_emulator.runtime.deployments import Deployments
from personalize_emulator.runtime.facts import GroupData
from personalize_emulator.runtime.live import LiveLog
from personalize_emulator.runtime.shown import Shown
from personalize_emulator.scenarios.scripts import Scenarios
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
    scenarios: Scenarios = field(default_factory=Scenarios)
    lock: threading.RLock = field(default_factory=threading.RLock)
    next_due: float = 0.0
    live: dict[str, LiveLog] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    facts: dict[str, GroupData] = field(default_factory=dict)
    _scripts: dict[str, str] = field(default_factory=dict)
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

    def objects_for(self, job: Resource) -> ObjectStore:
        """Return the objects that a job reads and writes: those of its account."""
        account, _ = job.owner
        return (
            self.objects if account == self.settings.account else self.objects.of_account(account)
        )

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
        self.store.add(resource)
        if plan:
            self._begin(resource, resource, plan, works=works, name=_scripted_name(resource))
        return resource

    def enter(self, resource: Resource, plan: Plan, *, works: bool = False) -> None:
        """Let a resource enter a plan: deletion, stop, start."""
        self._begin(resource, resource, plan, works=works, name="")

    def end(self, resource: Resource, plan: Plan) -> None:
        """Let a resource leave the plan that it is in for the good end of another, at once."""
        resource.progress, resource.status = None, plan.success
        resource.updated = self.clock.now()
        self._moving.pop(resource.arn, None)
        self.store.save(resource)

    def _begin(
        self, resource: Resource, state: Stateful, plan: Plan, *, works: bool, name: str
    ) -> None:
        """Let a resource or its update enter a plan, as the pace or a scenario has it."""
        kind, pace = resource.kind.name, self.settings.pace
        durations = pace.durations(kind, deletion=plan is DELETE)
        update = "Update" if state is resource.update else ""
        script = self.scenarios.for_job(kind + update, name) if name else None
        if script and script.duration is not None:
            durations = (durations[0], script.duration)
        fails = script.failure_reason if script else None
        state.begin(plan, self.clock.now(), durations, works=works or fails is not None)
        self.store.save(resource)
        self._watch(resource)
        if fails is not None:
            self._scripts[resource.arn] = fails
            if not works:
                self.start(resource, _no_work)

    def set_alarm(self, resource: Resource, when: float | None) -> None:
        """Let a resource's alarm go off at a time; None takes it back."""
        resource.alarm = when
        self.store.save(resource)
        self._watch(resource)

    def enter_update(self, resource: Resource, fields: Payload, *, works: bool = False) -> None:
        """Let a resource enter an update; it keeps its status and goes on serving."""
        now = self.clock.now()
        resource.update = Update(status=None, created=now, updated=now, fields=fields)
        name = _scripted_name(resource)
        self._begin(resource, resource.update, CREATE, works=works, name=name)

    def start(self, resource: Resource, work: Work, *, training: bool = False) -> None:
        """Start the work that a resource's plan, or its update, waits for."""

        def done(failure: str | None, result: Payload) -> None:
            with self.lock, self.store.transaction():
                self._finish(resource, failure, result)
            with self.lock:
                self.settle()

        reason = self._scripts.pop(resource.arn, None)
        if reason is not None:
            work = partial(_fail, reason)
        self.jobs.start(resource.arn, work, done, training=training)

    def _finish(self, resource: Resource, failure: str | None, result: Payload) -> None:
        if self.store.find(resource.arn) is not resource:
            return
        waiting = [s for s in (resource, resource.update) if s and s.progress and s.progress.works]
        for state in waiting:
            stopped = state.progress is not None and state.progress.plan == HALT.name
            state.finish_work(self.clock.now(), failure=None if stopped else failure, result=result)
        self.store.save(resource)
        if resource.moving:
            self._watch(resource)

    def forget_live(self, group: str) -> None:
        """Let go of a group's live events; they are read back from the records when needed."""
        for key in (group, f"{group}/actions"):
            if key in self.live:
                self.live[key].clear()

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
        gone = resource.status is None and resource.kind.has_status
        if gone:
            self.store.remove(resource)
        else:
            self.store.save(resource)
        # What is gone has no alarm to wait for, such as its next automatic training.
        if gone or not resource.moving:
            self._moving.pop(resource.arn, None)

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


def _scripted_name(resource: Resource) -> str:
    """Return the name by which a scenario finds a resource: a version by its solution's."""
    solution = str(resource.fields.get("solutionArn", ""))
    return solution.rpartition("/")[2] if resource.kind is VERSION else resource.name


def _fail(reason: str, stop: threading.Event) -> Payload:
    del stop
    raise JobFailed(reason)


def _no_work(stop: threading.Event) -> Payload:
    del stop
    return {}


def _changes(resource: Resource) -> Iterator[tuple[float, Stateful | None]]:
    """Return when which part of a resource changes next; None is its alarm."""
    for state in (resource, resource.update):
        if state and (when := state.due()) is not None:
            yield when, state
    if resource.alarm is not None:
        yield resource.alarm, None
