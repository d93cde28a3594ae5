"""Items as vectors of what is written about them: TF-IDF, then latent semantic analysis.

Source: Deerwester et al., Indexing by Latent Semantic Analysis, JASIS 1990.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from personalize_emulator.recipes.eventlog import Floats

_WORD = re.compile(r"[^\W_]{2,}")
# A word in more than half of the items tells nothing apart.
_COMMON = 0.5


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


def text_vectors(texts: Sequence[str], *, dimensions: int = 64, seed: int = 0) -> Floats:
    """Unit vectors of texts, (n_texts, at most ``dimensions``); a text without words is zero."""
    return word_vectors([words_of(text) for text in texts], dimensions, seed=seed)


def word_vectors(
    documents: Sequence[Iterable[str]], dimensions: int = 64, *, seed: int = 0
) -> Floats:
    """Unit vectors of documents given as words; (n_documents, at most ``dimensions``)."""
    weighted = _tf_idf(_counts(documents))
    rank = min(dimensions, min(weighted.shape) - 1)
    if rank < 1:
        return np.zeros((len(documents), 1), dtype=np.float32)
    start = np.random.default_rng(seed).normal(size=min(weighted.shape))
    left, strengths, _ = svds(weighted, k=rank, v0=start)
    return _unit(left * strengths)


def _counts(documents: Sequence[Iterable[str]]) -> sparse.csr_array:
    vocabulary: dict[str, int] = {}
    rows, columns = [], []
    for row, words in enumerate(documents):
        for word in words:
            rows.append(row)
            columns.append(vocabulary.setdefault(word, len(vocabulary)))
    shape = (len(documents), max(1, len(vocabulary)))
    ones = np.ones(len(rows), dtype=np.float64)
    return sparse.coo_array((ones, (rows, columns)), shape=shape).tocsr()


def _tf_idf(counts: sparse.csr_array) -> sparse.csr_array:
    documents = counts.shape[0]
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log((1 + documents) / (1 + seen)) + 1
    rarity[seen > _COMMON * documents] = 0
    weighted = counts.copy()
    weighted.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    return weighted


def _unit(vectors: NDArray[np.float64]) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
