"""The bulk data of datasets: what import jobs brought, kept as columns in the state folder."""

import os
import shutil
import uuid
from collections.abc import Collection
from pathlib import Path

from personalize_emulator.data.csvfile import read_csv
from personalize_emulator.data.schema import DatasetSchema
from personalize_emulator.data.table import Table, concatenate
from personalize_emulator.errors import JobFailed, ObjectMissing
from personalize_emulator.objects import ObjectStore


def sources_of(objects: ObjectStore, location: str) -> list[str]:
    """Return the files of an import: the object itself, or the first level of a folder.

    Files whose names begin with "_" or "." are left out, as markers of those who wrote the
    folder (inferred). Raises JobFailed with the service's reason if nothing can be read.
    """
    folder = location.rstrip("/") + "/"
    try:
        found = objects.list(location)
    except ObjectMissing as error:
        raise no_access(location) from error
    if location in found and not location.endswith("/"):
        return [location]
    names = {uri: uri.removeprefix(folder) for uri in found if uri.startswith(folder)}
    files = [uri for uri, name in names.items() if name and "/" not in name and name[0] not in "_."]
    if not files:
        raise no_access(location)
    return files


def no_access(location: str) -> JobFailed:
    """Word what the service says where it finds or reads nothing."""
    msg = (
        f"Insufficient privileges for accessing data in Amazon S3, or no data there: {location}. "
        "Please check the location, the bucket's policy and the role."
    )
    return JobFailed(msg)


def read_sources(
    objects: ObjectStore, location: str, schema: DatasetSchema, *, limit: int
) -> Table:
    """Read the CSV files under a location; raises JobFailed with the failureReason."""
    tables, size = [], 0
    for uri in sources_of(objects, location):
        try:
            content = objects.read(uri)
        except ObjectMissing as error:
            raise no_access(uri) from error
        size += len(content)
        if size > limit:
            msg = f"The data to import is larger than {limit} bytes."
            raise JobFailed(msg)
        tables.append(read_csv(schema, content, source=uri))
    table = concatenate(schema, tables)
    if not len(table):
        msg = f"Input CSV has no rows: {location}."
        raise JobFailed(msg)
    return table


def write_bulk(folder: Path, table: Table) -> str:
    """Write a table as a new part of a dataset's bulk data and return its name.

    The part appears whole or not at all: it is written aside and then renamed.
    """
    name = f"bulk-{uuid.uuid4().hex[:12]}"
    aside = folder / f".{name}.{os.getpid()}"
    table.latest().save(aside)
    aside.rename(folder / name)
    return name


def drop_bulk(folder: Path, name: str) -> None:
    """Remove one part. Only that one: an import may be writing its own beside it."""
    shutil.rmtree(folder / name, ignore_errors=True)


def sweep(folder: Path, keep: Collection[str]) -> None:
    """Remove all parts but some: what interrupted imports left. Only while none runs."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name not in keep:
            shutil.rmtree(entry, ignore_errors=True)
