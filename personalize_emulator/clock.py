"""Time as the emulator sees it: the machine's, or one that a test moves by hand."""

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Tells the time in seconds since the epoch."""

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return the machine's time in seconds since the epoch."""
        return time.time()


class AdjustableClock:
    """The machine's clock, run faster or set forward: a week can pass in a moment."""

    def __init__(self, speed: float = 1.0) -> None:
        """Let ``speed`` seconds pass in each of the machine's."""
        self._speed = speed
        self._origin = self._base = time.time()

    def now(self) -> float:
        """Return seconds since the epoch."""
        return self._base + (time.time() - self._origin) * self._speed

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds``; raises ValueError for a step back."""
        if seconds < 0:
            msg = f"time does not run backwards: {seconds}"
            raise ValueError(msg)
        self._base += seconds


@dataclass
class VirtualClock:
    """A clock that stands still until somebody moves it: two days pass in no time."""

    seconds: float = 1_700_000_000.0

    def now(self) -> float:
        """Return the virtual time in seconds since the epoch."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds``; raises ValueError for a step back."""
        if seconds < 0:
            msg = f"time does not run backwards: {seconds}"
            raise ValueError(msg)
        self.seconds += seconds
