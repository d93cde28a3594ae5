"""What grows: Trending-Now and the domain recipes like it.

The events of the newest window, as long as ``trend_discovery_frequency`` says, against those of the
window before it: the items whose logarithm of growth, smoothed by a few pseudo-events, is largest.
"""

from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.models.trending import TrendingModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe

FREQUENCY = "trend_discovery_frequency"
DEFAULT = "2 hours"
SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}


def tune_trending(recipe: str, data: Dataset, options: Options) -> Fit:
    """Nothing to learn; the solution says how often trends are looked for."""
    del data
    window = seconds_of(options.features.get(FREQUENCY, DEFAULT))
    return lambda fitted: TrendingModel.fit(recipe, fitted.log, window)


def seconds_of(frequency: str) -> int:
    """Seconds in a text such as ``30 minutes`` or ``1 day``.

    Raises:
        InvalidJob: the text is not a number and a unit.
    """
    count, _, unit = frequency.strip().lower().partition(" ")
    if not count.isdigit() or unit.rstrip("s") not in SECONDS:
        raise InvalidJob(f"{FREQUENCY} reads like '2 hours', not {frequency!r}")
    return max(1, int(count)) * SECONDS[unit.rstrip("s")]


TRENDING = Recipe(tune_trending, kin="trending")
RECIPES = {"aws-trending-now": TRENDING}
