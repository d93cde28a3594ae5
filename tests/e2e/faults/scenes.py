"""Situations in which an execution of the run's machine can be: its input and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.faults.answers import NOW, SAID, looked, turn
from tests.e2e.faults.player import Played, Player, Raises, Script

MACHINE = "shop"
TAKEN = Raises("DynamoDB.ConditionalCheckFailedException")
OTHER = "arn:aws:states:us-east-1:000000000000:execution:shop:other"
EARLIER, LATER = "2026-06-01T00:00:00.000Z", "2026-08-01T00:00:00.000Z"


def event(key: str = "drops/a/interactions.csv") -> dict[str, Any]:
    """An object came, as EventBridge tells it."""
    return {
        "source": "aws.s3",
        "time": NOW,
        "detail": {"object": {"key": key, "version-id": "1", "sequencer": "01"}},
    }


@dataclass(frozen=True)
class Scene:
    """An input, and the answers that lead into the situation."""

    given: Mapping[str, Any]
    script: Script = field(default_factory=dict)

    def but(self, script: Script, player: Player) -> Played:
        """Play it with some answers exchanged."""
        return player.play(MACHINE, self.given, {**self.script, **script})


def held(by: str, newest: str = EARLIER, **more: str) -> dict[str, Any]:
    """The turn's item as another execution left it."""
    texts = {"holder": by, "newest": newest, **more}
    return {"Item": {name: {"S": text} for name, text in texts.items() if text}}


DROP = Scene(event())
JOBS = Scene({"parts": ["batch", "export", "deletion"], "deletion": "inputs/erase.csv"})
BUSY = Scene(
    event(),
    {
        "Take the turn": [TAKEN, {"Attributes": {}}],
        "Whose turn is it?": held(OTHER),
        "Does the holder still run?": {"Status": "RUNNING"},
    },
)
LOST = Scene(
    event(),
    {
        "Take the turn": TAKEN,
        "Whose turn is it?": held(OTHER),
        "Does the holder still run?": {"Status": "ABORTED"},
    },
)
LONG = Scene(
    event(),
    {
        # Pending for longer than a run's own history should hold.
        "Look at the training": looked("SolutionVersion", "CREATE IN_PROGRESS"),
        "Watch the training": {"Output": {"status": "ACTIVE", "reason": "", "waited": 100_000}},
    },
)
LARGE = Scene(
    event(),
    {
        "Validate the drop": {"Payload": {"ok": True, "large": True, "parts": 2, "shares": 2}},
        "Judge the large drop": {"Payload": SAID["Validate the drop"]},
    },
)
FOLLOWED = Scene(
    event(),
    {"Is somebody waiting?": lambda ask: turn(ask, next="{}", nextBy=OTHER)},
)
PLANNED = Scene({"plan": True})
SURE = Scene({"parts": ["train"], "confirm": ["solution/shop-similar"]})
KEPT = Scene(
    event(),
    {"Judge the version": {"Payload": {**SAID["Judge the version"], "known": True}}},
)
SCENES = (DROP, JOBS, BUSY, LOST, LONG, LARGE, FOLLOWED, PLANNED, SURE, KEPT)
