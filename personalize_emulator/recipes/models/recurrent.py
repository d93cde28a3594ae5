"""HRNN as it is served: the recurrent network's scores on top of the linear model's, without torch.

Source of the cell: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", EMNLP
2014, with torch's order of the gates (reset, update, new).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest
from personalize_emulator.recipes.eventlog import Codes, Floats
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.store import StoredModel

SESSION_GAP = 1_800
"""Seconds without an event after which a new session begins."""

READ = 50
"""The newest events of a history that the network reads for an answer."""

_PREFIX = "network."


@dataclass(frozen=True)
class Network:
    """The trained network.

    Args:
        arrays: ``embedding``, ``bias``, and those of the layers ``session``, ``user``, ``initial``.
    """

    arrays: Mapping[str, Floats]

    def scores(self, history: Codes, begins: NDArray[np.bool_]) -> Floats:
        """Log-odds of each item being next, up to a constant, (n_items,)."""
        embedding = self.arrays["embedding"]
        session = user = np.zeros(embedding.shape[1], dtype=np.float32)
        for item, first in zip(history[-READ:].tolist(), begins[-READ:].tolist(), strict=True):
            if first:
                user = self._cell("user", session, user)
                weight, bias = self.arrays["initial.weight"], self.arrays["initial.bias"]
                session = np.tanh(weight @ user + bias)
            session = self._cell("session", embedding[item], session)
        return np.asarray(embedding @ session + self.arrays["bias"])

    def _cell(self, name: str, given: Floats, state: Floats) -> Floats:
        """One step of a gated recurrent unit."""
        arrays = self.arrays
        from_given = arrays[f"{name}.weight_ih"] @ given + arrays[f"{name}.bias_ih"]
        from_state = arrays[f"{name}.weight_hh"] @ state + arrays[f"{name}.bias_hh"]
        reset_in, update_in, new_in = np.split(from_given, 3)
        reset_state, update_state, new_state = np.split(from_state, 3)
        reset, update = _sigmoid(reset_in + reset_state), _sigmoid(update_in + update_state)
        new = np.tanh(new_in + reset * new_state)
        return np.asarray((1 - update) * new + update * state, dtype=np.float32)


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-values)), dtype=np.float32)


class RecurrentModel(PersonalModel):
    """A linear model and a recurrent network; a conditional logit has learned what each is worth.

    Args:
        linear: the linear model.
        network: the recurrent one.
        begins: (n_events,) where sessions begin in the linear model's histories.
        worth: (2,) the weights of both.
    """

    kind = "recurrent"

    def __init__(
        self, linear: PersonalModel, network: Network, begins: NDArray[np.bool_], worth: Floats
    ) -> None:
        super().__init__(
            linear.recipe,
            linear.item_ids,
            signals=linear.signals,
            blend=linear.blend,
            histories=linear.histories,
            side=linear.side,
            frontier=linear.frontier,
            curiosity=linear.curiosity,
        )
        self.linear = linear
        self.network = network
        self.begins = begins
        self.worth = worth

    @classmethod
    def restore(cls, stored: StoredModel) -> "RecurrentModel":
        """The model in a folder."""
        arrays = {
            name.removeprefix(_PREFIX): array
            for name, array in stored.arrays.items()
            if name.startswith(_PREFIX)
        }
        linear = PersonalModel.restore(stored)
        return cls(linear, Network(arrays), stored.arrays["begins"], stored.arrays["worth"])

    def dismantle(self) -> StoredModel:
        """The model as arrays and settings."""
        inner = self.linear.dismantle()
        own: dict[str, NDArray[Any]] = {"begins": self.begins, "worth": self.worth}
        own |= {f"{_PREFIX}{name}": array for name, array in self.network.arrays.items()}
        return StoredModel(self.kind, self.recipe, inner.settings, {**inner.arrays, **own})

    def prepared(self) -> "RecurrentModel":
        """The model itself: its answers are computed."""
        return self

    def score_request(self, request: RecommendRequest) -> Floats:
        """Log-odds of each item for a request, (n_items,)."""
        scores = super().score_request(request)
        return self.together(scores, *self._read(request.user_id, request.events))

    def score_user(self, row: int | None) -> Floats:
        """The same for the trained user at a position, or for a stranger."""
        user_id = None if row is None else str(self.histories.user_ids[row])
        return self.together(super().score_user(row), *self._read(user_id, ()))

    def together(self, scores: Floats, history: Codes, begins: NDArray[np.bool_]) -> Floats:
        """The linear model's scores and the network's; the linear ones alone without a history."""
        if not len(history):
            return scores
        recurrent = self.network.scores(history, begins)
        return np.asarray(self.worth[0] * scores + self.worth[1] * recurrent, dtype=np.float32)

    def _read(
        self, user_id: str | None, events: Sequence[LiveEvent]
    ) -> tuple[Codes, NDArray[np.bool_]]:
        """A history, and where its sessions begin."""
        row = self.histories.find(user_id)
        past = self.histories.read(row, (), self.items)
        begins = self.begins[:0]
        if row is not None:
            begins = self.begins[self.histories.offsets[row] : self.histories.offsets[row + 1]]
        known = [event for event in events if self.items.find(event.item_id) is not None]
        gaps = np.diff([event.timestamp for event in known], prepend=-SESSION_GAP - 1)
        live = self.items.find_all(event.item_id for event in known)
        return np.concatenate([past, live]), np.concatenate([begins, gaps > SESSION_GAP])
