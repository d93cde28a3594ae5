"""Grants that no journey uses and that stay, each with its reason (`kept.yaml`)."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from localcloud.permissions.patterns import matches

FILE = Path(__file__).with_name("kept.yaml")


@dataclass(frozen=True)
class Kept:
    """A reason for an unused grant.

    Attributes:
        holder: The role's label; `*` stands for any run of characters.
        actions: Actions as the policy spells them, or patterns of them.
    """

    holder: str
    actions: tuple[str, ...]
    reason: str

    def covers(self, holder: str, action: str) -> bool:
        """Whether it speaks of this grant."""
        return matches(self.holder, holder) and any(matches(p, action) for p in self.actions)


def load_kept(path: Path = FILE) -> list[Kept]:
    """The reasons in the file, one an entry."""
    entries = yaml.safe_load(path.read_text()) or []
    return [Kept(e["holder"], tuple(e["actions"]), e["reason"]) for e in entries]
