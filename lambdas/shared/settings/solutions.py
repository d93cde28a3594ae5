"""Solutions and the campaigns that serve them."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, WithJsonSchema

from lambdas.shared.settings.names import Name
from lambdas.shared.settings.recipes import ARN_PREFIX, RECIPES
from lambdas.shared.settings.serving_options import Exploration, Influence
from lambdas.shared.settings.solution_config import SolutionConfig
from lambdas.shared.strict import Strict


def _without_arn_prefix(value: object) -> object:
    return value.removeprefix(ARN_PREFIX) if isinstance(value, str) else value


RecipeName = Annotated[
    str,
    BeforeValidator(_without_arn_prefix),
    # Editors offer what the service offers; what is wrong with a name is for the checks to say.
    WithJsonSchema({"enum": [name for name, recipe in RECIPES.items() if not recipe.successor]}),
]
TrainingMode = Literal["FULL", "UPDATE"]


class CampaignConfig(Strict):
    """CreateCampaign.campaignConfig."""

    item_exploration_config: Exploration = Field(default_factory=dict)
    """How much is explored, and up to which age (days) an item is new."""
    enable_metadata_with_recommendations: bool = False
    """Whether requests may ask for item columns beside the recommendations."""
    sync_with_latest_solution_version: bool = False
    """Whether the service itself moves the campaign to each new version, past every gate. Runs
    then leave the version to it, and tell what the gate would have said."""
    ranking_influence: Influence = Field(default_factory=dict)
    """How much popularity and freshness weigh in a ranking."""

    @property
    def api(self) -> dict[str, Any]:
        """Return it with the API's keys.

        The switches are said either way: what left the pipeline file is switched off again.
        """
        said = self.model_dump(by_alias=True)
        return {key: value for key, value in said.items() if value or isinstance(value, bool)}


class Campaign(Strict):
    """What answers in real time."""

    name: Name | None = None
    """The campaign's name; the solution's unless given."""
    min_provisioned_tps: int = Field(default=1, ge=1, alias="minProvisionedTPS")
    """Requests a second that are kept ready; billed even when idle."""
    campaign_config: CampaignConfig = CampaignConfig()
    """Options of the campaign."""


class Solution(Strict):
    """A recipe with its configuration; each run trains a version of it."""

    name: Name
    """The solution's name; in the account it is <pipeline>-<name>."""
    recipe: RecipeName = Field(validation_alias=AliasChoices("recipe", "recipeArn"))
    """The recipe: its name or its ARN."""
    event_type: str | None = Field(default=None, max_length=256)
    """Train on this event type only."""
    perform_hpo: bool = Field(default=False, alias="performHPO")
    """Search for better hyperparameters; costs several trainings."""
    perform_auto_ml: bool = Field(default=False, alias="performAutoML")
    """Deprecated by the service, and refused."""
    perform_auto_training: bool = False
    """Whether the service retrains by itself, and bills. Runs then train nothing but the first
    version: they adopt the service's newest one, which passes the same promotion."""
    perform_incremental_update: bool = False
    """Whether the service folds new data into a version between trainings
    (aws-semantic-similarity only)."""
    solution_config: SolutionConfig = SolutionConfig()
    """CreateSolution.solutionConfig, with the API's keys."""
    training_mode: TrainingMode = "FULL"
    """FULL trains anew; UPDATE folds new items in (aws-user-personalization only)."""
    campaign: Campaign | None = Campaign()
    """What serves the solution; null trains without serving."""

    @property
    def follows(self) -> bool:
        """Return whether the service moves the campaign, and not the pipeline."""
        campaign = self.campaign
        return campaign is not None and campaign.campaign_config.sync_with_latest_solution_version

    @property
    def switches(self) -> dict[str, bool]:
        """Return what the service may do with the solution by itself, with the API's keys.

        Said out loud either way: the service's own default is to retrain and bill every week.
        """
        recipe = RECIPES.get(self.recipe)
        learns = recipe is not None and recipe.incremental
        return {
            "performAutoTraining": self.perform_auto_training,
            **({"performIncrementalUpdate": self.perform_incremental_update} if learns else {}),
        }
