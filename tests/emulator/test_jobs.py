"""Work in the background, up to and beyond the shutdown."""

import threading

from personalize_emulator.jobs import Jobs
from personalize_emulator.values import Payload


def test_what_comes_after_the_shutdown_is_left_undone_and_breaks_nothing() -> None:
    jobs, done = Jobs(), []

    def work(stop: threading.Event) -> Payload:
        del stop
        done.append("work")
        return {}

    jobs.close()
    # The end of an import asks for an index, also while the service is closing.
    jobs.later(lambda: done.append("later"))
    jobs.start("key", work, lambda failure, result: done.append(str((failure, result))))

    assert done == []
