"""What a history says about every item, from several sides.

One row a signal; what each is worth is learned
(:mod:`~personalize_emulator.recipes.algorithms.choice`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.recipes.eventlog import Codes, Floats
from personalize_emulator.recipes.store import StoredModel, csr_parts

SIGNALS = ("taste", "transitions", "rules", "last", "popularity")

RULE_FLOOR = 1e-5
"""The chance below which the rules don't tell items apart."""


@dataclass(frozen=True, slots=True)
class Memory:
    """How fast each signal forgets a history, as half-lives in events.

    Args:
        taste: of whole-history co-occurrence.
        transitions: of the item-transition regression.
        rules: of the sequential rules.
        window: older events are not read at all.
    """

    taste: float = 40.0
    transitions: float = 8.0
    rules: float = 5.0
    window: int = 200


@dataclass(frozen=True)
class Signals:
    """The fitted matrices.

    Args:
        core: (n_core,) positions of the items that the dense matrices cover.
        taste: (n_core, n_core) EASE weights.
        transitions: (n_core, n_core) item-transition weights.
        rules: (n_items, n_items) decayed sequential counts, over all items.
        popularity: (n_items,) log(1 + events).
        memory: how histories are weighted.
    """

    core: Codes
    taste: Floats
    transitions: Floats
    rules: sparse.csr_array
    popularity: Floats
    memory: Memory

    def __post_init__(self) -> None:
        in_core = np.full(len(self.popularity), -1, dtype=np.int32)
        in_core[self.core] = np.arange(len(self.core), dtype=np.int32)
        object.__setattr__(self, "_in_core", in_core)

    def of(self, items: Codes) -> Floats:
        """All signals of one history, oldest item first; (n_signals, n_items) float32."""
        recent = items[-self.memory.window :]
        ages = np.arange(len(recent))[::-1]
        out = np.zeros((len(SIGNALS), len(self.popularity)), dtype=np.float32)
        out[0, self.core] = self._dense(self.taste, recent, _decay(ages, self.memory.taste))
        out[1, self.core] = self._dense(
            self.transitions, recent, _decay(ages, self.memory.transitions)
        )
        out[2] = self._log_chances(recent, _decay(ages, self.memory.rules))
        out[3] = self._log_chances(recent[-1:], np.ones(min(1, len(recent)), dtype=np.float32))
        out[4] = self.popularity
        return out

    def _dense(self, matrix: Floats, items: Codes, weights: Floats) -> Floats:
        """The weighted sum of rows, in units of its own spread."""
        rows: Codes = self._in_core[items]  # type: ignore[attr-defined]
        known = rows >= 0
        scores = weights[known] @ matrix[rows[known]]
        spread = scores.std()
        return np.asarray(scores / spread if spread > 0 else scores)

    def _log_chances(self, items: Codes, weights: Floats) -> Floats:
        """Log of the chance of each item under the mixture of the history's rules."""
        followed = mix_rows(self.rules, items, weights)
        total = followed.sum()
        return np.log(followed / total + RULE_FLOOR) if total > 0 else followed

    def dismantle(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Settings and arrays to be stored."""
        arrays = {
            "core": self.core,
            "taste": self.taste,
            "transitions": self.transitions,
            "popularity": self.popularity,
            **csr_parts("rules", self.rules),
        }
        return asdict(self.memory), arrays

    @classmethod
    def restore(cls, stored: StoredModel, memory: Mapping[str, Any]) -> "Signals":
        """The signals of a stored model."""
        n_items = len(stored.arrays["popularity"])
        return cls(
            core=stored.arrays["core"],
            taste=stored.arrays["taste"],
            transitions=stored.arrays["transitions"],
            rules=stored.csr("rules", (n_items, n_items)),
            popularity=stored.arrays["popularity"],
            memory=Memory(**memory),
        )


def mix_rows(matrix: sparse.csr_array, rows: Codes, weights: Floats) -> Floats:
    """Weighted sum of some rows of a sparse matrix; (n_columns,) float32."""
    spans = [slice(matrix.indptr[row], matrix.indptr[row + 1]) for row in rows]
    if not spans:
        return np.zeros(matrix.shape[1], dtype=np.float32)
    columns = np.concatenate([matrix.indices[span] for span in spans])
    lengths = [span.stop - span.start for span in spans]
    values = np.concatenate([matrix.data[span] for span in spans]) * np.repeat(weights, lengths)
    return np.bincount(columns, values, minlength=matrix.shape[1]).astype(np.float32)


def _decay(ages: NDArray[np.int64], half_life: float) -> Floats:
    return np.asarray(0.5 ** (ages / half_life), dtype=np.float32)
