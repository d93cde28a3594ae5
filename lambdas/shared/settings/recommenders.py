"""Recommenders: what a domain dataset group has in place of solutions and campaigns."""

from typing import Any

from pydantic import AliasChoices, Field

from lambdas.shared.settings.names import Name
from lambdas.shared.settings.serving_options import Exploration
from lambdas.shared.settings.solutions import RecipeName
from lambdas.shared.settings.training_data import TrainingDataConfig
from lambdas.shared.strict import Strict


class RecommenderConfig(Strict):
    """CreateRecommender.recommenderConfig."""

    item_exploration_config: Exploration = Field(default_factory=dict)
    """How much is explored, and up to which age (days) an item is new."""
    min_recommendation_requests_per_second: int = Field(default=1, ge=1)
    """Requests a second that are kept ready; billed even when idle."""
    training_data_config: TrainingDataConfig = TrainingDataConfig()
    """Which columns are trained on."""
    enable_metadata_with_recommendations: bool = False
    """Whether requests may ask for item columns beside the recommendations."""


class Recommender(Strict):
    """A use case of the domain, trained and retrained by the service itself."""

    name: Name
    """The recommender's name; in the account it is <pipeline>-<name>."""
    recipe: RecipeName = Field(validation_alias=AliasChoices("recipe", "recipeArn"))
    """The domain recipe: its name or its ARN."""
    recommender_config: RecommenderConfig = RecommenderConfig()
    """Options of the recommender."""

    @property
    def config(self) -> dict[str, Any]:
        """Return the options as the API takes them, without what is left to its defaults."""
        given = self.recommender_config.model_dump(by_alias=True, exclude_defaults=True)
        tps = self.recommender_config.min_recommendation_requests_per_second
        return {**given, "minRecommendationRequestsPerSecond": tps}
