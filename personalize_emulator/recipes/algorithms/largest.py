"""What is kept of a sparse matrix that would grow too large."""

import numpy as np
from scipy import sparse


def keep_largest(matrix: sparse.csr_array, count: int) -> sparse.csr_array:
    """The ``count`` largest entries of each row."""
    lengths = np.diff(matrix.indptr)
    kept = np.ones(matrix.nnz, dtype=np.bool_)
    for row in np.flatnonzero(lengths > count):
        start, stop = matrix.indptr[row], matrix.indptr[row + 1]
        smaller = np.argpartition(matrix.data[start:stop], -count)[:-count]
        kept[start + smaller] = False
    starts = np.concatenate([[0], np.cumsum(np.minimum(lengths, count))])
    return sparse.csr_array((matrix.data[kept], matrix.indices[kept], starts), shape=matrix.shape)
