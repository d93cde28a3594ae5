"""What a finished job's notice may cost: the default pipeline's own waits, in virtual time.

The same simulation prints the table of ``python -m benchmarks polling``; nothing here sleeps.
"""

import pytest

from benchmarks.polling import AWS_SOLUTION, HISTORY, JOBS, KNOWN, ML_OPS, Definition, Row, measure
from tests.infrastructure.conftest import Synthesized

TRIALS = {"7 days": 1, "50 h": 4}
FIVE_MINUTES = 300


@pytest.fixture(scope="module")
def ours(movielens: Synthesized) -> Definition:
    return Definition.of(movielens.template, "movielens")


def rows(rule: Definition, job: str) -> list[Row]:
    """The first run's figures, and those of runs that know earlier ones."""
    trials = TRIALS.get(job, 8)
    return [measure(job, "", rule, known=known, trials=trials) for known in (0, 1, KNOWN)]


@pytest.mark.parametrize("job", JOBS)
def test_a_job_of_any_length_is_noticed_soon(ours: Definition, job: str) -> None:
    for row in rows(ours, job):
        assert row.survived
        assert row.lag <= min(0.05 * row.seconds, FIVE_MINUTES)
        assert row.events <= HISTORY


def test_looking_takes_no_function_and_fewer_steps_than_the_solution_of_aws(
    ours: Definition,
) -> None:
    theirs = measure("50 min", "", AWS_SOLUTION)
    later = measure("50 min", "", ours, known=KNOWN)

    assert later.lambdas * 3 <= theirs.lambdas
    assert later.transitions <= theirs.transitions
    assert later.dollars <= theirs.dollars


def test_what_is_faster_than_ever_before_is_noticed_before_it_would_have_been_late(
    ours: Definition,
) -> None:
    hours = 6 * 3600

    seen = ours.watch(0.82 * hours, [hours] * KNOWN)

    assert seen.survived
    assert seen.lag <= FIVE_MINUTES


def test_the_rules_of_the_others_are_as_late_and_as_short_lived_as_people_say() -> None:
    five_hours = 5 * 3600

    assert AWS_SOLUTION.watch(five_hours).survived
    assert not AWS_SOLUTION.watch(5.3 * 3600).survived
    # It looks again after half the time so far: what ends right after a look is noticed that late.
    just_missed = sum(2 * 1.5**look for look in range(12)) + 1
    assert ML_OPS.watch(just_missed).lag == pytest.approx(just_missed / 2, rel=0.01)
