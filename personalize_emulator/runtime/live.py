"""Events as they arrive, by user, ready for the very next recommendation.

The session id stands for the user as long as nobody has logged in, in requests too (inferred).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from personalize_emulator.recipes.contract import LiveEvent

_KEPT: Final = 500
"""Events a user that real-time answers consider; older ones wait for the next training."""


@dataclass
class LiveLog:
    """The live events of one dataset group; written under the service's lock, read without.

    Args:
        loaded: whether what has been recorded before is in it.
    """

    loaded: bool = False
    _events: defaultdict[str, list[tuple[int, LiveEvent]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _users: dict[str, str] = field(default_factory=dict)

    def add(self, sequence: int, user: str | None, session: str, event: LiveEvent) -> None:
        """Take in an event; a session's earlier anonymous events follow its user."""
        if user and session not in self._users:
            self._users[session] = user
            if session != user and (earlier := self._events.pop(session, None)):
                self._events[user] = sorted([*self._events[user], *earlier])
        key = user or self._users.get(session, session)
        # A new list, so that a reader never sees one change under its hands.
        self._events[key] = [*self._events[key][-_KEPT + 1 :], (sequence, event)]

    def clear(self) -> None:
        """Let go of all events; who answers from this log goes on with it."""
        self._events, self._users = defaultdict(list), {}
        self.loaded = False

    def newest(self, key: str | None) -> int:
        """Return the sequence number of a user's or session's newest event; 0 for none."""
        events = self._of(key)
        return events[-1][0] if events else 0

    def _of(self, key: str | None) -> list[tuple[int, LiveEvent]]:
        if key is None:
            return []
        return self._events.get(key) or self._events.get(self._users.get(key, "")) or []

    def since(self, key: str | None, sequence: int) -> Sequence[LiveEvent]:
        """Return the events of a user, or of an anonymous session, newer than a sequence number."""
        return [event for number, event in self._of(key) if number > sequence]
