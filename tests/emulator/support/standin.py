"""A trainer and a model that take no time: the most popular items, for tests of everything else."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.errors import JobStopped
from personalize_emulator.recipes.contract import (
    LiveEvent,
    RecommendRequest,
    ScoredItem,
    SegmentRequest,
)

METRICS = {"coverage": 0.5, "precision_at_5": 0.1}


@dataclass(frozen=True)
class PopularityTrainer:
    """Counts items in this process; waits for ``hold`` first, if one is given."""

    hold: threading.Event | None = None

    def train(self, job: Path, stop: threading.Event) -> None:
        if self.hold:
            while not self.hold.wait(0.01):
                if stop.is_set():
                    raise JobStopped("stopped")
        described = json.loads(job.read_bytes())
        output, data = Path(described["output"]), Path(described["data"])
        items, counts = np.unique(np.load(data / "interactions/ITEM_ID.npy"), return_counts=True)
        users = np.unique(np.load(data / "interactions/USER_ID.npy"))
        catalogue = data / "items/ITEM_ID.npy"
        if catalogue.exists():
            cold = np.setdiff1d(np.load(catalogue), items)
            items, counts = np.append(items, cold), np.append(counts, np.zeros(len(cold), int))
        np.save(output / "items.npy", items)
        np.save(output / "counts.npy", counts)
        np.save(output / "users.npy", users)
        (output / "recipe").write_text(described["recipe"])
        (output / "result.json").write_text(
            json.dumps({"metrics": METRICS, "trainingHours": 0.1, "trainingSeconds": 0.1})
        )


@dataclass(frozen=True)
class PopularityModel:
    """Items by popularity; an event makes its item the most popular, newest first."""

    recipe: str
    item_ids: NDArray[np.str_]
    counts: NDArray[np.int64]
    users: NDArray[np.str_]

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        scores = self.counts / max(1, self.counts.sum())
        for boost, event in enumerate(request.events, start=1):
            scores = np.where(self.item_ids == event.item_id, boost, scores)
        if request.input_list is not None:
            known = dict(zip(self.item_ids.tolist(), scores.tolist(), strict=True))
            ranked = sorted(request.input_list, key=lambda item: -known.get(item, 0.0))
            return [ScoredItem(item, known.get(item, 0.0)) for item in ranked]
        order = np.argsort(-scores, kind="stable")
        if request.allowed is not None:
            order = order[request.allowed[order]]
        return [
            ScoredItem(str(self.item_ids[i]), float(scores[i]))
            for i in order[: request.num_results]
        ]

    def segment(self, request: SegmentRequest) -> list[str]:
        return [str(user) for user in self.users[: request.num_results]]

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        del user_id, events, item_id, k
        return []


def load_popularity(folder: Path) -> PopularityModel:
    return PopularityModel(
        (folder / "recipe").read_text(),
        np.load(folder / "items.npy"),
        np.load(folder / "counts.npy"),
        np.load(folder / "users.npy"),
    )
