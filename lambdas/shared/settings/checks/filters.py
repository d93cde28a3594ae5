"""Filters: expressions that can be read, about columns that exist."""

from collections.abc import Iterator
from difflib import get_close_matches

from lambdas.shared.settings.datasets import DATASET_TYPES, Dataset, DatasetKind
from lambdas.shared.settings.filter_expression import (
    ExpressionError,
    FieldName,
    FilterExpression,
    read_filter,
)
from lambdas.shared.settings.filters import EPOCH, Filter
from lambdas.shared.settings.moments import FORM, fill_in, unreadable_moments
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem

# What an expression calls a dataset, beside the dataset's type; in any case.
_ALIASES = {"CURRENTUSER": "USERS", "CURRENTITEM": "ITEMS"}
# Developer guide, "Filter expression elements".
_BY_EVENT_TYPE = ("interactions", "actionInteractions")


def check_filters(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield what is wrong with the filters."""
    for index, one in enumerate(pipeline.filters):
        for problem in (*_rotation(one), *_expression(one, pipeline)):
            yield Problem(("filters", index, *problem.location), problem.message)


def expression_of(one: Filter) -> FilterExpression | None:
    """Return what a filter's expression is about, None where it cannot be read."""
    try:
        return read_filter(fill_in(one.filter_expression, EPOCH))
    except ValueError:
        return None


def _rotation(one: Filter) -> Iterator[Problem]:
    if one.rotates and one.rotation is None:
        message = "the expression moves with the date; add rotation: {everyDays: 1}"
        yield Problem(("filterExpression",), message)
    if one.rotation and not one.rotates:
        yield Problem(("rotation",), f"nothing in the expression moves; write {FORM}")


def _expression(one: Filter, pipeline: Pipeline) -> Iterator[Problem]:
    place = ("filterExpression",)
    strange = list(unreadable_moments(one.filter_expression))
    for text in strange:
        yield Problem(place, f"{{{{{text}}}}} is no moment; write {FORM}")
    if strange:
        return
    try:
        expression = read_filter(fill_in(one.filter_expression, EPOCH))
    except ExpressionError as error:
        yield Problem(place, f"no filter expression: {error}")
        return
    for field in expression.fields:
        for message in _column(field, pipeline):
            yield Problem(place, message)


def _column(field: FieldName, pipeline: Pipeline) -> Iterator[str]:
    kinds = {DATASET_TYPES[kind]: kind for kind in DATASET_TYPES}
    written = field.dataset.upper()
    kind = kinds.get(_ALIASES.get(written, written))
    if kind is None:
        yield f"there is no dataset {field.dataset}; known: {', '.join((*kinds, *_ALIASES))}"
    elif kind not in pipeline.datasets.present:
        yield f"{field.dataset}.{field.column}: this pipeline has no {kind} dataset"
    else:
        yield from _filterable(field, kind, pipeline.datasets.present[kind])


def _filterable(field: FieldName, kind: DatasetKind, dataset: Dataset) -> Iterator[str]:
    """Yield why a column of a dataset that is there cannot be filtered by."""
    columns = {column.name.upper(): column for column in dataset.fields}
    column, names = columns.get(field.column.upper()), [one.name for one in dataset.fields]
    if column is None:
        close = get_close_matches(field.column.upper(), names, n=1, cutoff=0.5)
        advice = f"did you mean {close[0]}?" if close else f"known: {', '.join(names)}"
        yield f"{kind} have no column {field.column}; {advice}"
    elif kind in _BY_EVENT_TYPE and field.column.upper() != "EVENT_TYPE":
        yield f"{kind} can only be filtered by EVENT_TYPE, not by {field.column}"
    elif column.textual or "boolean" in column.types:
        what = "free text" if column.textual else "a Boolean"
        yield f"{field.column} is {what}: the service cannot filter by it"
