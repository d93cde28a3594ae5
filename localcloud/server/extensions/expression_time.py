"""An expression's second is one of the processor, not of the clock.

AWS gives each JSONata expression a second of its own machines. MiniStack counts a second of the
clock: on a laptop that is busy with a training, a thread that has to wait for its turn would fail
the run with `States.QueryEvaluationError`. An expression without an end is still stopped.
"""

import time

from jsonata import jexception, timebox

from localcloud.server.extensions.patching import Untyped, private, replace


def install() -> None:
    """Replace `Timebox` of the evaluator that MiniStack uses."""
    by_the_clock: Untyped = private(timebox, "Timebox")

    class Timebox(by_the_clock):  # type: ignore[misc]
        def __init__(self, *arguments: Untyped, **named: Untyped) -> None:
            super().__init__(*arguments, **named)
            self.begun = time.thread_time()

        def check_runaway(self) -> None:
            spent = (time.thread_time() - self.begun) * 1_000
            if self.timeout is not None and spent > self.timeout:
                raise jexception.JException("D1012", -1, self.timeout)
            if self.max_depth is not None and self.depth > self.max_depth:
                raise jexception.JException("D1011", -1)

    replace(timebox, "Timebox", Timebox)
