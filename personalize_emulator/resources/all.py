"""Imports every module that registers operations, so that the table is complete."""

from personalize_emulator.resources import (
    attributions,
    autotrain,
    batch,
    campaigns,
    counting,
    deletions,
    exports,
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
    "attributions",
    "autotrain",
    "batch",
    "campaigns",
    "counting",
    "deletions",
    "events",
    "exports",
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
