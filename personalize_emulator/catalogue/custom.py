"""Recipes of custom dataset groups, and the retired ones.

Names, types and hyperparameters: developer guide, "Choosing a recipe" and the recipes' own pages.
Which items HRNN-Coldstart takes for new follows from the data alone: its feature parameters for
that are kept and shown (not emulated).
"""

from typing import Final

from personalize_emulator.catalogue.recipe import (
    ACTIONS,
    RANKING,
    RELATED,
    SEGMENT,
    USER,
    Parameter,
    Recipe,
)


def _hidden(default: int) -> Parameter:
    return Parameter("hidden_dimension", str(default), 32, 256, whole=True)


_BPTT: Final = Parameter("bptt", "32", 2, 32, whole=True)
_RECENCY: Final = Parameter("recency_mask", "true", choices=("true", "false"))
_RECENCY_BIAS: Final = Parameter(
    "apply_recency_bias", "true", choices=("true", "false"), tunable=False
)
_POPULARITY_DISCOUNT: Final = Parameter("popularity_discount_factor", "0.5", 0.0, 1.0)
_HISTORY: Final = {
    "min_user_history_length_percentile": "0.0",
    "max_user_history_length_percentile": "0.99",
}

CUSTOM: Final = (
    Recipe(
        "aws-user-personalization-v2",
        USER,
        "Recommends items to a user, with a Transformer-based model and exploration of new items.",
        scores=True,
        optimizes=True,
        explores=True,
        parameters=(_RECENCY_BIAS,),
    ),
    Recipe(
        "aws-user-personalization",
        USER,
        "Predicts the items that a user will interact with, and explores new items.",
        scores=True,
        optimizes=True,
        explores=True,
        updates=True,
        parameters=(_hidden(149), _BPTT, _RECENCY),
        features=_HISTORY,
    ),
    Recipe(
        "aws-popularity-count",
        USER,
        "Recommends the items with the most interactions of all users.",
    ),
    Recipe(
        "aws-trending-now",
        USER,
        "Recommends the items whose popularity grows the fastest.",
        batch=False,
        anonymous=True,
        features={"trend_discovery_frequency": "2 hours"},
    ),
    Recipe(
        "aws-personalized-ranking-v2",
        RANKING,
        "Orders a list of items by a user's interests, with a Transformer-based model.",
        scores=True,
        optimizes=True,
        parameters=(_RECENCY_BIAS,),
    ),
    Recipe(
        "aws-personalized-ranking",
        RANKING,
        "Orders a list of items by a user's interests.",
        scores=True,
        optimizes=True,
        parameters=(_hidden(149), _BPTT, _RECENCY),
        features=_HISTORY,
    ),
    Recipe(
        "aws-similar-items",
        RELATED,
        "Recommends items like a given one, by interactions and by item metadata.",
        parameters=(
            Parameter("popularity_discount_factor", "0.0", 0.0, 1.0),
            Parameter("item_id_hidden_dimension", "100", 30, 200, whole=True),
            Parameter("item_metadata_hidden_dimension", "100", 30, 200, whole=True),
        ),
    ),
    Recipe(
        "aws-sims",
        RELATED,
        "Recommends items that occur together with a given one in users' histories.",
        parameters=(
            _POPULARITY_DISCOUNT,
            Parameter("min_cointeraction_count", "3", 0, 10, whole=True),
        ),
        features={
            "min_user_history_length_percentile": "0.005",
            "max_user_history_length_percentile": "0.995",
            "min_item_interaction_count_percentile": "0.01",
            "max_item_interaction_count_percentile": "0.9",
        },
    ),
    Recipe(
        "aws-semantic-similarity",
        RELATED,
        "Recommends items whose textual descriptions mean the same as a given one's.",
        needs=("ITEMS",),
    ),
    Recipe(
        "aws-item-affinity",
        SEGMENT,
        "Finds the users who are most likely to interact with an item.",
        scores=False,
    ),
    Recipe(
        "aws-item-attribute-affinity",
        SEGMENT,
        "Finds the users who are most likely to interact with items of given attributes.",
        needs=("ITEMS",),
    ),
    Recipe(
        "aws-next-best-action",
        ACTIONS,
        "Recommends the actions that a user is most likely to take.",
        scores=True,
        batch=False,
        needs=("ACTIONS",),
    ),
)

LEGACY: Final = (
    Recipe(
        "aws-hrnn",
        USER,
        "Predicts the items that a user will interact with (retired: aws-user-personalization).",
        scores=True,
        legacy=True,
        parameters=(_hidden(43), _BPTT, _RECENCY),
        features=_HISTORY,
    ),
    Recipe(
        "aws-hrnn-metadata",
        USER,
        "HRNN with metadata of users, items and contexts (retired: aws-user-personalization).",
        scores=True,
        legacy=True,
        parameters=(_hidden(43), _BPTT, _RECENCY),
        features=_HISTORY,
    ),
    Recipe(
        "aws-hrnn-coldstart",
        USER,
        "HRNN-Metadata that favours new items (retired: aws-user-personalization).",
        scores=True,
        updates=True,
        legacy=True,
        parameters=(_hidden(149), _BPTT, _RECENCY),
        features=_HISTORY
        | {
            "cold_start_max_duration": "5.0",
            "cold_start_max_interactions": "15",
            "cold_start_relative_from": "latestItem",
        },
        needs=("ITEMS",),
    ),
)
