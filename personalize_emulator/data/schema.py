"""Dataset schemas: the flat Avro records that the service accepts, and its rules for them.

Required and reserved fields: developer guide, "Creating schema JSON files".
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from personalize_emulator.api.jsontext import read_json
from personalize_emulator.data.domains import domain_fields
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.values import Json

NUMERIC: Final = frozenset({"int", "long", "float", "double"})
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TYPES: Final = NUMERIC | {"string", "boolean"}


@dataclass(frozen=True)
class DatasetType:
    """A kind of dataset.

    Args:
        name: as the API spells it in ARNs: ``ACTION_INTERACTIONS``.
        folder: the subfolder in a training's data folder.
        required: required fields, each with its type.
        reserved: reserved fields, each with its type.
        metadata: the least and the most fields beside those.
        keys: the fields that identify a row; a later row of equal keys replaces the earlier.
    """

    name: str
    folder: str
    required: Mapping[str, str]
    reserved: Mapping[str, str]
    metadata: tuple[int, int]
    keys: tuple[str, ...] = ()


DATASET_TYPES: Final = {
    kind.name: kind
    for kind in (
        DatasetType(
            "INTERACTIONS",
            "interactions",
            {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long"},
            {
                "EVENT_TYPE": "string",
                "EVENT_VALUE": "float",
                "IMPRESSION": "string",
                "RECOMMENDATION_ID": "string",
                "EVENT_ATTRIBUTION_SOURCE": "string",
            },
            (0, 5),
        ),
        DatasetType(
            "ITEMS", "items", {"ITEM_ID": "string"}, {"CREATION_TIMESTAMP": "long"}, (1, 100),
            ("ITEM_ID",),
        ),
        DatasetType("USERS", "users", {"USER_ID": "string"}, {}, (1, 25), ("USER_ID",)),
        DatasetType(
            "ACTIONS",
            "actions",
            {"ACTION_ID": "string"},
            {
                "VALUE": "long",
                "CREATION_TIMESTAMP": "long",
                "ACTION_EXPIRATION_TIMESTAMP": "long",
                "REPEAT_FREQUENCY": "long",
            },
            (1, 10),
            ("ACTION_ID",),
        ),
        DatasetType(
            "ACTION_INTERACTIONS",
            "actionInteractions",
            {
                "USER_ID": "string",
                "ACTION_ID": "string",
                "EVENT_TYPE": "string",
                "TIMESTAMP": "long",
            },
            {},
            (0, 5),
        ),
    )
}  # fmt: skip


_CUSTOM_ONLY: Final = frozenset({"ACTIONS", "ACTION_INTERACTIONS"})
"""Domain dataset groups have no actions (developer guide, "Preparing action data for training")."""


@dataclass(frozen=True)
class Column:
    """One field of a schema."""

    name: str
    type: str
    nullable: bool = False
    categorical: bool = False
    textual: bool = False

    @property
    def numeric(self) -> bool:
        """Tell whether its values are numbers."""
        return self.type in NUMERIC

    @property
    def declared(self) -> str:
        """Its type, and what kind of string it is: ``categorical string``."""
        if self.type == "string" and (self.categorical or self.textual):
            return "categorical string" if self.categorical else "textual string"
        return self.type


@dataclass(frozen=True)
class DatasetSchema:
    """A schema as columns, in the schema's order."""

    type: DatasetType
    columns: tuple[Column, ...]
    avro: Mapping[str, Any]

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


def dataset_type(name: str) -> DatasetType:
    """Return the dataset type of any spelling; raises InvalidInputException for unknown ones."""
    for kind in DATASET_TYPES.values():
        if _plain(kind.name) == _plain(name):
            return kind
    msg = f"Invalid dataset type: {name}. It must be one of {', '.join(DATASET_TYPES)}."
    raise InvalidInputException(msg)


