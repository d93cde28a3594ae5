"""`"Parameters": {}` hands a task an empty object, not the state's whole input.

MiniStack asks whether `Parameters` and `ResultSelector` are truthy; AWS asks whether they are
there (https://states-language.net/spec.html#payload-template). Without this a service that refuses
unknown parameters would refuse locally what it accepts on AWS, and the other way round.
"""

from typing import Any

from ministack.services import stepfunctions

from localcloud.server.extensions.patching import Untyped, private, replace


def install() -> None:
    """Replace `_apply_parameters` and `_apply_result_selector`."""
    apply_parameters = private(stepfunctions, "_apply_parameters")
    apply_result_selector = private(stepfunctions, "_apply_result_selector")

    def with_empty_parameters(state: dict[str, Any], data: Untyped, ctx: Untyped = None) -> Untyped:
        return {} if state.get("Parameters") == {} else apply_parameters(state, data, ctx)

    def with_empty_selector(state: dict[str, Any], data: Untyped) -> Untyped:
        return {} if state.get("ResultSelector") == {} else apply_result_selector(state, data)

    replace(stepfunctions, "_apply_parameters", with_empty_parameters)
    replace(stepfunctions, "_apply_result_selector", with_empty_selector)
