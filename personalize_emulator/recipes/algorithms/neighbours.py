"""Who shares an audience: cosine between items, shrunk where the audience is small."""

import numpy as np
from scipy import sparse

from personalize_emulator.recipes.algorithms.ease import incidence
from personalize_emulator.recipes.eventlog import EventLog

SHRINKAGE = 10.0
"""Added to every audience: two items that two people share are less alike than they look."""


def shrunk_cosine(log: EventLog, shrinkage: float = SHRINKAGE) -> sparse.csr_array:
    """people(i and j) / sqrt((people(i) + s) (people(j) + s)), zero diagonal; (n_items, n_items).

    Source: Sarwar et al., "Item-based collaborative filtering", WWW 2001, with the usual
    shrinkage.
    """
    touched = incidence(log)
    audience = np.bincount(touched.indices, minlength=log.n_items).astype(np.float32)
    scale = sparse.diags_array(1 / np.sqrt(audience + np.float32(shrinkage)))
    scaled = touched @ scale
    cosine = sparse.csr_array(scaled.T @ scaled)
    cosine.setdiag(0)
    cosine.eliminate_zeros()
    return cosine
