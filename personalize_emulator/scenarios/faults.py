"""How a scripted fault strikes a call."""

import time

from personalize_emulator.api.http import HttpResponse, refusal
from personalize_emulator.errors import EmulatorError
from personalize_emulator.scenarios.scripts import CallFault


class Scripted(EmulatorError):  # noqa: N818 - it is meant to happen
    """A call ends here, by script."""

    def __init__(self, fault: CallFault) -> None:
        super().__init__(fault.message)
        self.fault = fault

    def response(self, content_type: str) -> HttpResponse:
        """Return what the client gets."""
        if self.fault.fault == "lose":
            return HttpResponse(503, {}, b"", drop=True)
        return refusal(content_type, self.fault.code, self.fault.message, self.fault.status)


def strike(fault: CallFault) -> bool:
    """Let a fault strike before the operation; True if the answer is to be dropped after it.

    Raises Scripted where the operation must not happen at all.
    """
    if fault.fault == "delay":
        time.sleep(fault.seconds)
        return False
    if fault.fault == "drop":
        return True
    raise Scripted(fault)
