"""Schemas: what the service asks of each dataset's columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from lambdas.shared.settings.datasets import Dataset, DatasetKind, Domain, FieldType, SchemaField
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem

_SCHEMA_CHARACTERS = 20_000


@dataclass(frozen=True, kw_only=True)
class _Rules:
    """What the service asks of one dataset.

    Attributes:
        required: Columns that have to be there, with the type they have to have.
        reserved: Columns that may be there, with the types they may have.
        metadata: How many other columns there may be.
        needs_metadata: Whether there has to be one at least.
    """

    required: dict[str, FieldType]
    reserved: dict[str, tuple[FieldType, ...]]
    metadata: int
    needs_metadata: bool = False


_TEXT: tuple[FieldType, ...] = ("string", "null")
# Developer guide, "Schemas" and "Amazon Personalize endpoints and quotas".
_RULES: dict[DatasetKind, _Rules] = {
    "interactions": _Rules(
        required={"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long"},
        reserved={
            "EVENT_TYPE": _TEXT,
            "EVENT_VALUE": ("float", "double", "int", "long", "null"),
            "IMPRESSION": _TEXT,
            "RECOMMENDATION_ID": _TEXT,
        },
        metadata=5,
    ),
    "items": _Rules(
        required={"ITEM_ID": "string"},
        reserved={"CREATION_TIMESTAMP": ("long", "null")},
        metadata=100,
        needs_metadata=True,
    ),
    "users": _Rules(required={"USER_ID": "string"}, reserved={}, metadata=25, needs_metadata=True),
    "actions": _Rules(
        required={"ACTION_ID": "string"},
        reserved={
            "CREATION_TIMESTAMP": ("long", "null"),
            "VALUE": ("long", "float", "double", "int", "null"),
            "ACTION_EXPIRATION_TIMESTAMP": ("long", "null"),
            "REPEAT_FREQUENCY": ("long", "null"),
        },
        metadata=10,
        needs_metadata=True,
    ),
    "actionInteractions": _Rules(
        required={
            "USER_ID": "string",
            "ACTION_ID": "string",
            "EVENT_TYPE": "string",
            "TIMESTAMP": "long",
        },
        reserved={"EVENT_ID": _TEXT, "RECOMMENDATION_ID": _TEXT},
        metadata=5,
    ),
}
# Developer guide, "Domain dataset and schema requirements".
_OF_DOMAIN: dict[Domain, dict[DatasetKind, tuple[str, ...]]] = {
    "ECOMMERCE": {"interactions": ("EVENT_TYPE",), "items": ("PRICE", "CATEGORY_L1")},
    "VIDEO_ON_DEMAND": {
        "interactions": ("EVENT_TYPE",),
        "items": ("CREATION_TIMESTAMP", "GENRES"),
    },
}
# The same, "Preparing action data for training".
_CUSTOM_ONLY: tuple[DatasetKind, ...] = ("actions", "actionInteractions")


def check_datasets(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield what the service would refuse in the schemas."""
    domain = pipeline.dataset_group.domain
    for kind, dataset in pipeline.datasets.present.items():
        place = ("datasets", kind, "fields")
        for problem in (*_columns(kind, dataset), *_of_domain(domain, kind, dataset)):
            yield Problem((*place, *problem.location), problem.message)


def _columns(kind: DatasetKind, dataset: Dataset) -> Iterator[Problem]:
    rules = _RULES[kind]
    yield from _missing(rules, dataset)
    yield from _alike(dataset)
    for index, field in enumerate(dataset.fields):
        for message in _field(kind, rules, field):
            yield Problem((index,), message)
    metadata = [f for f in dataset.fields if f.name not in rules.required | rules.reserved]
    if len(metadata) > rules.metadata:
        yield Problem((), f"{len(metadata)} metadata columns; {kind} take {rules.metadata}")
    if rules.needs_metadata and not metadata and not _reserved_in(rules, dataset):
        yield Problem((), f"{kind} need at least one column beside {', '.join(rules.required)}")
    if sum(field.textual for field in dataset.fields) > 1:
        yield Problem((), "more than one textual column; the service takes one")
    if len(dataset.schema_text(kind)) > _SCHEMA_CHARACTERS:
        yield Problem((), f"the schema has over {_SCHEMA_CHARACTERS} characters as JSON")


def _reserved_in(rules: _Rules, dataset: Dataset) -> bool:
    return any(field.name in rules.reserved for field in dataset.fields)


def _missing(rules: _Rules, dataset: Dataset) -> Iterator[Problem]:
    names = {field.name for field in dataset.fields}
    for column, wanted in rules.required.items():
        if column not in names:
            yield Problem((), f"{column} is missing; add {{name: {column}, type: {wanted}}}")


def _alike(dataset: Dataset) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for index, field in enumerate(dataset.fields):
        # The service strips underscores and cases before it compares (developer guide).
        other = seen.setdefault(field.name.replace("_", "").upper(), field.name)
        if field.name == other and [f.name for f in dataset.fields].index(other) != index:
            yield Problem((index, "name"), f"{other} stands twice")
        elif field.name != other:
            message = f"{field.name} and {other} are one name once underscores are stripped"
            yield Problem((index, "name"), message)


def _field(kind: DatasetKind, rules: _Rules, field: SchemaField) -> Iterator[str]:
    if field.name in rules.required:
        wanted = rules.required[field.name]
        if field.types != (wanted,):
            yield f"{field.name} has to be of type {wanted}, not {', '.join(field.types)}"
    elif field.name in rules.reserved:
        strange = [t for t in field.types if t not in rules.reserved[field.name]]
        if strange:
            allowed = ", ".join(rules.reserved[field.name])
            yield f"{field.name} is reserved and takes {allowed}, not {', '.join(strange)}"
    reserved = field.name in rules.required or field.name in rules.reserved
    if (field.categorical or field.textual) and reserved:
        yield f"{field.name} is reserved: neither categorical nor textual"
    if (field.categorical or field.textual) and "string" not in field.types:
        yield f"only strings are categorical or textual; {field.name} is {', '.join(field.types)}"
    if field.textual and kind != "items":
        yield f"only items have a textual column; {field.name} is one of {kind}"
    if field.types == ("null",):
        yield f"{field.name} can only be null; name its type beside it"


def _of_domain(domain: Domain | None, kind: DatasetKind, dataset: Dataset) -> Iterator[Problem]:
    if domain and kind in _CUSTOM_ONLY:
        yield Problem((), f"the domain {domain} has no {kind}; they need a group without a domain")
    names = {field.name for field in dataset.fields}
    for column in _OF_DOMAIN[domain].get(kind, ()) if domain else ():
        if column not in names:
            yield Problem((), f"{column} is missing; the domain {domain} needs it")
