"""The teardown's states: one loop over bounded steps, an answer in time, a report at the end.

No state keeps what only it knows: a step looks at what is there. So an execution that was killed
is continued by starting another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.shared.settings.operation import Polling
from lambdas.shared.teardown_settings import TeardownScope
from stacks.workflow.states import State, States, choice, expression, invoke

ENTRY = "Read the request"
_WHICH, _DONE, _WAIT = "Which step?", "Is the step done?", "Wait before the next look"
_NEXT, _LATER, _REPORT = "Go on to the next step", "Tell the stack that it goes on", "Report"
_WAITING, _ANSWER = "Is the stack waiting?", "Answer the stack"
_RESUME, _END = "Let drops start runs again", "Is anything left?"
_CLEAN, _LEFT = "Torn down", "Something is left"

# Whoever deletes the stack by CloudFormation has 3,600 seconds; the last wait and the answer itself
# must fit in, too.
_ANSWER_AFTER_MS = 3_000_000
_MS_AN_HOUR = 3_600_000
# A Fail state's cause holds 32,768 characters.
_CAUSE_LENGTH = 30_000


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the loop.

    Attributes:
        key: What the machine calls it: the folder below ``lambdas/teardown``.
        title: Its state's name.
        function_arn: What it calls.
        by_hand: Whether it belongs to a teardown that leaves the stack in place.
    """

    key: str
    title: str
    function_arn: str
    by_hand: bool


def teardown_states(
    scope: TeardownScope,
    steps: tuple[Step, ...],
    *,
    report_arn: str,
    answer_arn: str,
    quiet_arn: str,
    polling: Polling,
) -> States:
    """Return all states.

    Args:
        scope: What belongs to the pipeline.
        steps: The steps in their order; the one for Personalize is taken once more at the end, for
            what a handler that was under way has made meanwhile.
        report_arn: The function that makes the report.
        answer_arn: The function that answers CloudFormation.
        quiet_arn: The function that lets runs start again.
        polling: The pipeline's patience.
    """
    return {
        ENTRY: _read(scope, steps),
        _WHICH: choice(
            *((f"$steps[$step] = '{step.key}'", step.title) for step in steps), otherwise=_REPORT
        ),
        **{step.title: _take(step) for step in steps},
        _DONE: _decide(polling),
        _NEXT: {"Type": "Pass", "Assign": _next_step(), "Next": _WHICH},
        _WAIT: {"Type": "Wait", "Seconds": expression(_pause(polling)), "Next": _WHICH},
        _LATER: _tell_later(answer_arn),
        _REPORT: _make_report(report_arn),
        _WAITING: choice(
            ("$awaited", _ANSWER),
            ("$byHand and $not($dryRun)", _RESUME),
            otherwise=_END,
        ),
        _ANSWER: _answer(answer_arn),
        _RESUME: _resume(quiet_arn),
        _END: choice(("$report.endedWell", _CLEAN), otherwise=_LEFT),
        _CLEAN: {"Type": "Pass", "Output": expression("$report"), "End": True},
        _LEFT: {
            "Type": "Fail",
            "Error": "TeardownIncomplete",
            "Cause": expression(f"$substring($join($report.lines, '\\n'), 0, {_CAUSE_LENGTH})"),
        },
    }


def _read(scope: TeardownScope, steps: tuple[Step, ...]) -> State:
    """Return the first state: ``{"dryRun": true}`` and ``{}`` are what people give it."""
    every = [step.key for step in steps]
    by_hand = [step.key for step in steps if step.by_hand]
    given = "$exists($states.input.{0}) ? $states.input.{0} : {1}"
    whole = "$exists($states.input.answerTo) or $states.input.dryRun = true"
    return {
        "Type": "Pass",
        "Assign": {
            "scope": scope.model_dump(by_alias=True, mode="json"),
            "dryRun": expression(given.format("dryRun", "false")),
            "answerTo": expression(given.format("answerTo", "{}")),
            # Whether CloudFormation still waits for an answer.
            "awaited": expression("$exists($states.input.answerTo)"),
            "byHand": expression("$not($exists($states.input.answerTo))"),
            "steps": expression(f"{whole} ? {_listed(every)} : {_listed(by_hand)}"),
            "step": 0,
            "began": expression("$millis()"),
            "since": expression("$millis()"),
            "stage": "",
            "remaining": 0,
            "blocked": False,
            "deleted": [],
            "stopped": [],
            "going": [],
            "pending": [],
            "left": {},
            "kept": {},
            "failure": {"step": "", "error": "", "cause": ""},
            "report": {},
        },
        "Next": _WHICH,
    }


def _listed(keys: list[str]) -> str:
    """Return a list in JSONata, with a last look at Personalize."""
    return f"[{', '.join(repr(key) for key in [*keys, 'personalize'])}]"


