"""What a validation slice can tell apart: the one-standard-error rule.

Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees" (1984): what lies within
one standard error of the best is taken for as good. The error is that of the mean of the paired
differences, question by question, so no threshold is set by hand.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

ERRORS = 1.0


def gains(new: Values, old: Values, errors: float = ERRORS) -> bool:
    """Whether the mean of ``new`` is above that of ``old`` by more than the error.

    Args:
        new: (n_questions,) what was reached.
        old: (n_questions,) the same, of what it would replace.
        errors: how many standard errors it takes.
    """
    differences = new - old
    return bool(differences.mean() > errors * _standard_error(differences))


def _standard_error(values: Values) -> float:
    """Of the mean; 0 for a single value, which says nothing about its error."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
