import random
from statistics import mean, pstdev

import pytest

from lambdas.report.confidence import NORMAL_95, widest_margin

NDCG = "normalized_discounted_cumulative_gain_at_10"


def test_no_users_could_differ_more() -> None:
    chance = random.Random(4)
    for _ in range(200):
        spread = chance.uniform(0.1, 3)
        users = [chance.betavariate(spread, spread) for _ in range(50)]
        margin = NORMAL_95 * pstdev(users) / 50**0.5
        widest = widest_margin(NDCG, mean(users), users=500)
        assert widest is not None
        assert widest >= margin


def test_users_who_are_all_or_nothing_differ_that_much() -> None:
    users = [0.0] * 30 + [1.0] * 20
    assert widest_margin(NDCG, mean(users), users=500) == pytest.approx(
        NORMAL_95 * pstdev(users) / 50**0.5
    )


@pytest.mark.parametrize(
    ("metric", "value", "users"),
    [
        ("coverage", 0.3, 500),
        ("average_rewards_at_k", 0.3, 500),
        ("hits_at_1_percent", 12.0, 500),
        (NDCG, None, 500),
        (NDCG, 0.3, 0),
    ],
)
def test_no_bound_is_claimed_where_none_is_known(
    metric: str, value: float | None, users: int
) -> None:
    assert widest_margin(metric, value, users) is None
