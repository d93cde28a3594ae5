"""Models on disk: one ``.npy`` an array, read memory-mapped, and ``model.json`` beside them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.recipes.errors import ModelFormatError

FORMAT = 4
DESCRIPTION = "model.json"
CSR_PARTS = ("data", "indices", "indptr")


@dataclass(frozen=True)
class StoredModel:
    """A model taken apart.

    Args:
        kind: which class reads it.
        recipe: the recipe it was trained by.
        settings: everything small, as JSON.
        arrays: everything large, by name.
    """

    kind: str
    recipe: str
    settings: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]

    def write(self, folder: Path) -> None:
        """Write into ``folder``, which is made if need be; the description goes last."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in self.arrays.items():
            np.save(folder / f"{name}.npy", np.ascontiguousarray(array))
        description = {
            "format": FORMAT,
            "kind": self.kind,
            "recipe": self.recipe,
            "settings": self.settings,
            "arrays": sorted(self.arrays),
        }
        (folder / DESCRIPTION).write_text(json.dumps(description, indent=2), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "StoredModel":
        """Open a model's folder; arrays stay on disk until touched.

        Raises:
            ModelFormatError: there is no model here, or one of another format.
        """
        path = folder / DESCRIPTION
        if not path.is_file():
            raise ModelFormatError(f"{folder} holds no {DESCRIPTION}: training did not finish")
        description = json.loads(path.read_bytes())
        if description.get("format") != FORMAT:
            raise ModelFormatError(
                f"The model in {folder} was trained by another version of this emulator (format "
                f"{description.get('format')}, not {FORMAT}): train it again."
            )
        arrays = {name: _open(folder / f"{name}.npy") for name in description["arrays"]}
        return cls(description["kind"], description["recipe"], description["settings"], arrays)

    def csr(self, name: str, shape: tuple[int, int]) -> sparse.csr_array:
        """The sparse matrix that :func:`csr_parts` took apart."""
        parts = (self.arrays[f"{name}.{part}"] for part in CSR_PARTS)
        return sparse.csr_array(tuple(parts), shape=shape)


def csr_parts(name: str, matrix: sparse.csr_array) -> dict[str, NDArray[Any]]:
    """A sparse matrix as three arrays to be stored under ``name``."""
    return {f"{name}.{part}": getattr(matrix, part) for part in CSR_PARTS}


def _open(path: Path) -> NDArray[Any]:
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    return np.asarray(mapped)  # the same memory, without the subclass's cost at every slice
