"""How much likelier an item is under a value (of a person's attribute, of the moment) than ever."""

import numpy as np
from scipy import sparse

from personalize_emulator.recipes.eventlog import Floats

PRIOR_EVENTS = 200.0
"""Events under which a value's own counts weigh as much as everybody's."""

PRIOR_SHOWN = 20.0
"""The same for how often an item was chosen where it was shown."""


def log_lifts(counts: sparse.csr_array, overall: Floats) -> Floats:
    """log(share of the item under the value / share of the item at all), shrunk towards 0.

    Args:
        counts: (n_values, n_items) events.
        overall: (n_items,) events under any value or none.

    Returns:
        (n_values, n_items); 0 for items without events.
    """
    shares = overall / max(1.0, float(overall.sum()))
    totals = np.asarray(counts.sum(axis=1)).reshape(-1, 1)
    smoothed = (counts.toarray() + PRIOR_EVENTS * shares) / (totals + PRIOR_EVENTS)
    known = shares > 0
    lifts = np.zeros(smoothed.shape, dtype=np.float32)
    lifts[:, known] = np.log(smoothed[:, known] / shares[known])
    return lifts


def log_appeal(shown: Floats, chosen: Floats) -> Floats:
    """log(how often the item is chosen where it is shown / how often any is), shrunk towards 0.

    Args:
        shown: (n_items,) lists that an item was in.
        chosen: (n_items,) those of them in which it was the choice.
    """
    usual = max(1.0, float(chosen.sum())) / max(1.0, float(shown.sum()))
    rates = (chosen + PRIOR_SHOWN * usual) / (shown + PRIOR_SHOWN)
    return np.asarray(np.log(rates / usual), dtype=np.float32)
