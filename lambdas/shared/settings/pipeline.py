"""The pipeline file as a model: keys as in the Personalize API, every field described."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from lambdas.shared.cost_settings import CostSettings
from lambdas.shared.map_settings import DatasetMap
from lambdas.shared.observation_settings import ObservationSettings
from lambdas.shared.promotion_settings import PromotionSettings
from lambdas.shared.settings.datasets import DatasetGroup, DatasetKind, Datasets
from lambdas.shared.settings.events import EventTracker
from lambdas.shared.settings.filters import Filter
from lambdas.shared.settings.jobs import (
    BatchInference,
    BatchJob,
    BatchSegment,
    Export,
    MetricAttribution,
)
from lambdas.shared.settings.names import PipelineName
from lambdas.shared.settings.notebook import Notebook
from lambdas.shared.settings.operation import Operation
from lambdas.shared.settings.recipes import RECIPES
from lambdas.shared.settings.recommenders import Recommender
from lambdas.shared.settings.schedules import Runs, Schedules
from lambdas.shared.settings.solutions import Solution
from lambdas.shared.strict import Strict
from lambdas.shared.teardown_settings import RetainSettings
from lambdas.shared.validation_settings import ValidationSettings

TagValue = Annotated[str, Field(max_length=256)]


class Pipeline(Strict):
    """A recommender pipeline on Amazon Personalize, from the drop to the campaign."""

    name: PipelineName
    """The pipeline's name; every resource's name begins with it."""
    dataset_group: DatasetGroup = DatasetGroup()
    """The dataset group."""
    datasets: Datasets = Datasets()
    """The datasets and their schemas."""
    solutions: tuple[Solution, ...] = ()
    """What is trained on every drop, side by side."""
    recommenders: tuple[Recommender, ...] = ()
    """What a domain dataset group serves; the service trains them by itself."""
    filters: tuple[Filter, ...] = ()
    """What requests may name to include or exclude items or users."""
    event_tracker: EventTracker | None = EventTracker()
    """Takes events in real time; null for none. It costs nothing by itself."""
    batch_inference: tuple[BatchInference, ...] = ()
    """Recommendations as files."""
    batch_segments: tuple[BatchSegment, ...] = ()
    """User segments as files."""
    exports: tuple[Export, ...] = ()
    """Copies of datasets."""
    metric_attribution: MetricAttribution | None = None
    """What recommendations bring."""
    map: dict[DatasetKind, DatasetMap] = Field(default_factory=dict)
    """How your own files become the datasets', by dataset; files that fit need none."""
    repair: bool = False
    """Whether what can be mended in a drop is mended, in a copy; else the drop is refused."""
    validation: ValidationSettings = ValidationSettings()
    """How large drops are looked at."""
    runs: Runs = Runs()
    """How data starts a run."""
    schedules: Schedules = Schedules()
    """Runs by the clock."""
    notebook: Notebook | None = Notebook()
    """The notebook instance; null for none."""
    operation: Operation = Operation()
    """How the pipeline runs."""
    promotion: PromotionSettings = PromotionSettings()
    """When a new version may serve."""
    cost: CostSettings = CostSettings()
    """What may be spent."""
    observation: ObservationSettings = ObservationSettings()
    """Who is told what."""
    retain: RetainSettings = RetainSettings()
    """What outlives the stack."""
    tags: dict[Annotated[str, Field(min_length=1, max_length=128)], TagValue] = Field(
        default_factory=dict
    )
    """Tags on every resource, in Personalize too; ``pipeline: <name>`` is always among them."""

    @property
    def stack_name(self) -> str:
        """Return the name of the stack."""
        return f"{self.name}-pipeline"

    @property
    def dataset_group_name(self) -> str:
        """Return the dataset group's name in the account."""
        return self.dataset_group.name or self.name

    @property
    def notebook_name(self) -> str | None:
        """Return the notebook instance's name, None where there is none."""
        return None if self.notebook is None else self.notebook.name or self.own("notebook")

    @property
    def all_tags(self) -> dict[str, str]:
        """Return the tags of every resource."""
        return {**self.tags, "pipeline": self.name}

    @property
    def event_tracker_name(self) -> str | None:
        """Return the event tracker's name in the account, None where there is none."""
        return None if self.event_tracker is None else self.event_tracker.name or self.own("events")

    @property
    def metric_attribution_name(self) -> str | None:
        """Return the metric attribution's name in the account, None where there is none."""
        attribution = self.metric_attribution
        return None if attribution is None else attribution.name or self.own("metrics")

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Return what bills, too, but has no known price: it is in no estimate and no budget."""
        kinds: dict[str, Sequence[Recommender | BatchJob]] = {
            "recommenders": self.recommenders,
            "batch inference": self.batch_inference,
            "batch segments": self.batch_segments,
        }
        named = {kind: ", ".join(one.name for one in some) for kind, some in kinds.items()}
        return tuple(f"{kind} {names}" for kind, names in named.items() if names)

    def own(self, name: str) -> str:
        """Return ``name`` as this pipeline's: two pipelines in one account never collide."""
        return f"{self.name}-{name}"

    def schema_name(self, kind: DatasetKind) -> str:
        """Return the name of a dataset's schema in the account."""
        return self.datasets.present[kind].schema_name or self.own(kind)

    def dataset_name(self, kind: DatasetKind) -> str:
        """Return the name of a dataset in the account."""
        return self.datasets.present[kind].name or self.own(kind)

    def solution_name(self, solution: Solution) -> str:
        """Return the name of a solution in the account."""
        return self.own(solution.name)

    def serves(self, solution: Solution) -> bool:
        """Return whether a solution gets a campaign: it has one, and its recipe has any."""
        recipe = RECIPES.get(solution.recipe)
        return solution.campaign is not None and recipe is not None and recipe.has_campaigns

    def campaign_name(self, solution: Solution) -> str | None:
        """Return the name of a solution's campaign, None where it is not served."""
        if solution.campaign is None:
            return None
        return solution.campaign.name or self.solution_name(solution)
