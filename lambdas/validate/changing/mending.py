"""Mending: what is safe to change, changed in a new file; the user's own stays as it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lambdas.validate.limits import MILLISECONDS_FROM
from lambdas.validate.probes import TIMES
from lambdas.validate.reading.table import Room, Source, engine, name, text
from lambdas.validate.schema_rules import types

_TRUE = "('true', 't', 'yes', 'y', '1')"
_FALSE = "('false', 'f', 'no', 'n', '0')"


def mend(
    source: Source, fields: Sequence[Mapping[str, Any]], target: Path, room: Room
) -> list[str]:
    """Write the records of ``source`` as the service wants them; return the columns' new order.

    Args:
        source: Records, and nothing else.
        fields: The schema's fields.
        target: Where the new file goes.
        room: Memory, threads and folder.
    """
    chosen = [field for field in fields if field["name"] in source.columns]
    values = ", ".join(f"{_mended(field)} AS {name(field['name'])}" for field in chosen)
    with engine(room, in_order=True) as connection:
        connection.execute(
            f"COPY (SELECT {values} FROM {source.sql}) TO {text(str(target))} "
            r"""(FORMAT csv, HEADER true, QUOTE '"', ESCAPE '\', NULLSTR '')"""
        )
    return [str(field["name"]) for field in chosen]


def _mended(field: Mapping[str, Any]) -> str:
    value = name(field["name"])
    if field["name"] in TIMES:
        number = f"TRY_CAST({value} AS BIGINT)"
        return (
            f"CASE WHEN regexp_full_match({value}, '[0-9]+') AND {number} >= {MILLISECONDS_FROM} "
            f"THEN ({number} // 1000)::VARCHAR ELSE {value} END"
        )
    if "boolean" in types(field):
        return (
            f"CASE WHEN lower({value}) IN {_TRUE} THEN 'true' "
            f"WHEN lower({value}) IN {_FALSE} THEN 'false' ELSE {value} END"
        )
    return value
