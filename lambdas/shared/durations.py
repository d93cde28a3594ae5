"""How long a job takes at least, told by the earlier ones that the service still lists."""

from collections.abc import Iterable, Mapping
from typing import Any

_LOOK_BACK = 5


def expected_seconds(jobs: Iterable[Mapping[str, Any]]) -> int:
    """Return how long the shortest of the newest finished jobs took; 0 where none has finished.

    The shortest, not the middle: whoever waits that long notices no job late that is like them.

    Args:
        jobs: Summaries as List operations give them: status, creation and last update.
    """
    finished = [job for job in jobs if job["status"] == "ACTIVE"]
    newest = sorted(finished, key=lambda job: job["creationDateTime"])[-_LOOK_BACK:]
    took = [
        (job["lastUpdatedDateTime"] - job["creationDateTime"]).total_seconds() for job in newest
    ]
    return int(min(took, default=0))
