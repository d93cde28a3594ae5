"""How far a mean over held-out users can be trusted.

The normal approximation: mean ± 1.96 standard errors over users. It speaks of other users of the
same kind, not of other days or other splits. Where a user was asked about several times, the error
is that of whole users, not of single questions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and how far to either side 95 % confidence reaches (NaN for a single user)."""

    mean: float
    margin: float

    @property
    def bounds(self) -> tuple[float, float]:
        """Lower and upper end."""
        return self.mean - self.margin, self.mean + self.margin


def interval_of(values: NDArray[np.float64]) -> Interval:
    """The interval of per-user values, (n_users,); users without a value (NaN) do not count."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(float("nan"), float("nan"))
    if len(known) == 1:
        return Interval(float(known[0]), float("nan"))
    error = float(np.std(known, ddof=1)) / float(np.sqrt(len(known)))
    return Interval(float(np.mean(known)), NORMAL_95 * error)


def interval_of_groups(values: NDArray[np.float64], users: NDArray[np.int64]) -> Interval:
    """The interval of per-question values, (n_questions,), of which some are of one user.

    Source: the cluster-robust standard error of a mean (Liang and Zeger, Biometrika 1986).

    Args:
        values: one a question.
        users: (n_questions,) whose question it is.
    """
    mean = float(np.mean(values))
    _, rows = np.unique(users, return_inverse=True)
    deviations = np.bincount(rows, values - mean)
    error = float(np.sqrt(deviations @ deviations)) / len(values)
    return Interval(mean, NORMAL_95 * error)
