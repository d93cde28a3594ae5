"""CreateSolution.solutionConfig, member by member: a mistake in it is found at synthesis.

Members and bounds: botocore, shape SolutionConfig. The service takes numbers as text where the
model here says so.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from lambdas.shared.settings.training_data import TrainingDataConfig
from lambdas.shared.strict import Strict

Word = Annotated[str, Field(min_length=1, max_length=256)]
Number = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$", max_length=256)]
Whole = Annotated[str, Field(pattern=r"^\d+$", max_length=256)]
Values = dict[Word, Annotated[str, Field(max_length=1000)]]
Bound = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]


class Given(Strict):
    """Written down as it was given: what is left out is the service's to choose."""

    @model_serializer(mode="wrap")
    def _as_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {key: value for key, value in written.items() if value is not None}


class Objective(Given):
    """What a search of hyperparameters makes the most of."""

    type: Word | None = None
    """Maximize, the service's only one."""
    metric_name: Word | None = None
    """The metric."""
    metric_regex: Word | None = None
    """How the metric is found in a training's log."""


class Resources(Given):
    """How far a search goes."""

    max_number_of_training_jobs: Whole | None = None
    """How many trainings; each bills."""
    max_parallel_training_jobs: Whole | None = None
    """How many of them at a time."""


class WholeRange(Given):
    """The whole numbers that a hyperparameter may take."""

    name: Word
    """The hyperparameter."""
    min_value: Annotated[int, Field(ge=-1_000_000)]
    """The least."""
    max_value: Annotated[int, Field(le=1_000_000)]
    """The greatest."""


class NumberRange(Given):
    """The numbers that a hyperparameter may take."""

    name: Word
    """The hyperparameter."""
    min_value: Bound
    """The least."""
    max_value: Bound
    """The greatest."""


class Choices(Given):
    """The values that a hyperparameter may take."""

    name: Word
    """The hyperparameter."""
    values: tuple[Annotated[str, Field(max_length=1000)], ...] = Field(max_length=100)
    """Each of them."""


class Ranges(Given):
    """Where a search looks."""

    integer_hyper_parameter_ranges: tuple[WholeRange, ...] | None = None
    """Whole numbers."""
    continuous_hyper_parameter_ranges: tuple[NumberRange, ...] | None = None
    """Numbers."""
    categorical_hyper_parameter_ranges: tuple[Choices, ...] | None = None
    """Words."""


class Search(Given):
    """How better hyperparameters are searched for, where ``performHPO`` is on."""

    hpo_objective: Objective | None = None
    """What is made the most of."""
    hpo_resource_config: Resources | None = None
    """How far it goes."""
    algorithm_hyper_parameter_ranges: Ranges | None = None
    """Where it looks."""


class EventParameters(Given):
    """One kind of event, and how much it counts."""

    event_type: Word | None = None
    """The EVENT_TYPE."""
    event_value_threshold: float | None = None
    """The least EVENT_VALUE that is taken."""
    weight: Annotated[float, Field(ge=0, le=1)] | None = None
    """How much it counts."""


class Events(Given):
    """Which events are trained on."""

    event_parameters_list: tuple[EventParameters, ...] | None = Field(default=None, max_length=10)
    """Each kind of them."""


class OptimizationObjective(Given):
    """What recommendations are to bring beside relevance."""

    item_attribute: Annotated[str, Field(min_length=1, max_length=150)] | None = None
    """A numeric column of the items."""
    objective_sensitivity: Literal["LOW", "MEDIUM", "HIGH", "OFF"] | None = None
    """How much it weighs against relevance."""


class AutoTraining(Given):
    """How often the service retrains, where ``performAutoTraining`` is on."""

    scheduling_expression: (
        Annotated[str, Field(pattern=r"^rate\(([1-9]|[12]\d|30) days?\)$")] | None
    ) = None
    """``rate(1 day)`` to ``rate(30 days)``."""


class SolutionConfig(Given):
    """The options of a solution, with the API's keys."""

    event_value_threshold: Number | None = None
    """The least EVENT_VALUE that is trained on."""
    hpo_config: Search | None = None
    """How better hyperparameters are searched for."""
    algorithm_hyper_parameters: Values | None = None
    """Hyperparameters by their names."""
    feature_transformation_parameters: Values | None = None
    """How the data is prepared."""
    events_config: Events | None = None
    """Which events are trained on, and how much each counts."""
    optimization_objective: OptimizationObjective | None = None
    """What recommendations are to bring beside relevance."""
    training_data_config: TrainingDataConfig | None = None
    """Which columns are trained on."""
    auto_training_config: AutoTraining | None = None
    """How often the service retrains."""

    @property
    def api(self) -> dict[str, Any]:
        """Return what was given, with the API's keys."""
        return self.model_dump(by_alias=True, mode="json")
