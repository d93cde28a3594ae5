"""Imports every module that registers operations, so that the table is complete."""

from personalize_emulator.resources import (
    autotrain,
    campaigns,
    filters,
    groups,
    imports,
    reading,
    recipes,
    recommenders,
    solutions,
    tags,
    trackers,
    versions,
)
from personalize_emulator.runtime import events

__all__ = [
    "autotrain",
    "campaigns",
    "events",
    "filters",
    "groups",
    "imports",
    "reading",
    "recipes",
    "recommenders",
    "solutions",
    "tags",
    "trackers",
    "versions",
]
