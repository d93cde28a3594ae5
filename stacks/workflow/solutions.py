"""For each solution: train, evaluate, promote, serve; one that fails does not stop another."""

from typing import Any

from aws_cdk import aws_lambda as lambda_

from stacks.workflow.cost import granting, one_after_another, settling
from stacks.workflow.promotion import REMEMBER, promotion, remembering
from stacks.workflow.scopes import scoped
from stacks.workflow.serving import Serving, keeping, serving
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, catch, expression
from stacks.workflow.telling import Telling
from stacks.workflow.training import plan_of, training
from stacks.workflow.watcher import Watcher

_CHOOSE, _TAKE = "Choose the solutions", "Take up a solution"
# An update folds new items into the solutions that can, and adopted are those that the service
# trains; the others have nothing to do in it.
_CHOSEN = (
    "[$plans[$trainingMode = 'UPDATE' ? updates : $trainingMode = 'ADOPT' ? automatic : true]]"
)
_SERVED, _FAILED, _HELD = "It serves", "It does not serve", "The old version serves on"
_REFUSED, _UNSERVED = "It is not trained", "It is trained"


def solutions(
    parts: Parts,
    *,
    serve: Serving,
    telling: Telling,
    promote: lambda_.Function,
    account: lambda_.Function,
    watcher: Watcher,
    then: str,
    failed: str,
) -> Stage:
    """Return the map over the pipeline's solutions."""
    entry = "For each solution"
    stages = _stages(
        parts, serve=serve, telling=telling, promote=promote, account=account, watcher=watcher
    )
    remember = remembering(function=promote, telling=telling, then=_SERVED, failed=_FAILED)
    state: dict[str, Any] = {
        "Type": "Map",
        "Items": expression(_CHOSEN),
        "MaxConcurrency": 1 if one_after_another(parts) else 10,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": _TAKE,
            "States": scoped(
                "solution",
                {
                    _TAKE: _take(then=stages[0].entry),
                    **{name: state for stage in stages for name, state in stage.states.items()},
                    **remember,
                    **_outcomes(budgeted=one_after_another(parts)),
                },
            ),
        },
        "Catch": catch(failed, step="the solutions"),
        "Assign": {"solutions": expression("$states.result")},
        "Output": expression("$states.input"),
        "Next": then,
    }
    plans = [plan_of(parts, solution) for solution in parts.pipeline.solutions]
    choose: State = {"Type": "Pass", "Assign": {"plans": plans}, "Next": entry}
    return Stage(
        entry=_CHOOSE,
        states={_CHOOSE: choose, entry: state},
        functions=tuple(function for stage in stages for function in stage.functions),
        grants=tuple(grant for stage in stages for grant in stage.grants),
    )


def _stages(
    parts: Parts,
    *,
    serve: Serving,
    telling: Telling,
    promote: lambda_.Function,
    account: lambda_.Function,
    watcher: Watcher,
) -> list[Stage]:
    """Return the stages of one solution, in their order."""
    move = serving(parts, serve=serve, then=REMEMBER, failed=_FAILED)
    keep = keeping(serve, then=_HELD, failed=_FAILED)
    judge = promotion(
        parts,
        function=promote,
        serve=serve,
        telling=telling,
        then=move.entry,
        held=keep.entry,
        unserved=_UNSERVED,
        failed=_FAILED,
    )
    settle = settling(parts, function=account, then=judge.entry, failed=judge.entry)
    train = training(parts, watcher=watcher, then=settle.entry, failed=_FAILED)
    stages = [train, settle, judge, move, keep]
    if not one_after_another(parts):
        return stages  # without a budget there is nothing to ask
    grant = granting(
        parts,
        function=account,
        telling=telling,
        then=train.entry,
        refused=_REFUSED,
        failed=_FAILED,
    )
    return [grant, *stages]


def _take(*, then: str) -> State:
    """Return the first state: what is not known yet has a value, for every end names it."""
    assign = {
        "plan": expression("$states.input"),
        "versionArn": "",
        "adopted": False,
        "metrics": {},
        "unread": "",
        "trainedIn": 0,
        "paid": {},
        "verdict": {},
        "decision": {},
        "trial": {"passed": False},
        "approval": {"approved": False},
    }
    return {"Type": "Pass", "Assign": assign, "Next": then}


def _outcomes(*, budgeted: bool) -> dict[str, State]:
    """Return the ends of a solution; each says what there is to say."""
    named = {name: expression(f"$plan.{name}") for name in ("name", "recipe", "question")}
    trained = {
        **named,
        "solutionVersionArn": expression("$versionArn"),
        "campaignArn": expression("$plan.campaignArn"),
        "metrics": expression("$metrics"),
        "trainingSeconds": expression("$trainedIn"),
        "cost": expression("$paid"),
    }
    judged = {**trained, "gate": expression("$verdict"), "failure": {}}
    recommended = {"recommended": expression("$answer.items")}
    why = {"reason": expression("$decision.reason")}
    refused = {**named, "reason": expression("$grant.reason"), "failure": {}, "status": "REFUSED"}
    return {
        **({_REFUSED: _end(refused)} if budgeted else {}),
        _SERVED: _end({**judged, **recommended, "status": "ACTIVE"}),
        _HELD: _end({**judged, **why, "status": "HELD"}),
        _UNSERVED: _end({**trained, "failure": {}, "status": "ACTIVE"}),
        _FAILED: _end({**trained, "failure": expression("$failure"), "status": "FAILED"}),
    }


def _end(output: dict[str, Any]) -> State:
    return {"Type": "Pass", "Output": output, "End": True}
