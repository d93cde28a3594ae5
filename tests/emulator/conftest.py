import csv
import io
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from personalize_emulator.clock import VirtualClock
from personalize_emulator.objects import FolderObjects
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import INSTANT, EmulatorSettings
from tests.emulator.support.clients import Clients
from tests.emulator.support.standin import PopularityTrainer, load_popularity


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def s3_root(tmp_path: Path) -> Path:
    (tmp_path / "s3" / "bucket").mkdir(parents=True)
    return tmp_path / "s3"


@pytest.fixture
def service(tmp_path: Path, s3_root: Path, clock: VirtualClock) -> Iterator[PersonalizeService]:
    settings = EmulatorSettings(state_dir=tmp_path / "state", pace=INSTANT)
    with PersonalizeService(
        settings,
        objects=FolderObjects(s3_root),
        clock=clock,
        trainer=PopularityTrainer(),
        load_model=load_popularity,
    ) as running:
        yield running


@pytest.fixture
def aws(service: PersonalizeService, s3_root: Path) -> Clients:
    return Clients(service, s3_root)


@pytest.fixture(scope="session")
def interactions_csv() -> bytes:
    """3,000 interactions of 60 users with 80 items, popular ones first; seeded."""
    chance = random.Random(7)
    rows = [
        (
            f"u{chance.randrange(60)}",
            f"i{int(80 * chance.random() ** 2)}",
            1_600_000_000 + n,
            "click",
        )
        for n in range(3_000)
    ]
    return to_csv(("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"), rows)


def to_csv(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
