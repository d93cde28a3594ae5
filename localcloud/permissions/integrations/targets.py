"""What rules and schedules start: under the target's role, or in the service's own name."""

import logging
from typing import Any

from ministack.services import eventbridge

from localcloud.permissions.calls import Call, Principal
from localcloud.permissions.recorder import Recorder
from localcloud.permissions.services import assumed, of_target
from localcloud.server.extensions.patching import Untyped, private, replace

_log = logging.getLogger(__name__)
_RULES, _SCHEDULES = "events.amazonaws.com", "scheduler.amazonaws.com"


def install(recorder: Recorder) -> None:
    """Replace `_invoke_target`, which rules and schedules share."""
    invoke = private(eventbridge, "_invoke_target")

    def judging(
        target: dict[str, Any], event: Untyped, rule: dict[str, Any], view: Untyped = None
    ) -> None:
        service = _SCHEDULES if "Target" in rule else _RULES
        source = rule["Arn"]
        role = target.get("RoleArn", "")
        caller = Principal(role or service, source.split(":")[4])
        refused = recorder.attempt(caller, source, lambda: _calls(caller, service, target, source))
        if refused:
            # AWS drops the event after its retries; whoever waits for the run finds this line.
            _log.warning("%s started nothing: %s", source, refused)
            return
        invoke(target, event, rule, view)

    replace(eventbridge, "_invoke_target", judging)


def _calls(caller: Principal, service: str, target: dict[str, Any], source: str) -> list[Call]:
    region = source.split(":")[3]
    started = of_target(caller, target["Arn"], region=region, source=source)
    taken_up = [] if caller.is_service else [assumed(caller, service, region, source)]
    return [*taken_up, started]
