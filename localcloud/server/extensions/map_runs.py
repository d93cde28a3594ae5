"""A Distributed Map in JSONata: its Items, its ItemSelector, its Output, and children of their own.

MiniStack reads only the JSONPath fields of a Distributed Map and hands its children the parent's
variables and context. On AWS a child is an execution of its own: it sees its input and nothing else
(https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html and
.../workflow-variables.html, "Distributed Map states"), its events are in its own history, and the
parent's has the run's beginning and end (MapRunStarted, MapRunSucceeded, MapRunFailed).
"""

import copy
from typing import Any

from ministack.services import stepfunctions

from localcloud.server.extensions.patching import Untyped, private, replace

State = dict[str, Any]

# What is evaluated here, and would be read as JSONPath, or not at all, by MiniStack's runner.
_EVALUATED = ("Items", "ItemSelector", "Output", "Assign")


def install() -> None:
    """Replace `_run_distributed_map` and `_run_sub_machine`; after `iteration_history`."""
    run_map = private(stepfunctions, "_run_distributed_map")
    replace(stepfunctions, "_run_distributed_map", _in_jsonata(run_map))
    replace(stepfunctions, "_run_sub_machine", _apart(private(stepfunctions, "_run_sub_machine")))


def machine_of(execution: State) -> str:
    """The ARN of the state machine that an execution belongs to; a child belongs to its parent's.

    A child's own is ``…:stateMachine:<name>/<label>``.
    """
    arn: str = execution["stateMachineArn"].partition("/")[0]
    return arn


def _in_jsonata(run_map: Untyped) -> Untyped:
    def with_expressions(state: State, *rest: Untyped) -> Untyped:
        given, effective, processor, execution, context = rest
        language = private(stepfunctions, "_state_query_language")
        if language(state, context) != "JSONata" or "ItemReader" in state:
            return _framed(run_map, state, given, effective, processor, execution, context)
        inputs = _inputs(state, given, context)
        plain = {key: value for key, value in state.items() if key not in _EVALUATED}
        results, following = _framed(run_map, plain, given, inputs, processor, execution, context)
        output = private(stepfunctions, "_apply_jsonata_output")
        said = output(state, given, context, result=results, default=results)
        private(stepfunctions, "_apply_state_assign")(state, given, context, result=results)
        return said, following

    return with_expressions


def _inputs(state: State, given: Untyped, context: State) -> list[Untyped]:
    """What each child is given."""
    items = given
    if "Items" in state:
        field = private(stepfunctions, "_jsonata_state_field")
        items = field(state, "Items", "array", given, context)
    selector = state.get("ItemSelector")
    if selector is None:
        return list(items)
    template = private(stepfunctions, "_apply_jsonata_template")
    return [
        template(selector, given, {**context, "Map": {"Item": {"Index": index, "Value": item}}})
        for index, item in enumerate(items)
    ]


def _framed(run_map: Untyped, *arguments: Untyped) -> Untyped:
    """Run, and note the beginning and the end of the Map Run in the parent's history."""
    execution = arguments[-2]
    add = private(stepfunctions, "_add_event")
    add(execution, "MapRunStarted")
    try:
        result = run_map(*arguments)
    except private(stepfunctions, "_ExecutionError") as error:
        details = {"error": error.error, "cause": error.cause}
        add(execution, "MapRunFailed", {"mapRunFailedEventDetails": details})
        raise
    add(execution, "MapRunSucceeded")
    return result


def _apart(run_sub_machine: Untyped) -> Untyped:
    def apart(
        states: dict[str, State], start: str, given: Untyped, execution: State, context: State
    ) -> Untyped:
        if context["Execution"]["Id"] == execution["executionArn"]:
            return run_sub_machine(states, start, given, execution, context)
        add = private(stepfunctions, "_add_event")
        add(execution, "ExecutionStarted")
        own = _context_of(execution, given, context)
        try:
            result = run_sub_machine(states, start, given, execution, own)
        except private(stepfunctions, "_ExecutionError") as error:
            details = {"error": error.error, "cause": error.cause}
            add(execution, "ExecutionFailed", {"executionFailedEventDetails": details})
            raise
        add(execution, "ExecutionSucceeded")
        return result

    return apart


def _context_of(execution: State, given: Untyped, parent: State) -> State:
    """The context object of a child: its own execution, no variables, no item."""
    return {
        "QueryLanguage": parent["QueryLanguage"],
        "Execution": {
            "Id": execution["executionArn"],
            "Input": copy.deepcopy(given),
            "Name": execution["name"],
            "StartTime": execution["startDate"],
        },
        "StateMachine": {"Id": machine_of(execution), "Name": parent["StateMachine"]["Name"]},
        "variables": {},
    }
