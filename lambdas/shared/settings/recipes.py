"""What is known about the recipes: those the service offers, and what became of the others."""

from dataclasses import dataclass
from typing import Literal

from lambdas.shared.settings.datasets import DatasetKind, Domain

ARN_PREFIX = "arn:aws:personalize:::recipe/"
RecipeType = Literal[
    "USER_PERSONALIZATION",
    "PERSONALIZED_RANKING",
    "RELATED_ITEMS",
    "POPULARITY",
    "PERSONALIZED_ACTIONS",
    "USER_SEGMENTATION",
]
# What one real question needs: the example input of the smoke test follows from it.
Question = Literal["user", "item", "ranking", "action", "none"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One recipe of the service.

    Attributes:
        name: Its name, e.g. ``aws-sims``.
        type: The family it belongs to.
        needs: Datasets without which it cannot be trained.
        question: What a real-time request has to give; ``none`` where there are no campaigns.
        domain: The domain whose recommenders use it; None for custom recipes.
        exploration: Whether a campaign takes ``itemExplorationConfig``.
        update_mode: Whether ``trainingMode`` UPDATE exists.
        incremental: Whether a solution takes ``performIncrementalUpdate`` (API reference).
        optimizes: Whether a solution takes an ``optimizationObjective``; inferred of
            the v2 recipes.
        hyperparameters: The names that ``algorithmHyperParameters`` may have.
        batch: The batch jobs it has.
        successor: Set for a retired recipe: what to name instead.
    """

    name: str
    type: RecipeType
    question: Question
    needs: tuple[DatasetKind, ...] = ("interactions",)
    domain: Domain | None = None
    exploration: bool = False
    update_mode: bool = False
    incremental: bool = False
    optimizes: bool = False
    hyperparameters: tuple[str, ...] = ()
    batch: tuple[Literal["inference", "segment"], ...] = ("inference",)
    successor: str | None = None

    @property
    def arn(self) -> str:
        """Return the recipe's ARN: the same in every account and region."""
        return f"{ARN_PREFIX}{self.name}"

    @property
    def has_campaigns(self) -> bool:
        """Return whether a trained version can answer in real time."""
        return self.question != "none" and self.domain is None

    @property
    def has_requests_counted(self) -> bool:
        """Return whether the service counts what a campaign is asked.

        It has a CloudWatch metric for GetRecommendations and one for GetPersonalizedRanking; none
        is documented for GetActionRecommendations.
        """
        return self.has_campaigns and self.question != "action"


# The recipes' own pages, "Hyperparameters".
_HRNN = ("hidden_dimension", "bptt", "recency_mask")
# Developer guide, "Choosing a recipe" and "Legacy HRNN recipes", as of July 2026.
_CUSTOM = (
    Recipe(
        name="aws-user-personalization-v2",
        optimizes=True,
        hyperparameters=("apply_recency_bias",),
        type="USER_PERSONALIZATION",
        question="user",
        exploration=True,
    ),
    Recipe(
        name="aws-user-personalization",
        optimizes=True,
        hyperparameters=_HRNN,
        type="USER_PERSONALIZATION",
        question="user",
        exploration=True,
        update_mode=True,
    ),
    Recipe(
        name="aws-personalized-ranking-v2",
        optimizes=True,
        hyperparameters=("apply_recency_bias",),
        type="PERSONALIZED_RANKING",
        question="ranking",
    ),
    Recipe(
        name="aws-personalized-ranking",
        optimizes=True,
        hyperparameters=_HRNN,
        type="PERSONALIZED_RANKING",
        question="ranking",
    ),
    Recipe(
        name="aws-similar-items",
        hyperparameters=(
            "popularity_discount_factor",
            "item_id_hidden_dimension",
            "item_metadata_hidden_dimension",
        ),
        type="RELATED_ITEMS",
        question="item",
    ),
    Recipe(
        name="aws-sims",
        hyperparameters=("popularity_discount_factor", "min_cointeraction_count"),
        type="RELATED_ITEMS",
        question="item",
    ),
    Recipe(
        name="aws-semantic-similarity",
        type="RELATED_ITEMS",
        question="item",
        needs=("interactions", "items"),
        incremental=True,
    ),
    Recipe(name="aws-popularity-count", type="POPULARITY", question="user"),
    Recipe(name="aws-trending-now", type="POPULARITY", question="user", batch=()),
    Recipe(
        name="aws-next-best-action",
        type="PERSONALIZED_ACTIONS",
        question="action",
        needs=("interactions", "actions"),
        batch=(),
    ),
    Recipe(name="aws-item-affinity", type="USER_SEGMENTATION", question="none", batch=("segment",)),
    Recipe(
        name="aws-item-attribute-affinity",
        type="USER_SEGMENTATION",
        question="none",
        needs=("interactions", "items"),
        batch=("segment",),
    ),
)
_ECOMMERCE: tuple[tuple[str, RecipeType, Question], ...] = (
    ("aws-ecomm-popular-items-by-views", "POPULARITY", "user"),
    ("aws-ecomm-popular-items-by-purchases", "POPULARITY", "user"),
    ("aws-ecomm-frequently-bought-together", "RELATED_ITEMS", "item"),
    ("aws-ecomm-customers-who-viewed-x-also-viewed", "RELATED_ITEMS", "item"),
    ("aws-ecomm-recommended-for-you", "USER_PERSONALIZATION", "user"),
)
_VIDEO: tuple[tuple[str, RecipeType, Question], ...] = (
    ("aws-vod-because-you-watched-x", "RELATED_ITEMS", "item"),
    ("aws-vod-more-like-x", "RELATED_ITEMS", "item"),
    ("aws-vod-most-popular", "POPULARITY", "user"),
    ("aws-vod-top-picks", "USER_PERSONALIZATION", "user"),
    ("aws-vod-trending-now", "POPULARITY", "user"),
)
# "Choosing a use case", developer guide: what a use case trains on beside interactions.
_NEEDS: dict[str, tuple[DatasetKind, ...]] = {"aws-vod-more-like-x": ("interactions", "items")}
_RETIRED: tuple[tuple[str, RecipeType, str], ...] = (
    ("aws-hrnn", "USER_PERSONALIZATION", "aws-user-personalization-v2"),
    ("aws-hrnn-metadata", "USER_PERSONALIZATION", "aws-user-personalization-v2"),
    ("aws-hrnn-coldstart", "USER_PERSONALIZATION", "aws-user-personalization-v2"),
    ("aws-deepfm", "USER_PERSONALIZATION", "aws-user-personalization-v2"),
    ("aws-ffnn", "USER_PERSONALIZATION", "aws-user-personalization-v2"),
)


def _domain_recipes(
    domain: Domain, rows: tuple[tuple[str, RecipeType, Question], ...]
) -> tuple[Recipe, ...]:
    return tuple(
        Recipe(
            name=name,
            type=kind,
            question=question,
            needs=_NEEDS.get(name, ("interactions",)),
            domain=domain,
            # "Top picks for you" and "Recommended for you" (developer guide, RecommenderConfig).
            exploration=kind == "USER_PERSONALIZATION",
            batch=(),
        )
        for name, kind, question in rows
    )


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        *_CUSTOM,
        *_domain_recipes("ECOMMERCE", _ECOMMERCE),
        *_domain_recipes("VIDEO_ON_DEMAND", _VIDEO),
        *(
            Recipe(
                name=name, type=kind, question="user", successor=successor, hyperparameters=_HRNN
            )
            for name, kind, successor in _RETIRED
        ),
    )
}
