"""What Lambda does in a function's name: it assumes the role, writes the log, sends traces."""

from collections.abc import Iterator
from typing import Any

from ministack.services import lambda_svc

from localcloud.permissions.calls import Call, Principal
from localcloud.permissions.recorder import Recorder
from localcloud.permissions.services import of_function
from localcloud.server.extensions.patching import Untyped, private, replace


def install(recorder: Recorder) -> None:
    """Replace `_execute_function`."""
    execute = private(lambda_svc, "_execute_function")

    def recording(func: dict[str, Any], event: Untyped) -> Untyped:
        config = func["config"]
        # A function that may not write its log still runs, on AWS too: remembered, not refused.
        recorder.judge(_calls(config))
        return execute(func, event)

    replace(lambda_svc, "_execute_function", recording)


def _calls(config: dict[str, Any]) -> Iterator[Call]:
    function, name = config["FunctionArn"], config["FunctionName"]
    region, account = function.split(":")[3:5]
    log_group = config.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
    return of_function(
        Principal(config["Role"], account, name),
        region=region,
        log_group=log_group,
        traced=config.get("TracingConfig", {}).get("Mode") == "Active",
        source=function,
    )
