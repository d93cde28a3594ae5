"""A resource: its ARN, what the API shows of it, what it keeps to itself, and its status."""

from dataclasses import dataclass, field
from typing import Any

from personalize_emulator.resources.kinds import KINDS, Kind
from personalize_emulator.resources.lifecycle import Stateful, read_state
from personalize_emulator.values import Json


@dataclass
class Update(Stateful):
    """The latest update of a resource that goes on serving (``latestCampaignUpdate``)."""

    fields: dict[str, Any] = field(default_factory=dict)

    def view(self) -> dict[str, Any]:
        """Return what the API shows of the update."""
        return self.fields | _shown_state(self)


@dataclass(kw_only=True)
class Resource(Stateful):
    """One resource.

    Args:
        kind: what it is.
        arn: its name in the world; holds partition, region, account and path.
        fields: what the API shows, under the API's names.
        private: what the emulator remembers beside that; JSON values only.
        tags: its tags.
        update: the latest update, if there has been one.
        sequence: the order of creation, given by the store.
        alarm: when something of its own accord happens next, such as an automatic training.
    """

    kind: Kind
    arn: str
    fields: dict[str, Any]
    private: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    update: Update | None = None
    sequence: int = 0
    alarm: float | None = None

    @property
    def moving(self) -> bool:
        """Tell whether something about it will change without a request."""
        updating = self.update is not None and not self.update.settled
        return updating or not self.settled or self.alarm is not None

    @property
    def name(self) -> str:
        """Its name within the account and region."""
        return str(self.fields.get(self.kind.name_field, self.arn.rpartition("/")[2]))

    @property
    def owner(self) -> tuple[str, str]:
        """Account and region, out of the ARN."""
        _, _, _, region, account, _ = self.arn.split(":", 5)
        return account, region

    def get(self, member: str) -> Json:
        """Return a member that it shows or keeps; None if it has none of that name."""
        return self.fields.get(member, self.private.get(member))

    def view(self) -> dict[str, Any]:
        """Return all that the API can show of it; the answer's shape picks from this."""
        view = self.fields | {self.kind.arn_field: self.arn} | _shown_state(self)
        if self.update:
            view[f"latest{self.kind.name}Update"] = self.update.view()
        return view

    def to_document(self) -> dict[str, Any]:
        """Return everything as one JSON document."""
        update = self.update and {"state": self.update.state(), "fields": self.update.fields}
        return {
            "kind": self.kind.name,
            "arn": self.arn,
            "state": self.state(),
            "fields": self.fields,
            "private": self.private,
            "tags": self.tags,
            "update": update,
            "alarm": self.alarm,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any], sequence: int) -> "Resource":
        """Read back what ``to_document`` wrote."""
        update = document["update"]
        return cls(
            kind=KINDS[document["kind"]],
            arn=document["arn"],
            fields=document["fields"],
            private=document["private"],
            tags=document["tags"],
            update=Update(**read_state(update["state"]), fields=update["fields"])
            if update
            else None,
            sequence=sequence,
            alarm=document["alarm"],
            **read_state(document["state"]),
        )


def _shown_state(state: Stateful) -> dict[str, Any]:
    """Return status and dates under the API's names; timestamps are epoch seconds on the wire."""
    shown: dict[str, Any] = {
        "creationDateTime": round(state.created, 3),
        "lastUpdatedDateTime": round(state.updated, 3),
    }
    if state.status is not None:
        shown["status"] = state.status
    if state.failure_reason is not None:
        shown["failureReason"] = state.failure_reason
    return shown
