"""Work behind the statuses: imports, trainings, batch jobs, each in a thread of its own pool.

Heavy work (training) runs in a process that its thread waits for, so that serving keeps its pace.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from personalize_emulator.errors import JobFailed, JobStopped
from personalize_emulator.recipes.errors import ModelFormatError
from personalize_emulator.values import Payload

_log = logging.getLogger(__name__)
INTERNAL_FAILURE: Final = "An internal error occurred. Please try again."

Work = Callable[[threading.Event], Payload]
"""Takes the event that asks it to stop, returns its result; raises JobFailed or JobStopped."""

Done = Callable[[str | None, Payload], None]
"""Takes the failure reason (None for success) and the result."""


@dataclass
class Jobs:
    """Runs work, one piece a key, and can stop it; ``closing`` is set at shutdown."""

    trainings: int = 2
    others: int = 4
    _stops: dict[str, threading.Event] = field(default_factory=dict)
    closing: threading.Event = field(default_factory=threading.Event)
    _entry: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._training = ThreadPoolExecutor(self.trainings, thread_name_prefix="training")
        self._other = ThreadPoolExecutor(self.others, thread_name_prefix="job")

    def start(self, key: str, work: Work, done: Done, *, training: bool = False) -> None:
        """Run ``work`` as soon as there is room, then call ``done`` from the same thread."""
        stop = self._stops[key] = threading.Event()
        pool = self._training if training else self._other
        self._submit(pool, partial(self._run, key, stop, work, done))

    def _submit(self, pool: ThreadPoolExecutor, task: Callable[[], None]) -> None:
        """Give a pool something to do; at shutdown it is left, and the next start finds it so."""
        with self._entry:
            if not self.closing.is_set():
                pool.submit(task)

    def _run(self, key: str, stop: threading.Event, work: Work, done: Done) -> None:
        try:
            failure, result = self._outcome(key, stop, work)
        finally:
            self._stops.pop(key, None)
        # Interrupted work stays without outcome: the next start declares it failed.
        if self.closing.is_set():
            return
        try:
            done(failure, result)
        except Exception:
            _log.exception("the outcome of the work for %s could not be taken in", key)
            raise

    @staticmethod
    def _outcome(key: str, stop: threading.Event, work: Work) -> tuple[str | None, Payload]:
        try:
            if stop.is_set():
                return "Stopped before it began.", {}
            return None, work(stop)
        except (JobFailed, JobStopped, ModelFormatError) as ending:
            return str(ending), {}
        except Exception:
            _log.exception("the work for %s broke", key)
            return INTERNAL_FAILURE, {}

    def later(self, work: Callable[[], None]) -> None:
        """Do something soon that nobody waits for; a failure is logged."""

        def run() -> None:
            try:
                work()
            except Exception:
                _log.exception("background work broke")

        self._submit(self._other, run)

    def running(self, key: str) -> bool:
        """Tell whether work of that key waits or runs."""
        return key in self._stops

    def stop(self, key: str) -> None:
        """Ask the work of that key to end soon."""
        if event := self._stops.get(key):
            event.set()

    def close(self) -> None:
        """Ask all work to end and wait until it has."""
        with self._entry:
            self.closing.set()
        for event in list(self._stops.values()):
            event.set()
        for pool in (self._training, self._other):
            pool.shutdown(wait=True)
