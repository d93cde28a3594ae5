"""Names: no two alike, none too long, none more than the account has room for."""

from collections.abc import Iterator, Sequence

from lambdas.shared.settings.names import NAME_LENGTH
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem

# Quotas of one dataset group (developer guide, "Amazon Personalize endpoints and quotas"; they can
# be raised, except that a pipeline file is then the wrong place to find out).
MOST = {"solutions": 10, "campaigns": 5, "filters": 10, "recommenders": 10}
_TAGS = 50
# How the trial campaigns are called that a new version answers on (stacks/workflow/trial.py).
_TRIAL = "trial-"
# A rotating filter's name ends in its date.
_DATE = len("-20260101")


def check_names(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield two resources of one name, names that get too long, and more than the quotas allow."""
    named = {
        "solutions": [solution.name for solution in pipeline.solutions],
        "recommenders": [recommender.name for recommender in pipeline.recommenders],
        "filters": [one.name for one in pipeline.filters],
        "batchInference": [job.name for job in pipeline.batch_inference],
        "batchSegments": [job.name for job in pipeline.batch_segments],
        "exports": [export.name for export in pipeline.exports],
    }
    for key, names in named.items():
        yield from _twice(key, names)
        yield from _too_long(pipeline, key, names)
    yield from _campaigns(pipeline)
    yield from _too_many(pipeline)
    yield from _tags(pipeline)


def _twice(key: str, names: Sequence[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        first = names.index(name)
        if first != index:
            yield Problem((key, index, "name"), f"{name} is the name of {key}[{first}] too")


def _too_long(pipeline: Pipeline, key: str, names: Sequence[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        rotates = key == "filters" and pipeline.filters[index].rotates
        full = len(pipeline.own(name)) + _DATE * rotates
        if full > NAME_LENGTH:
            message = (
                f"{pipeline.own(name)} would have {full} characters in the account, the service "
                f"takes {NAME_LENGTH}: shorten it by {full - NAME_LENGTH}"
            )
            yield Problem((key, index, "name"), message)


def _campaigns(pipeline: Pipeline) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, solution in enumerate(pipeline.solutions):
        if not pipeline.serves(solution):
            continue
        name = str(pipeline.campaign_name(solution))
        if name.startswith(pipeline.own(_TRIAL)):
            message = (
                f"{name} would be taken for a trial campaign, which the hourly sweep deletes: "
                f"begin it otherwise than {_TRIAL}"
            )
            yield Problem(("solutions", index, "name"), message)
        first = seen.setdefault(name, index)
        if first != index:
            message = f"{name} is the campaign of solutions[{first}] too"
            yield Problem(("solutions", index, "campaign"), message)


def _too_many(pipeline: Pipeline) -> Iterator[Problem]:
    # While a filter is renewed there is one more of it than are kept.
    filters = sum(one.rotation.keep + 1 if one.rotation else 1 for one in pipeline.filters)
    served = len([s for s in pipeline.solutions if pipeline.serves(s)])
    # A new version answers on a campaign of its own before it replaces one.
    trial = 1 if served and pipeline.promotion.smoke_test.enabled else 0
    counts = {
        "solutions": len(pipeline.solutions),
        "campaigns": served + trial,
        "filters": filters,
        "recommenders": len(pipeline.recommenders),
    }
    for key, count in counts.items():
        if count > MOST[key]:
            place = "solutions" if key == "campaigns" else key
            more = ", the trial's included" if key == "campaigns" and trial else ""
            message = f"{count} {key}{more}; a dataset group has room for {MOST[key]}"
            yield Problem((place,), message)


def _tags(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield tags that no resource of the account may have (user guide, "Tagging resources")."""
    if len(pipeline.all_tags) > _TAGS:
        message = f"{len(pipeline.all_tags)} tags, the pipeline's own included; {_TAGS} are allowed"
        yield Problem(("tags",), message)
    for key in pipeline.tags:
        if key.lower().startswith("aws:"):
            yield Problem(("tags", key), "a name that begins with aws: is AWS's own")
