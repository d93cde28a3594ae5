"""What the service's hyperparameters mean for the models of this package.

The service's networks have hidden units and are unrolled over time; the linear models here have
ridge penalties and windows. So ``hidden_dimension``, relative to its default, is the capacity: the
penalty is divided by it. ``bptt``, relative to its default, is how far back sequences are read.
"""

from dataclasses import replace

from personalize_emulator.recipes.fitting.related import RelatedSettings
from personalize_emulator.recipes.fitting.signals import SignalSettings
from personalize_emulator.recipes.options import Options

NEIGHBOURS_PER_DIMENSION = 3


def signal_settings(options: Options) -> SignalSettings:
    """The shapes of the personal model's matrices."""
    shipped = SignalSettings()
    capacity = options.relative("hidden_dimension")
    return replace(
        shipped,
        taste_ridge=shipped.taste_ridge / capacity,
        transition_ridge=shipped.transition_ridge / capacity,
        reach=options.relative("bptt"),
        recency=options.flag("recency_mask") and options.flag("apply_recency_bias"),
    )


def related_settings(recipe: str, options: Options) -> RelatedSettings:
    """What counts as near.

    SIMS: a ``popularity_discount_factor`` of 0.5 is neutral, 0 recommends what is popular anyway, 1
    what is rare. Similar-Items: 0 is neutral.
    """
    discount = options.number("popularity_discount_factor", 0.5)
    return RelatedSettings(
        popularity=-discount if recipe == "aws-similar-items" else 1 - 2 * discount,
        min_shared=round(options.number("min_cointeraction_count", 3)),
        neighbours=NEIGHBOURS_PER_DIMENSION
        * round(options.number("item_id_hidden_dimension", 100)),
    )
