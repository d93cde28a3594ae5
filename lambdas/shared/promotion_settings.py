"""What a pipeline may say about promotion: the gate, the approval, the smoke test."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from lambdas.shared.strict import Strict

# Lower-case words joined by underscores: the form of every metric name of the service.
MetricKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=100)]
DEFAULT_METRIC = "normalized_discounted_cumulative_gain_at_10"


class Tolerance(Strict):
    """How much worse than the serving version one offline metric may be; all limits must hold."""

    metric: MetricKey = DEFAULT_METRIC
    """An offline metric under the service's own name, as GetSolutionMetrics returns it."""
    max_relative_drop: float | None = Field(default=None, ge=0, le=1)
    """The share of the serving version's value that may be lost: 0.05 allows 0.19 after 0.20."""
    max_absolute_drop: float | None = Field(default=None, ge=0)
    """The distance that may be lost: 0.01 allows 0.19 after 0.20."""
    minimum: float | None = None
    """The least value that is promoted at all, a first version included."""

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.max_relative_drop is self.max_absolute_drop is self.minimum is None:
            message = (
                f"the tolerance for {self.metric} has no limit: give maxRelativeDrop, "
                "maxAbsoluteDrop or minimum"
            )
            raise ValueError(message)
        return self


class ApprovalSettings(Strict):
    """Whether a person has to agree before a new version serves."""

    required: bool = False
    """True waits for a person after the gate and the smoke test have passed."""
    timeout_hours: int = Field(default=72, ge=1, le=24 * 30)
    """Without an answer within these hours the new version is held and the old one serves on."""


class SmokeTestSettings(Strict):
    """What a version has to answer before it serves."""

    enabled: bool = True
    """A version that replaces another is tried on a campaign of its own, deleted afterwards.

    On AWS that campaign bills its 1 TPS for the minutes it exists; false saves them.
    """
    questions: int = Field(default=3, ge=1, le=25)
    """How many users (or items) are asked for; each has to get an answer that is not empty."""


class PromotionSettings(Strict):
    """When a new solution version may take the serving one's place."""

    gate: tuple[Tolerance, ...] = Field(
        default=(Tolerance(metric=DEFAULT_METRIC, max_relative_drop=0.05),), min_length=1
    )
    """Every tolerance has to hold; the first that does not is the reason to hold the version."""
    approval: ApprovalSettings = ApprovalSettings()
    """Manual approval; off unless asked for."""
    smoke_test: SmokeTestSettings = SmokeTestSettings()
    """The questions that a version answers before it serves."""

    @model_validator(mode="after")
    def _each_metric_once(self) -> Self:
        names = [tolerance.metric for tolerance in self.gate]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            message = f"the gate names {', '.join(twice)} more than once: put all limits into one"
            raise ValueError(message)
        return self
