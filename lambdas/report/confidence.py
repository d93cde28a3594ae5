"""How far an offline metric can be trusted, where only its mean is known.

The service reports means over the held-out users, and nothing of how users differ. But one user's
precision, reciprocal rank or NDCG lies between 0 and 1, and then the variance over users is at most
m (1 - m) with the mean m (Bhatia and Davis, "A better bound on the variance", 2000). So the 95 %
interval is at most 1.96 √(m (1 - m) / n) wide to either side, on AWS as on the local cloud.
"""

from math import sqrt

NORMAL_95 = 1.96
HELD_OUT = 0.1
"""Of the users with two events or more ("Evaluating a solution version", developer guide)."""

MEANS_OVER_USERS = ("normalized_discounted_cumulative_gain", "mean_reciprocal_rank", "precision")


def widest_margin(metric: str, mean: float | None, users: int) -> float | None:
    """Return how far to either side the 95 % interval reaches at most.

    Args:
        metric: The service's name of it.
        mean: What the service reports.
        users: Users with two events or more; 0 where nobody counted them.

    Returns:
        None where no bound is known: for coverage, rewards, and metrics of segments.
    """
    held_out = round(HELD_OUT * users)
    if mean is None or not held_out or not 0 <= mean <= 1:
        return None
    if metric.partition("_at_")[0] not in MEANS_OVER_USERS:
        return None
    return NORMAL_95 * sqrt(mean * (1 - mean) / held_out)
