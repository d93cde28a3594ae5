"""The judgement over all clouds of an end-to-end run: permissions and paths."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.permissions.kept import Kept
from tests.e2e.unvisited import UNVISITED
from tests.infrastructure.asl import all_states, transitions

Pair = tuple[str, str]


@dataclass(frozen=True)
class Judgement:
    """What a whole end-to-end run showed.

    Attributes:
        calls: Number of calls of all roles.
        denied: Calls that no policy allows, in words.
        problems: Requests that could not be judged.
        unused: `(role, action)` that no call needed and that no reason keeps.
        stale: Reasons for grants that are used, or not granted any more.
        paths: Each kind of state machine and what of it was visited.
    """

    calls: int
    denied: list[str]
    problems: list[str]
    unused: list[Pair]
    stale: list[str]
    paths: list["Visited"]

    @property
    def lines(self) -> list[str]:
        """The judgement in words, findings first."""
        return [
            *self.refusals,
            *(f"granted but unused: {role} may {action}" for role, action in self.unused),
            *(f"a reason for nothing: {text}" for text in self.stale),
            *(line for visited in self.paths for line in visited.lines),
            self._line(),
        ]

    @property
    def refusals(self) -> list[str]:
        """The calls that were denied or could not be judged."""
        return [
            *(f"denied: {text}" for text in self.denied),
            *(f"not judged: {text}" for text in self.problems),
        ]

    def _line(self) -> str:
        return (
            f"permissions: {self.calls:,} calls, {len(self.denied)} denied, "
            f"{len(self.unused)} granted but unused"
        )

    @property
    def holds(self) -> bool:
        """Whether nothing is to be mended."""
        findings = (self.denied, self.problems, self.unused, self.stale)
        return not any(findings) and all(visited.complete for visited in self.paths)


@dataclass(frozen=True)
class Visited:
    """What of one kind of state machine was visited: `""` is the run, `-teardown` the teardown."""

    kind: str
    states: int
    missed_states: list[str]
    transitions: int
    missed_transitions: list[Pair]
    stale: list[str]

    @property
    def complete(self) -> bool:
        """Whether every state and transition was visited, or is listed with a reason."""
        return not self.missed_states and not self.missed_transitions and not self.stale

    @property
    def lines(self) -> list[str]:
        """Coverage in words."""
        name = f"state machine {self.kind or 'run'}"
        states = f"{self.states - len(self.missed_states)} of {self.states} states"
        ways = f"{self.transitions - len(self.missed_transitions)} of {self.transitions}"
        return [
            *(f"{name}: never entered: {state}" for state in self.missed_states),
            *(f"{name}: never taken: {a} -> {b}" for a, b in self.missed_transitions),
            *(f"{name}: a reason for nothing: {way}" for way in self.stale),
            f"{name}: visited {states}, {ways} transitions",
        ]


def judge(folder: Path, kept: Iterable[Kept]) -> Judgement:
    """Read what the clouds left in `folder`."""
    seen = [json.loads(path.read_text()) for path in sorted(folder.glob("cloud-*.json"))]
    granted = {tuple(pair) for cloud in seen for pair in cloud["granted"]}
    used = {tuple(pair) for cloud in seen for pair in cloud["used"]}
    spare, reasons = granted - used, list(kept)
    return Judgement(
        calls=sum(cloud["calls"] for cloud in seen),
        denied=sorted({_words(denied) for cloud in seen for denied in cloud["denied"]}),
        problems=sorted({text for cloud in seen for text in cloud["problems"]}),
        unused=sorted(pair for pair in spare if not any(r.covers(*pair) for r in reasons)),
        stale=[f"{r.holder}: {r.reason}" for r in reasons if not any(r.covers(*p) for p in spare)],
        paths=[_visited(kind, seen) for kind in sorted(_kinds(seen))],
    )


def _words(denied: Mapping[str, str]) -> str:
    return f"{denied['holder']} called {denied['action']} on {denied['resource']}: {denied['why']}"


def _kinds(seen: Iterable[Mapping[str, Any]]) -> set[str]:
    return {_kind(name) for cloud in seen for name in cloud["machines"]}


def _kind(machine: str) -> str:
    """What a machine is for: its name without the pipeline's."""
    suffixes = ("-teardown", "-rollback", "-sweep", "-watch")
    return next((suffix for suffix in suffixes if machine.endswith(suffix)), "")


def _visited(kind: str, seen: Iterable[Mapping[str, Any]]) -> Visited:
    states: set[str] = set()
    ways: set[Pair] = set()
    entered: set[str] = set()
    taken: set[Pair] = set()
    for cloud in seen:
        for name, machine in cloud["machines"].items():
            if _kind(name) == kind:
                states |= {state for state, _ in all_states(machine["definition"])}
                ways |= transitions(machine["definition"])
                entered |= set(machine["entered"])
                taken |= {(before, after) for before, after in machine["taken"]}
    excused = UNVISITED.get(kind, {})
    missed = (states - entered) | {way for way in ways - taken if not set(way) & excused.keys()}
    return Visited(
        kind=kind,
        states=len(states),
        missed_states=sorted(states - entered - excused.keys()),
        transitions=len(ways),
        missed_transitions=sorted(
            way for way in missed if isinstance(way, tuple) and way not in excused
        ),
        stale=sorted(str(way) for way in excused.keys() - missed),
    )
