"""A hierarchical recurrent network over sessions, trained with torch (the ``[torch]`` extra).

Quadrana et al., "Personalizing Session-based Recommendations with Hierarchical Recurrent Neural
Networks", RecSys 2017: one GRU runs over the items of a session; a second one, over the sessions of
a user, takes in each session's last state and gives the next session its first. Trained by
cross-entropy over all items, item embeddings tied to the output, truncated backpropagation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from personalize_emulator.recipes.eventlog import EventLog, Floats, Ints

SESSION_GAP = 1_800
"""Seconds without an event after which a new session begins."""

NEWEST = 300
"""Events of a user that are trained on."""

USERS_OF_BATCH = 32
RATE = 3e-3
DROPOUT = 0.2
LONGEST_STEP = 5.0
PADDING = -1


@dataclass(frozen=True)
class Training:
    """How the network is shaped and trained.

    Args:
        hidden: units of both layers.
        bptt: events through which errors are sent back.
        epochs: passes over the data.
        seed: makes it repeatable.
    """

    hidden: int = 100
    bptt: int = 32
    epochs: int = 8
    seed: int = 0


def session_starts(log: EventLog) -> NDArray[np.bool_]:
    """(n_events,) whether a session begins with the event."""
    starts = np.diff(log.times, prepend=0) > SESSION_GAP
    starts[log.offsets[:-1][log.lengths > 0]] = True
    return np.asarray(starts)


class Layers:
    """The layers of the network."""

    def __init__(self, n_items: int, hidden: int) -> None:
        self.embedding = nn.Embedding(n_items, hidden)
        nn.init.normal_(self.embedding.weight, std=hidden**-0.5)
        self.bias = nn.Parameter(torch.zeros(n_items))
        self.session = nn.GRUCell(hidden, hidden)
        self.user = nn.GRUCell(hidden, hidden)
        self.initial = nn.Linear(hidden, hidden)
        self.dropout = nn.Dropout(DROPOUT)

    def parameters(self) -> list[Any]:
        """Everything that is learned."""
        modules = (self.embedding, self.session, self.user, self.initial)
        return [self.bias, *(each for module in modules for each in module.parameters())]

    def read(self, items: Any, begins: Any, state: Any) -> tuple[Any, Any]:  # noqa: ANN401 - tensors
        """Take in one event of each user; the state is that of the session and that of the user."""
        session, user = state
        first = begins[:, None]
        user = torch.where(first, self.user(session, user), user)
        session = torch.where(first, torch.tanh(self.initial(user)), session)
        return self.session(self.dropout(self.embedding(items)), session), user

    def loss(self, hidden: Any, targets: Any) -> Any:  # noqa: ANN401
        """Mean cross-entropy of the next items; padded targets do not count."""
        scores = self.dropout(hidden) @ self.embedding.weight.T + self.bias
        return nn.functional.cross_entropy(scores, targets, ignore_index=PADDING)

    def arrays(self) -> Mapping[str, Floats]:
        """What serving reads."""
        named = {"embedding": self.embedding.weight, "bias": self.bias}
        for name, module in (("session", self.session), ("user", self.user)):
            named |= {f"{name}.{key}": value for key, value in module.named_parameters()}
        named |= {f"initial.{key}": value for key, value in self.initial.named_parameters()}
        return {name: value.detach().numpy().copy() for name, value in named.items()}


def train_network(log: EventLog, training: Training) -> Mapping[str, Floats]:
    """The arrays of a network that has learned from a log."""
    torch.manual_seed(training.seed)
    random = np.random.default_rng(training.seed)
    recent = log.keep(log.ages < NEWEST)
    layers = Layers(log.n_items, training.hidden)
    optimizer = torch.optim.Adam(layers.parameters(), lr=RATE)
    for _ in range(training.epochs):
        for items, begins in _batches(recent, random):
            _learn(layers, optimizer, items, begins, training)
    return layers.arrays()


def _batches(log: EventLog, random: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    """Yield items and session starts, (n_users, n_steps) each, of users with like lengths."""
    rows = np.flatnonzero(log.lengths > 1)
    by_length = rows[np.argsort(log.lengths[rows], kind="stable")]
    groups = np.array_split(by_length, max(1, len(rows) // USERS_OF_BATCH))
    starts = session_starts(log)
    for place in random.permutation(len(groups)).tolist():
        yield _padded(log, starts, groups[place])


def _padded(log: EventLog, starts: NDArray[np.bool_], rows: Ints) -> tuple[Any, Any]:
    shape = (len(rows), int(log.lengths[rows].max()))
    items, begins = np.full(shape, PADDING, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    for place, row in enumerate(rows.tolist()):
        span = log.user(row)
        items[place, : log.lengths[row]] = log.items[span]
        begins[place, : log.lengths[row]] = starts[span]
    return torch.from_numpy(items), torch.from_numpy(begins)


def _learn(layers: Layers, optimizer: Any, items: Any, begins: Any, training: Training) -> None:  # noqa: ANN401
    """One pass over a batch, a stretch of ``bptt`` events at a time."""
    nothing = torch.zeros(len(items), training.hidden)
    state = nothing, nothing
    steps = items.shape[1] - 1
    for start in range(0, steps, training.bptt):
        stretch = range(start, min(start + training.bptt, steps))
        hidden = []
        for step in stretch:
            state = layers.read(items[:, step].clamp(min=0), begins[:, step], state)
            hidden.append(state[0])
        targets = items[:, start + 1 : start + 1 + len(stretch)]
        loss = layers.loss(torch.stack(hidden, dim=1).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(layers.parameters(), LONGEST_STEP)
        optimizer.step()
        state = state[0].detach(), state[1].detach()
