"""Batch jobs, exports and metric attribution: what is computed beside the live answers."""

from typing import Annotated, Literal

from pydantic import Field

from lambdas.shared.settings.datasets import DatasetKind
from lambdas.shared.settings.names import Name
from lambdas.shared.settings.serving_options import Exploration, Influence
from lambdas.shared.strict import Strict

# Personalize reads what lies there; see stacks/storage.py.
InputKey = Annotated[str, Field(pattern=r"^inputs/.*[^/]$", max_length=900)]


class BatchJob(Strict):
    """What batch inference and batch segment jobs have in common."""

    name: Name
    """The job's name; every job made of it is <pipeline>-<name>-<run>."""
    solution: Name
    """The solution (its name in this file) whose serving version does the work."""
    num_results: int | None = Field(default=None, ge=1)
    """How many results a line; the service's default unless given."""
    filter: Name | None = None
    """A filter of this file."""
    input: InputKey | None = None
    """Key of a JSON Lines object in the data bucket; made from the newest data unless given."""


class BatchConfig(Strict):
    """CreateBatchInferenceJob.batchInferenceJobConfig."""

    item_exploration_config: Exploration = Field(default_factory=dict)
    """How much is explored, and up to which age (days) an item is new."""
    ranking_influence: Influence = Field(default_factory=dict)
    """How much popularity and freshness weigh in a ranking."""


class BatchInference(BatchJob):
    """Recommendations for everybody, as a file."""

    num_results: int | None = Field(default=None, ge=1, le=500)
    """How many recommendations a line; 25 unless given."""
    batch_inference_job_config: BatchConfig = BatchConfig()
    """Options of the job."""
    batch_inference_job_mode: Literal["BATCH_INFERENCE", "THEME_GENERATION"] = "BATCH_INFERENCE"
    """THEME_GENERATION adds a theme to each line; of aws-similar-items only."""
    item_name: str | None = None
    """THEME_GENERATION: the column of the items that holds each item's name."""


class BatchSegment(BatchJob):
    """The users most likely to want an item, as a file."""

    num_results: int | None = Field(default=None, ge=1, le=5_000_000)
    """How many users a line; 25 unless given."""


class Export(Strict):
    """A copy of a dataset, written to the bucket under ``batch/``."""

    name: Name
    """The job's name; every job made of it is <pipeline>-<name>-<run>."""
    dataset: DatasetKind
    """What is exported."""
    ingestion_mode: Literal["ALL", "BULK", "PUT"] = "ALL"
    """Bulk imports, events put one by one, or both."""


class AttributedMetric(Strict):
    """CreateMetricAttribution.metrics[]: one figure that the service counts from events."""

    metric_name: Annotated[str, Field(min_length=1, max_length=256)]
    """What the figure is called in CloudWatch."""
    event_type: Annotated[str, Field(min_length=1, max_length=256)]
    """The events it counts."""
    expression: Annotated[
        str, Field(pattern=r"^(SAMPLECOUNT\(\)|SUM\(\s*(Items|Interactions)\.\w+\s*\))$")
    ]
    """SAMPLECOUNT() counts events, SUM(Items.PRICE) adds a numeric column up."""


class MetricAttribution(Strict):
    """What recommendations bring, counted by the service itself."""

    name: Name | None = None
    """The metric attribution's name; <pipeline>-metrics unless given."""
    metrics: tuple[AttributedMetric, ...] = Field(min_length=1, max_length=10)
    """What is counted."""
    publish_to_s3: bool = True
    """Whether a report of bulk data and events is written under ``batch/metrics/`` too."""
