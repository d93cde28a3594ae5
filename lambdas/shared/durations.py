"""How long a job is likely to take, told by the earlier ones that the service still lists."""

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

_LOOK_BACK = 5


def expected_seconds(jobs: Iterable[Mapping[str, Any]]) -> int:
    """Return the middle of how long the newest finished jobs took; 0 where none has finished.

    Args:
        jobs: Summaries as List operations give them: status, creation and last update.
    """
    finished = [job for job in jobs if job["status"] == "ACTIVE"]
    newest = sorted(finished, key=lambda job: job["creationDateTime"])[-_LOOK_BACK:]
    took = [
        (job["lastUpdatedDateTime"] - job["creationDateTime"]).total_seconds() for job in newest
    ]
    return round(median(took)) if took else 0
