"""The store writes all of a change or nothing, and removes what is replaced only after that."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from personalize_emulator.resources.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


def test_what_is_replaced_is_removed_after_the_change_is_written(store: Store) -> None:
    seen: list[bool] = []

    with store.transaction():
        store.afterwards(lambda: seen.append(store.database.in_transaction))
        with store.transaction():
            store.afterwards(lambda: seen.append(store.database.in_transaction))
        assert seen == []

    assert seen == [False, False]


def test_outside_a_change_it_is_removed_at_once(store: Store) -> None:
    seen: list[str] = []

    store.afterwards(lambda: seen.append("gone"))

    assert seen == ["gone"]


def test_a_change_that_fails_removes_nothing(store: Store) -> None:
    seen: list[str] = []

    def fail() -> None:
        with store.transaction():
            store.afterwards(lambda: seen.append("gone"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.transaction():
        pass

    assert seen == []
