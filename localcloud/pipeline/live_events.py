"""Sends clicks while a campaign serves, and looks at what they change."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from localcloud.clients import Clients
from localcloud.pipeline.campaigns import Answer, ask
from localcloud.pipeline.catalogue import Catalogue

_CLICKS = 3
_NOTICED_SECONDS = 5.0


@dataclass(frozen=True)
class LiveChange:
    """Three clicks and what they changed.

    Attributes:
        user: Who clicked.
        genre: What the clicked items have in common, "" if nothing is known.
        clicked: The clicked items.
        before: The answer before.
        after: The answer after.
    """

    user: str
    genre: str
    clicked: tuple[str, ...]
    before: Answer
    after: Answer

    @property
    def new_items(self) -> tuple[str, ...]:
        """What is recommended now and was not before."""
        return tuple(item for item in self.after.items if item not in self.before.items)


def click(
    clients: Clients,
    *,
    tracker: str,
    campaign: str,
    recipe: str,
    catalogue: Catalogue,
    user: str,
) -> LiveChange:
    """Send three clicks of one user on items of a genre they rarely touch.

    Args:
        clients: The cloud.
        tracker: The event tracker's name.
        campaign: A campaign that personalizes for users.
        recipe: Its recipe.
        catalogue: The drop.
        user: A user of the drop.
    """

    def answer() -> Answer:
        return ask(clients, campaign=campaign, recipe=recipe, catalogue=catalogue, user=user)

    before = answer()
    genre, items = catalogue.unlike(user, _CLICKS)
    clients.personalize_events.put_events(
        trackingId=_tracking_id(clients, tracker),
        userId=user,
        sessionId=f"{user}-live",
        eventList=[
            {"eventType": "click", "itemId": item, "sentAt": datetime.now(UTC)} for item in items
        ],
    )
    deadline = time.monotonic() + _NOTICED_SECONDS
    while (after := answer()).items == before.items and time.monotonic() < deadline:
        time.sleep(0.1)
    return LiveChange(user, genre, tuple(items), before, after)


def _tracking_id(clients: Clients, name: str) -> str:
    pages = clients.personalize.get_paginator("list_event_trackers").paginate()
    arns = [
        tracker["eventTrackerArn"]
        for page in pages
        for tracker in page["eventTrackers"]
        if tracker.get("name") == name
    ]
    described = clients.personalize.describe_event_tracker(eventTrackerArn=arns[0])
    return described["eventTracker"]["trackingId"]
