"""The recipes that the service offers, with their algorithms and feature transformations.

Names, types and hyperparameters: developer guide, "Choosing a recipe" and the recipes' own pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

USER: Final = "USER_PERSONALIZATION"
RANKING: Final = "PERSONALIZED_RANKING"
RELATED: Final = "RELATED_ITEMS"
SEGMENT: Final = "USER_SEGMENTATION"
ACTIONS: Final = "PERSONALIZED_ACTIONS"
ECOMMERCE: Final = "ECOMMERCE"
VIDEO: Final = "VIDEO_ON_DEMAND"

_PREFIX: Final = "arn:aws:personalize:::"
OFFERED_SINCE: Final = 1_560_124_800.0
"""2019-06-10, when the service became generally available: the date that the catalogue shows."""


@dataclass(frozen=True)
class Parameter:
    """A hyperparameter: its default, its range or its choices, and whether HPO may tune it."""

    name: str
    default: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    tunable: bool = True
    whole: bool = False


@dataclass(frozen=True)
class Recipe:
    """One recipe.

    Args:
        name: such as ``aws-sims``.
        type: which requests it answers.
        description: what it is for.
        domain: the domain whose recommenders use it; None for custom recipes.
        scores: whether answers carry scores ("How scores work").
        explores: whether ``itemExplorationConfig`` applies.
        updates: whether ``trainingMode`` UPDATE applies.
        batch: whether batch jobs accept it.
        needs: the datasets beside interactions that it can't train without.
        event_type: the events that a domain use case trains on.
        legacy: retired; only offered on request.
        parameters: hyperparameters.
        features: parameters of the feature transformation, name and default.
    """

    name: str
    type: str
    description: str
    domain: str | None = None
    scores: bool = False
    explores: bool = False
    updates: bool = False
    batch: bool = True
    needs: tuple[str, ...] = ()
    event_type: str | None = None
    legacy: bool = False
    parameters: tuple[Parameter, ...] = ()
    features: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The recipe's ARN, the same in every account and region."""
        return f"{_PREFIX}recipe/{self.name}"

    @property
    def algorithm_arn(self) -> str:
        """The ARN of its algorithm."""
        return f"{_PREFIX}algorithm/{self.name}"

    @property
    def transformation_arn(self) -> str:
        """The ARN of its feature transformation."""
        return f"{_PREFIX}feature-transformation/{self.name}"


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

_CUSTOM: Final = (
    Recipe(
        "aws-user-personalization-v2",
        USER,
        "Recommends items to a user, with a Transformer-based model and exploration of new items.",
        scores=True,
        explores=True,
        parameters=(_RECENCY_BIAS,),
    ),
    Recipe(
        "aws-user-personalization",
        USER,
        "Predicts the items that a user will interact with, and explores new items.",
        scores=True,
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
        features={"trend_discovery_frequency": "2 hours"},
    ),
    Recipe(
        "aws-personalized-ranking-v2",
        RANKING,
        "Orders a list of items by a user's interests, with a Transformer-based model.",
        scores=True,
        parameters=(_RECENCY_BIAS,),
    ),
    Recipe(
        "aws-personalized-ranking",
        RANKING,
        "Orders a list of items by a user's interests.",
        scores=True,
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

_DOMAIN: Final = (
    Recipe(
        "aws-ecomm-popular-items-by-views",
        USER,
        "Most viewed.",
        ECOMMERCE,
        event_type="View",
    ),
    Recipe(
        "aws-ecomm-popular-items-by-purchases",
        USER,
        "Best sellers.",
        ECOMMERCE,
        event_type="Purchase",
    ),
    Recipe(
        "aws-ecomm-frequently-bought-together",
        RELATED,
        "Frequently bought together.",
        ECOMMERCE,
        event_type="Purchase",
    ),
    Recipe(
        "aws-ecomm-customers-who-viewed-x-also-viewed",
        RELATED,
        "Customers who viewed X also viewed.",
        ECOMMERCE,
        event_type="View",
    ),
    Recipe(
        "aws-ecomm-recommended-for-you",
        USER,
        "Recommended for you.",
        ECOMMERCE,
        explores=True,
    ),
    Recipe(
        "aws-vod-because-you-watched-x",
        RELATED,
        "Because you watched X.",
        VIDEO,
        event_type="Watch",
    ),
    Recipe("aws-vod-more-like-x", RELATED, "More like X.", VIDEO),
    Recipe("aws-vod-most-popular", USER, "Most popular.", VIDEO, event_type="Watch"),
    Recipe("aws-vod-trending-now", USER, "Trending now.", VIDEO),
    Recipe("aws-vod-top-picks", USER, "Top picks for you.", VIDEO, explores=True),
)

_LEGACY: Final = (
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
        features=_HISTORY,
        needs=("ITEMS",),
    ),
)


def recipes(*, legacy: bool) -> Sequence[Recipe]:
    """Return the recipes on offer, custom ones first."""
    return (*_CUSTOM, *(_LEGACY if legacy else ()), *_DOMAIN)


_BY_ARN: Final = {recipe.arn: recipe for recipe in recipes(legacy=True)}


def find_recipe(arn: str, *, legacy: bool) -> Recipe | None:
    """Return the recipe of that ARN if it is on offer."""
    recipe = _BY_ARN.get(arn)
    return None if recipe is None or (recipe.legacy and not legacy) else recipe


def retired(arn: str) -> bool:
    """Tell whether a recipe has been there and is no longer."""
    return arn in _BY_ARN and _BY_ARN[arn].legacy
