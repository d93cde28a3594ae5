"""What the command lines take, beyond what argparse knows."""

import argparse
import math


def positive(text: str) -> float:
    """Return a finite number greater than 0; raises ArgumentTypeError."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no number greater than 0, such as 0.5")
    return number
