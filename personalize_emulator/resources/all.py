"""Imports every module that registers operations, so that the table is complete."""

from personalize_emulator.resources import (
    campaigns,
    filters,
    groups,
    imports,
    reading,
    recipes,
    solutions,
    tags,
    trackers,
    versions,
)
from personalize_emulator.runtime import events

__all__ = [
    "campaigns",
    "events",
    "filters",
    "groups",
    "imports",
    "reading",
    "recipes",
    "solutions",
    "tags",
    "trackers",
    "versions",
]
