"""A dataset group's data at one moment, for trainings, filters and exports."""

from personalize_emulator.data.table import Table
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.contents import bulk_of, datasets_of, schema_of
from personalize_emulator.resources.kinds import FILTER, RECOMMENDER
from personalize_emulator.runtime.events import live_actions_log, live_log
from personalize_emulator.runtime.facts import GroupData
from personalize_emulator.training.data import Snapshot


def snapshots_of(backend: Backend, group: str) -> dict[str, Snapshot]:
    """Return a group's datasets as they are now, by type. Call it under the lock."""
    snapshots = {}
    for name, dataset in datasets_of(backend, group).items():
        schema = schema_of(backend, dataset)
        records = list(backend.records.of(dataset.arn))
        snapshots[name] = Snapshot(schema, bulk_of(backend, dataset, schema), records)
    return snapshots


def group_data(backend: Backend, group: str) -> GroupData:
    """Return what filters and answers know of a group, kept until its data changes."""
    data = backend.facts.get(group)
    if data is None:
        with backend.lock:
            tables: dict[str, Table] = {}
            for name, snapshot in snapshots_of(backend, group).items():
                if "INTERACTIONS" not in name:
                    tables[name] = snapshot.table()
                elif snapshot.bulk is not None:
                    # Events that came one by one are in the live log already.
                    tables[name] = snapshot.bulk
            data = backend.facts[group] = _data(backend, group, tables)
    return data


def index_soon(backend: Backend, group: str) -> None:
    """Index a group's data in the background, before one of its filters is used.

    Recommenders filter too, of themselves.
    """
    if any(f.get("datasetGroupArn") == group for f in backend.store.all(FILTER, RECOMMENDER)):
        backend.jobs.later(lambda: group_data(backend, group).index())


def whole_data(backend: Backend, group: str) -> GroupData:
    """Return the data of a group with all its events in the tables, for questions about users."""
    with backend.lock:
        snapshots = snapshots_of(backend, group)
        return _data(backend, group, {name: each.table() for name, each in snapshots.items()})


def _data(backend: Backend, group: str, tables: dict[str, Table]) -> GroupData:
    return GroupData(tables, live_log(backend, group), live_actions_log(backend, group))
