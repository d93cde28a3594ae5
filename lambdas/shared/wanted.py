"""Everything that a pipeline wants in Personalize, as far as it is known before a run."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import Field

from lambdas.shared.resources import GROUP
from lambdas.shared.settings.datasets import DATASET_TYPES
from lambdas.shared.settings.filters import Filter
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.recipes import ARN_PREFIX
from lambdas.shared.settings.solutions import Solution
from lambdas.shared.strict import Strict


class Wanted(Strict):
    """A resource as the pipeline wants it."""

    word: str
    """The API's word in lower camel case."""
    arn: str
    """Where it is, or will be; the service ends a tracker's in an identifier of its own."""
    name: str
    """Its name in the account."""
    request: dict[str, Any] = Field(default_factory=dict)
    """What is known of its create request before a run."""
    note: str = ""
    """What a run does with it besides."""

    @property
    def shown(self) -> str:
        """Return what people call it: ``solution/shop-likes``."""
        return self.arn.rpartition(":")[2]


def wanted_by(pipeline: Pipeline, prefix: str) -> list[Wanted]:
    """Return what a pipeline wants, in the order of a run; filters are for ``filter_at``.

    Args:
        pipeline: The pipeline.
        prefix: The beginning of ARNs: ``arn:aws:personalize:us-east-1:000000000000``.
    """
    return [*_group(pipeline, prefix), *_listeners(pipeline, prefix), *_served(pipeline, prefix)]


def filter_at(one: Filter, moment: datetime, *, own: str, prefix: str, group: str) -> Wanted:
    """Return a filter as it is wanted at a moment.

    Args:
        one: The filter.
        moment: Names and dates the ones that move with the date.
        own: What the names of the pipeline begin with, the hyphen included.
        prefix: The beginning of ARNs.
        group: The dataset group's ARN.
    """
    name, expression = own + one.name_at(moment), one.expression_at(one.period_start(moment))
    return Wanted(
        word="filter",
        arn=f"{prefix}:filter/{name}",
        name=name,
        request={GROUP: group, "filterExpression": expression},
        note="renewed by the date" if one.rotates else "",
    )


def _group_arn(pipeline: Pipeline, prefix: str) -> str:
    return f"{prefix}:dataset-group/{pipeline.dataset_group_name}"


def _group(pipeline: Pipeline, prefix: str) -> Iterator[Wanted]:
    name, group = pipeline.dataset_group_name, pipeline.dataset_group
    request = {"domain": group.domain, "kmsKeyArn": group.kms_key_arn}
    yield Wanted(
        word="datasetGroup",
        arn=_group_arn(pipeline, prefix),
        name=name,
        request={key: value for key, value in request.items() if value},
    )
    for kind, dataset in pipeline.datasets.present.items():
        schema = pipeline.schema_name(kind)
        schema_arn = f"{prefix}:schema/{schema}"
        written = {"schema": dataset.schema_text(kind)}
        yield Wanted(word="schema", arn=schema_arn, name=schema, request=written)
        yield Wanted(
            word="dataset",
            arn=f"{prefix}:dataset/{name}/{DATASET_TYPES[kind]}",
            name=pipeline.dataset_name(kind),
            request={"schemaArn": schema_arn},
            note=f"imports {dataset.import_mode}",
        )


def _listeners(pipeline: Pipeline, prefix: str) -> Iterator[Wanted]:
    tracker, attribution = pipeline.event_tracker_name, pipeline.metric_attribution_name
    if tracker:
        arn = f"{prefix}:event-tracker/{tracker}"
        yield Wanted(word="eventTracker", arn=arn, name=tracker)
    if attribution:
        arn = f"{prefix}:metric-attribution/{attribution}"
        yield Wanted(word="metricAttribution", arn=arn, name=attribution)


def _served(pipeline: Pipeline, prefix: str) -> Iterator[Wanted]:
    for solution in pipeline.solutions:
        yield _solution(pipeline, solution, prefix)
        campaign, name = solution.campaign, pipeline.campaign_name(solution)
        if campaign and name and pipeline.serves(solution):
            yield Wanted(
                word="campaign",
                arn=f"{prefix}:campaign/{name}",
                name=name,
                request={
                    "minProvisionedTPS": campaign.min_provisioned_tps,
                    "campaignConfig": campaign.campaign_config.api,
                },
                note="moved to each new version by the service"
                if solution.follows
                else "serves the new version if it may be promoted",
            )
    for recommender in pipeline.recommenders:
        name = pipeline.own(recommender.name)
        yield Wanted(
            word="recommender",
            arn=f"{prefix}:recommender/{name}",
            name=name,
            request={
                GROUP: _group_arn(pipeline, prefix),
                "recipeArn": f"{ARN_PREFIX}{recommender.recipe}",
                "recommenderConfig": recommender.config,
            },
        )


def _solution(pipeline: Pipeline, solution: Solution, prefix: str) -> Wanted:
    name = pipeline.solution_name(solution)
    optional = {"eventType": solution.event_type, "solutionConfig": solution.solution_config.api}
    return Wanted(
        word="solution",
        arn=f"{prefix}:solution/{name}",
        name=name,
        request={
            GROUP: _group_arn(pipeline, prefix),
            "recipeArn": f"{ARN_PREFIX}{solution.recipe}",
            "performHPO": solution.perform_hpo,
            **solution.switches,
            **{key: value for key, value in optional.items() if value},
        },
        note=f"trains {solution.recipe}",
    )
