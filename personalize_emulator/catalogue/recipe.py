"""What a recipe is."""

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
        optimizes: whether an ``optimizationObjective`` applies; of the v2 recipes inferred.
        batch: whether batch jobs accept it.
        needs: the datasets beside interactions that it can't train without.
        event_type: the events that a domain use case trains on.
        hides: the events whose items a use case leaves out of their user's answers.
        anonymous: whether its answers are the same for everybody, whoever is named.
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
    optimizes: bool = False
    batch: bool = True
    needs: tuple[str, ...] = ()
    event_type: str | None = None
    hides: str | None = None
    anonymous: bool = False
    legacy: bool = False
    parameters: tuple[Parameter, ...] = ()
    features: dict[str, str] = field(default_factory=dict)

    @property
    def recommends_actions(self) -> bool:
        """Tell whether it answers with actions in place of items."""
        return self.type == ACTIONS

    @property
    def asks(self) -> tuple[str, ...]:
        """The members that GetRecommendations needs beside what a filter may ask for."""
        if self.type == RELATED:
            return ("itemId", "userId") if self.hides else ("itemId",)
        return () if self.anonymous else ("userId",)

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