def _take(step: Step) -> State:
    """Return a step's task: it does what can be done now and says what remains."""
    result = "$states.result.Payload"
    return invoke(
        step.function_arn,
        {
            "scope": expression("$scope"),
            "dryRun": expression("$dryRun"),
            "byHand": expression("$byHand"),
            "going": expression("$going"),
        },
        assign={
            "stage": expression(f"{result}.stage"),
            "remaining": expression(f"{result}.remaining"),
            "blocked": expression(f"$count({result}.left) > 0"),
            "going": expression(f"{result}.going"),
            "pending": expression(f"{result}.pending"),
            "deleted": expression(f"$append($deleted, {result}.deleted)"),
            "stopped": expression(f"$append($stopped, {result}.stopped)"),
            # By step: a later look at the same thing replaces what an earlier one said of it.
            "left": expression(f"$merge([$left, {{'{step.key}': {result}.left}}])"),
            "kept": expression(f"$merge([$kept, {{'{step.key}': {result}.kept}}])"),
        },
        then=_DONE,
        failed=_REPORT,
        step=step.title,
        seconds=300,
    )


def _decide(polling: Polling) -> State:
    """Return the choice after a look; in a dry run every step is one look."""
    patience = polling.give_up_after_hours * _MS_AN_HOUR
    late = f"$awaited and $millis() - $began > {_ANSWER_AFTER_MS}"
    return choice(
        ("$dryRun or ($remaining = 0 and $not($blocked))", _NEXT),
        # What is left needs what comes next: the stack's own resources stay as well.
        ("$remaining = 0", _REPORT),
        (late, _LATER),
        (f"$millis() - $since > {patience}", _REPORT),
        otherwise=_WAIT,
    )


def _next_step() -> Mapping[str, Any]:
    return {
        "step": expression("$step + 1"),
        "since": expression("$millis()"),
        "going": [],
        "pending": [],
    }


def _pause(polling: Polling) -> str:
    """Return the wait: a share of the time already spent on the step, between floor and cap."""
    spent = f"{polling.share} * ($millis() - $since) / 1000"
    share = f"$min([{polling.cap_seconds}, {spent}])"
    return f"$ceil($max([{polling.floor_seconds}, {share}]))"


def _tell_later(answer_arn: str) -> State:
    state = invoke(
        answer_arn,
        {
            "answerTo": expression("$answerTo"),
            "execution": expression("$states.context.Execution.Id"),
            "stage": expression("$stage"),
            "pending": expression("$pending"),
        },
        assign={"awaited": False},
        then=_WAIT,
        failed=_WAIT,
        step=_LATER,
    )
    # Whoever does not hear of it still gets what he wants: the teardown goes on.
    return state | {"Catch": [_caught(_WAIT, {"awaited": False})]}


def _make_report(report_arn: str) -> State:
    state = invoke(
        report_arn,
        {
            "pipeline": expression("$scope.pipeline"),
            "dryRun": expression("$dryRun"),
            "deleted": expression("$deleted"),
            "stopped": expression("$stopped"),
            "pending": expression("$pending"),
            "left": expression("[$left.*]"),
            "kept": expression("[$kept.*]"),
            "failure": expression("$failure"),
        },
        assign={"report": expression("$states.result.Payload")},
        then=_WAITING,
        failed=_WAITING,
        step=_REPORT,
    )
    cause = "'The report could not be made: ' & $string($states.errorOutput.Cause)"
    poor = {
        "pipeline": expression("$scope.pipeline"),
        "dryRun": expression("$dryRun"),
        "clean": False,
        "endedWell": False,
        "summary": expression(cause),
        "lines": expression(f"[{cause}]"),
    }
    return state | {"Catch": [_caught(_WAITING, {"report": poor})]}


def _answer(answer_arn: str) -> State:
    state = invoke(
        answer_arn,
        {"answerTo": expression("$answerTo"), "report": expression("$report")},
        assign={"awaited": False},
        then=_END,
        failed=_END,
        step=_ANSWER,
    )
    return state | {"Catch": [_caught(_END, _not_well("CloudFormation got no answer"))]}


def _resume(quiet_arn: str) -> State:
    """Return the task after a teardown by hand: the stack stands, and may be used again."""
    state = invoke(
        quiet_arn,
        {"scope": expression("$scope"), "action": "resume"},
        assign={"stage": expression("$states.result.Payload.stage")},
        then=_END,
        failed=_END,
        step=_RESUME,
    )
    return state | {"Catch": [_caught(_END, _not_well("Drops start no runs"))]}


def _not_well(what: str) -> dict[str, str]:
    """Return the report with a line more: it did not end well."""
    line = f"'{what}: ' & $string($states.errorOutput.Cause)"
    changed = f"{{'endedWell': false, 'lines': $append($report.lines, [{line}])}}"
    return {"report": expression(f"$merge([$report, {changed}])")}


def _caught(then: str, assign: Mapping[str, Any]) -> State:
    return {"ErrorEquals": ["States.ALL"], "Assign": dict(assign), "Next": then}
