"""Who is asked about, and when, as positions."""

from dataclasses import dataclass, field

import numpy as np

from personalize_emulator.recipes.eventlog import Codes


def nothing() -> Codes:
    """No positions."""
    return np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of one person at one moment.

    Args:
        history: items touched, oldest first.
        profile: values of the person's attributes.
        context: values of the contextual columns.
    """

    history: Codes
    profile: Codes = field(default_factory=nothing)
    context: Codes = field(default_factory=nothing)
