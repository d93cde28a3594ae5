import numpy as np
import pytest

from personalize_emulator.recipes.algorithms import distinct as module
from personalize_emulator.recipes.algorithms.distinct import distinct


@pytest.fixture(params=["hashed", "all of one hash", "a name at a time"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual way, the way after a collision, and many small comparisons."""
    if request.param == "all of one hash":
        monkeypatch.setattr(module, "PRIME", np.uint64(0))
    if request.param == "a name at a time":
        monkeypatch.setattr(module, "CHUNK", 1)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "names",
    [["b", "a", "b"], [""], ["é", "e", "", "é"], ["1", "10", "2", "1"], [], ["user-" * 40, "u"]],
)
def test_names_come_sorted_and_each_row_finds_its_own(names: list[str]) -> None:
    ids, codes = distinct(np.array(names, dtype=np.str_))
    assert ids.tolist() == sorted(set(names))
    assert ids[codes].tolist() == names
