"""New items among the neighbours of others, by what is said about them.

An item without events takes the mean place of the items that are described most like it, as each
other item's neighbour and with its own neighbours: attributes mapped to what interactions would
say (Gantner et al., "Learning attribute-to-feature mappings for cold-start recommendations", ICDM
2010, in its nearest-neighbour form).
"""

import numpy as np
from scipy import sparse

from personalize_emulator.recipes.algorithms.largest import keep_largest
from personalize_emulator.recipes.eventlog import Codes, Floats
from personalize_emulator.recipes.models.related import RelatedModel

GUARDIANS = 10
"""Described items that each new item learns from."""

BLOCK = 500


def adopt(model: RelatedModel, vectors: Floats, most: int) -> RelatedModel:
    """The model with its untouched items among the neighbours.

    Args:
        model: whose untouched items have no neighbours.
        vectors: (n_items, any) unit vectors of descriptions.
        most: the most neighbours kept of each item.
    """
    described = vectors.any(axis=1)
    touched = model.popularity > 0
    cold = np.flatnonzero(~touched & described).astype(np.int32)
    warm = np.flatnonzero(touched & described).astype(np.int32)
    if not len(cold) or not len(warm):
        return model
    guardians = _guardians(vectors, cold, warm)
    near = _reflexive(model.neighbours)
    grown = sparse.csr_array(near + near @ guardians)
    grown = sparse.csr_array(grown + guardians.T @ grown)
    grown.setdiag(0)
    grown.eliminate_zeros()
    return RelatedModel(
        model.recipe,
        model.item_ids,
        neighbours=keep_largest(grown, most),
        popularity=model.popularity,
    )


def _guardians(vectors: Floats, cold: Codes, warm: Codes) -> sparse.csr_array:
    """(n_items, n_items): the shares that warm items (rows) have in cold ones (columns)."""
    count = min(GUARDIANS, len(warm))
    rows, shares = [], []
    for block in np.array_split(cold, max(1, len(cold) // BLOCK)):
        alike = np.maximum(vectors[block] @ vectors[warm].T, 0)
        best = np.argpartition(-alike, count - 1, axis=1)[:, :count]
        found = np.take_along_axis(alike, best, axis=1)
        rows.append(warm[best].ravel())
        shares.append((found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9)).ravel())
    pairs = (np.concatenate(rows), np.repeat(cold, count))
    shape = (len(vectors), len(vectors))
    return sparse.csr_array((np.concatenate(shares).astype(np.float32), pairs), shape=shape)


def _reflexive(neighbours: sparse.csr_array) -> sparse.csr_array:
    """Every item its own nearest neighbour: as near as its nearest."""
    largest = np.asarray(neighbours.max(axis=1).todense(), dtype=np.float32).ravel()
    return sparse.csr_array(neighbours + sparse.diags_array(largest))
