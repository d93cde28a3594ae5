"""Fit what the Items and Users datasets, contextual columns and impressions say about items."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.recipes.algorithms.features import Reading, item_vectors
from personalize_emulator.recipes.algorithms.lifts import log_appeal, log_lifts
from personalize_emulator.recipes.dataset import Dataset, Table
from personalize_emulator.recipes.eventlog import Codes, EventLog, Floats, Strings
from personalize_emulator.recipes.models.catalogue import Index
from personalize_emulator.recipes.models.lifts import Lifts
from personalize_emulator.recipes.models.metadata import Metadata
from personalize_emulator.recipes.selection import IMPRESSION

MOST_VALUES = 100
"""Of a group of columns; the others are too rare to say anything."""

Incidence = sparse.csr_array


def has_metadata(data: Dataset) -> bool:
    """Whether there is anything beside the events."""
    tables = any(table is not None and table.columns for table in (data.items, data.users))
    return tables or bool(data.log.contexts)


def fit_metadata(data: Dataset) -> Metadata:
    """The side data of a dataset; parts that it does not have say nothing."""
    log = data.log
    attributes, profiles, user_ids = _attributes(log, data.users)
    return Metadata(
        vectors=item_vectors(data.items, log.item_ids),
        attributes=attributes,
        user_ids=user_ids,
        profiles=profiles,
        contexts=_contexts(log),
        appeal=appeal_of(log),
    )


def _attributes(log: EventLog, users: Table | None) -> tuple[Lifts, Codes, Strings]:
    """Lifts of the users' values, each user's values, and the users."""
    if users is None or not users.columns or not len(users.ids):
        return Lifts.none(log.n_items), np.empty((0, 0), np.int32), np.empty(0, np.str_)
    readings, cells = _read(users.columns)
    terms, holders = _common(cells, len(users.ids))
    rows = np.searchsorted(users.ids, log.user_ids).clip(max=len(users.ids) - 1)
    known = users.ids[rows] == log.user_ids
    mine = sparse.diags_array(known.astype(np.float32)) @ holders[rows]
    counts = sparse.csr_array(mine.T @ touches(log))
    lifts = Lifts(readings, terms, log_lifts(counts, _overall(log)))
    return lifts, _padded(holders), users.ids


def _contexts(log: EventLog) -> Lifts:
    """Lifts of the contextual columns' values."""
    columns = {name: column for name, column in log.contexts.items() if name != IMPRESSION}
    if not columns or not log.n_events:
        return Lifts.none(log.n_items)
    readings, cells = _read(columns)
    terms, events = _common(cells, log.n_events)
    parts = (log.weights, log.items, np.arange(log.n_events + 1))
    chosen = sparse.csr_array(parts, shape=(log.n_events, log.n_items))
    return Lifts(readings, terms, log_lifts(sparse.csr_array(events.T @ chosen), _overall(log)))


def appeal_of(log: EventLog) -> Floats:
    """How often items are chosen where they are shown, (n_items,); all alike without impressions.

    It moves the scores by what it is worth on the validation slice, and guides exploration: what is
    shown and not chosen is explored less. Explicit impressions count, and those that an event
    implies by its ``recommendationId``.
    """
    shown = log.contexts.get(IMPRESSION)
    if shown is None:
        return np.zeros(log.n_items, dtype=np.float32)
    rows = np.flatnonzero(shown != "")
    places = Index(log.item_ids).find_all("|".join(shown[rows].tolist()).split("|"))
    lists = np.bincount(places, minlength=log.n_items).astype(np.float32)
    chosen = np.bincount(log.items[rows], minlength=log.n_items).astype(np.float32)
    return log_appeal(lists, np.minimum(chosen, lists))


def _read(
    columns: Mapping[str, NDArray[Any]],
) -> tuple[dict[str, Reading], list[tuple[NDArray[np.int64], Strings]]]:
    """How columns are read; rows and terms of all their cells."""
    readings = {name: Reading.of(name, column) for name, column in sorted(columns.items())}
    return readings, [_cells(readings[name], columns[name]) for name in readings]


def _cells(reading: Reading, column: NDArray[Any]) -> tuple[NDArray[np.int64], Strings]:
    """(n_cells,) rows, and the term of each; distinct values are read once."""
    values, codes = np.unique(column, return_inverse=True)
    terms = [reading.terms(value) for value in values.tolist()]
    widest = max((len(each) for each in terms), default=0)
    padded = np.array([[*each, *[""] * (widest - len(each))] for each in terms], dtype=np.str_)
    grid = padded.reshape(len(values), widest)[codes]
    rows, places = np.nonzero(grid != "")
    return rows, grid[rows, places]


def _common(
    cells: list[tuple[NDArray[np.int64], Strings]], n_rows: int
) -> tuple[Strings, Incidence]:
    """The most frequent terms, sorted, and which row has which; (n_rows, n_terms)."""
    rows = np.concatenate([rows for rows, _ in cells])
    names = np.concatenate([terms for _, terms in cells])
    terms, codes, counts = np.unique(names, return_inverse=True, return_counts=True)
    kept = np.sort(np.argsort(-counts, kind="stable")[:MOST_VALUES])
    places = np.full(len(terms), -1)
    places[kept] = np.arange(len(kept))
    columns = places[codes]
    there = columns >= 0
    ones = np.ones(int(there.sum()), dtype=np.float32)
    pairs = (ones, (rows[there], columns[there]))
    return terms[kept], sparse.csr_array(pairs, shape=(n_rows, len(kept)))


def touches(log: EventLog) -> Incidence:
    """Events by user and item, (n_users, n_items)."""
    parts = (log.weights, log.items, log.offsets)
    matrix = sparse.csr_array(parts, shape=(log.n_users, log.n_items), copy=True)
    matrix.sum_duplicates()
    return matrix


def _overall(log: EventLog) -> Floats:
    return np.bincount(log.items, log.weights, minlength=log.n_items).astype(np.float32)


def _padded(holders: Incidence) -> Codes:
    """Each row's positions, filled up with -1."""
    lengths = np.diff(holders.indptr)
    grid = np.full((len(lengths), int(lengths.max(initial=0))), -1, dtype=np.int32)
    places = np.arange(len(holders.indices)) - np.repeat(holders.indptr[:-1], lengths)
    grid[np.repeat(np.arange(len(lengths)), lengths), places] = holders.indices
    return grid