def parse_schema(text: str, domain: str | None = None) -> DatasetSchema:
    """Read an Avro schema; raises InvalidInputException for what the service would refuse."""
    avro = _load(text)
    kind = dataset_type(str(avro.get("name", "")))
    fields = avro.get("fields")
    if avro.get("type") != "record" or not isinstance(fields, list) or not fields:
        raise _invalid("it must be an Avro record with fields")
    if domain and kind.name in _CUSTOM_ONLY:
        raise _invalid(f"a schema of {kind.name} has no domain: actions are for custom groups")
    columns = tuple(_column(field) for field in fields)
    _check_names(columns)
    _check_required(kind, columns, domain)
    _check_metadata(kind, columns)
    return DatasetSchema(kind, columns, avro)


def _plain(name: str) -> str:
    return name.replace("_", "").upper()


def _invalid(reason: str) -> InvalidInputException:
    return InvalidInputException(f"Invalid schema: {reason}.")


def _load(text: str) -> dict[str, Any]:
    try:
        avro = read_json(text)
    except ValueError as error:
        raise _invalid(f"it is not valid JSON ({error})") from error
    if not isinstance(avro, dict):
        raise _invalid("it must be a JSON object")
    return avro


def _column(field: Json) -> Column:
    if not isinstance(field, dict) or not isinstance(field.get("name"), str):
        raise _invalid(f"every field needs a name, found {json.dumps(field)}")
    name, declared = field["name"], field.get("type")
    if not _NAME.fullmatch(name):
        raise _invalid(f"the field name {name!r} is none of Avro's: letters, digits, underscores")
    union = declared if isinstance(declared, list) else [declared]
    types = [kind for kind in union if kind != "null"]
    if len(types) != 1 or not isinstance(types[0], str) or types[0] not in TYPES:
        allowed = ", ".join(sorted(TYPES))
        raise _invalid(f"the type of field {name} must be one of {allowed}, or that and null")
    return Column(
        name=name,
        type=types[0],
        nullable="null" in union,
        categorical=field.get("categorical") is True,
        textual=field.get("textual") is True,
    )


def _check_names(columns: tuple[Column, ...]) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        twin = seen.setdefault(_plain(column.name), column.name)
        if twin is not column.name:
            raise _invalid(f"the names of fields {twin} and {column.name} are not unique")


def _check_required(kind: DatasetType, columns: tuple[Column, ...], domain: str | None) -> None:
    types = {column.name: column for column in columns}
    of_domain = domain_fields(domain, kind.name)
    missing = [name for name in (*kind.required, *of_domain.required) if name not in types]
    if missing:
        raise _invalid(f"the required fields {', '.join(missing)} are missing")
    for name, expected in (dict(kind.required) | dict(kind.reserved)).items():
        column = types.get(name)
        if column and name not in of_domain.types and column.type != expected:
            raise _invalid(f"field {name} must have type {expected}, not {column.type}")
        if column and name in kind.required and column.nullable:
            raise _invalid(f"the required field {name} can not be null")
        if column and column.categorical and expected == "string":
            raise _invalid(f"the reserved field {name} can not be categorical")
    for column in columns:
        allowed = of_domain.types.get(column.name, (column.declared,))
        if column.declared not in allowed:
            wanted = f"must have type {' or '.join(allowed)}, not {column.declared}"
            raise _invalid(f"field {column.name} of the domain {domain} {wanted}")


def _check_metadata(kind: DatasetType, columns: tuple[Column, ...]) -> None:
    least, most = kind.metadata
    metadata = [c for c in columns if c.name not in kind.required and c.name not in kind.reserved]
    reserved = [c for c in columns if c.name in kind.reserved]
    if len(metadata) + len(reserved) < least:
        raise _invalid(f"a schema of {kind.name} needs at least {least} metadata field")
    if len(metadata) > most:
        raise _invalid(f"a schema of {kind.name} can have at most {most} metadata fields")
    textual = [column.name for column in columns if column.textual]
    if len(textual) > 1 or (textual and kind.name != "ITEMS"):
        raise _invalid("only one field, of an Items schema, can be textual")
