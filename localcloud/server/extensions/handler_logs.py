"""A handler whose log group is the stack's writes into it, and does not make it again.

MiniStack makes a missing log group at every invocation. On AWS the function's role makes it, and a
role that may only write (`logs:CreateLogStream`, `logs:PutLogEvents`) writes nothing once the group
is gone. The difference shows at the end of a stack: the last function to run, which tells
CloudFormation that all is done, would leave its log group behind.
"""

from typing import Any

from ministack.services import cloudwatch_logs, lambda_svc

from localcloud.server.extensions.patching import Untyped, private, replace


def install() -> None:
    """Replace `_emit_lambda_logs` where `LoggingConfig` names a group."""
    emit = private(lambda_svc, "_emit_lambda_logs")
    groups = private(cloudwatch_logs, "_log_groups")

    def into_what_is_there(func: dict[str, Any], *args: Untyped, **more: Untyped) -> None:
        config = func.get("config") or func
        named = (config.get("LoggingConfig") or {}).get("LogGroup")
        if named is None or named in groups:
            emit(func, *args, **more)

    replace(lambda_svc, "_emit_lambda_logs", into_what_is_there)
