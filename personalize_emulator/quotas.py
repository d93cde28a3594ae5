"""What the service allows at most and asks for at least, in one table.

As of: 2026-11, from the developer guide, "Amazon Personalize endpoints and quotas". Rows marked *
are read from older copies of the guide. Every figure can be set otherwise in the settings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

AS_OF: Final = "2026-11"


@dataclass(frozen=True, kw_only=True)
class Quotas:
    """The quotas that the emulator enforces."""

    # In an account and region.
    schemas: int = 500
    dataset_groups: int = 5
    pending_import_jobs: int = 5
    pending_solution_versions: int = 20
    pending_batch_inference_jobs: int = 5  # *
    pending_batch_segment_jobs: int = 5  # *
    pending_export_jobs: int = 5  # *
    pending_deletion_jobs: int = 5  # *
    metric_attributions_per_group: int = 1
    # In a dataset group.
    solutions_per_group: int = 10
    campaigns_per_group: int = 5
    recommenders_per_group: int = 10  # *
    filters_per_group: int = 10
    # On one resource or request.
    tags: int = 50
    results: int = 500
    results_with_metadata: int = 50
    metadata_columns: int = 10
    ranked_items: int = 500
    # What a training needs.
    minimum_interactions: int = 1_000
    minimum_users: int = 25
    minimum_interactions_a_user: int = 2
    # What one import may bring.
    full_import_bytes: int = 100 * 2**30
    incremental_import_bytes: int = 2**30

    @classmethod
    def with_changes(cls, changes: Iterable[str]) -> "Quotas":
        """Return the quotas with some set otherwise, each as ``name=number``; raises ValueError."""
        named = {name: number for name, _, number in (c.partition("=") for c in changes)}
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(named) - known):
            msg = f"no quota is called {', '.join(unknown)}; there are {', '.join(sorted(known))}"
            raise ValueError(msg)
        if wrong := sorted(name for name, number in named.items() if not number.isdecimal()):
            msg = f"{', '.join(wrong)} must be set to a whole number, as in {wrong[0]}=9"
            raise ValueError(msg)
        return cls(**{name: int(number) for name, number in named.items()})
