"""Automatic training: a solution's alarm, on the emulator's clock.

The first training comes within an hour of the solution's being ACTIVE, and is skipped if somebody
has trained by hand by then; the others follow the schedule (API reference, CreateSolution). A
training that is still in progress when the next one is due lets that one fall out (inferred).
"""

from typing import Final

from personalize_emulator.resources.backend import UPDATE, Backend, when_alarmed, when_ended
from personalize_emulator.resources.kinds import SOLUTION
from personalize_emulator.resources.lifecycle import CREATE, Progress
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.solutions import days_of, versions_of
from personalize_emulator.resources.versions import train

FIRST_SECONDS: Final = 3_600.0
_DAY: Final = 86_400.0


@when_ended(SOLUTION, CREATE)
def _created(backend: Backend, solution: Resource, progress: Progress) -> None:
    if progress.failure is None and solution.fields["performAutoTraining"]:
        backend.set_alarm(solution, solution.updated + FIRST_SECONDS)


@when_ended(SOLUTION, UPDATE)
def _updated(backend: Backend, solution: Resource, progress: Progress) -> None:
    del progress
    if not solution.fields["performAutoTraining"]:
        backend.set_alarm(solution, None)
    elif solution.alarm is None:
        backend.set_alarm(solution, backend.clock.now() + FIRST_SECONDS)


@when_alarmed(SOLUTION)
def _due(backend: Backend, solution: Resource) -> None:
    if solution.status != "ACTIVE":
        return
    versions = versions_of(backend, solution.arn)
    first = not solution.private.get("scheduled")
    by_hand = first and bool(versions)
    if not by_hand and all(version.settled for version in versions):
        train(backend, solution, mode="FULL", automatic=True)
    solution.private["scheduled"] = True
    schedule = solution.fields["solutionConfig"]["autoTrainingConfig"]["schedulingExpression"]
    backend.set_alarm(solution, backend.clock.now() + days_of(schedule) * _DAY)
