"""A run is never timed out while anything in it may still be waited for."""

import pytest

from lambdas.shared.settings.longest import DAY, LEAST, YEAR, longest_run_seconds
from tests.unit.settings.conftest import Refuse, parse

SERVED = "[{name: a, recipe: aws-sims}, {name: b, recipe: aws-popularity-count}]"
BUDGET = "cost: {budget: {perRun: 10}}\n"
APPROVAL = "promotion: {approval: {required: true, timeoutHours: 720}}\n"
LONGEST = "operation: {polling: {giveUpAfterHours: 336, capSeconds: 900}}\n"
SOLUTIONS = ", ".join(f"{{name: s{i}, recipe: aws-sims, campaign: null}}" for i in range(6))


def seconds(text: str) -> int:
    return longest_run_seconds(parse(text))


def test_an_approval_of_a_month_fits_beside_everything_else() -> None:
    plain = seconds(f"solutions: {SERVED}\n")

    assert seconds(f"solutions: {SERVED}\n{APPROVAL}") == plain + 30 * DAY


def test_with_a_budget_each_solution_waits_after_the_one_before() -> None:
    beside = seconds(f"solutions: {SERVED}\n{APPROVAL}")
    in_turn = seconds(f"solutions: {SERVED}\n{APPROVAL}{BUDGET}")

    assert in_turn - beside >= (8 + 30) * DAY


def test_what_is_not_served_waits_for_nobody() -> None:
    unserved = "solutions: [{name: a, recipe: aws-sims, campaign: null}]\n"

    assert seconds(unserved + APPROVAL) == seconds(unserved)


@pytest.mark.parametrize("asked", [BUDGET + APPROVAL, BUDGET + LONGEST, APPROVAL + LONGEST])
def test_what_is_long_by_itself_fits_into_the_year(asked: str) -> None:
    most = f"solutions: [{SOLUTIONS}, {SERVED[1:]}\n"

    assert LEAST <= seconds(most + asked) <= YEAR


def test_what_exceeds_the_year_is_refused_with_what_would_fit(refused: Refuse) -> None:
    served = ", ".join(f"{{name: t{i}, recipe: aws-sims}}" for i in range(4))
    tail = f"solutions: [{SOLUTIONS}, {served}]\n{BUDGET}{LONGEST}"

    [problem] = refused(tail + APPROVAL)

    assert problem.dotted == "promotion.approval.timeoutHours"
    assert "may take 452 days, and an execution takes 365 at most" in problem.message
    most = int(problem.message.split(" hours are allowed")[0].split()[-1])
    allowed = APPROVAL.replace("720", str(most))
    assert YEAR - 4 * 3600 < seconds(tail + allowed) <= YEAR
