"""What recording and judging every call costs, as a share of the run that it watches.

The default pipeline runs on MovieLens, as `make run` does; the recorder adds up the processor time
that it takes within the local cloud. The share is of the run's whole time, and, beside it, of the
processor time of the process that serves the cloud (trainings and handlers have their own).
"""

import json
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from localcloud.permissions.integrations.front import OWN_PAGES
from localcloud.run import RunOptions, run
from localcloud.server.process import running_cloud
from localcloud.settings import PROJECT_ROOT, CloudSettings

LIMIT = 0.10


@dataclass(frozen=True)
class Row:
    """One run.

    Attributes:
        calls: Calls that were judged.
        seconds: The run, from the synthesis to the report.
        spent: Processor seconds of the recorder.
        server: Processor seconds of the local cloud's own process.
    """

    calls: int
    seconds: float
    spent: float
    server: float

    @property
    def share(self) -> float:
        """Of the run's time."""
        return self.spent / self.seconds


def measure(pipeline: Path) -> Row:
    """Run a pipeline once on a cloud of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = CloudSettings(port=0, state_dir=Path(folder) / "cloud")
        with running_cloud(settings) as cloud:
            options = RunOptions(
                pipeline=pipeline,
                data=None,
                out=Path(folder) / "out",
                endpoint=cloud.endpoint,
                cloud=settings,
            )
            began = time.monotonic()
            run(options, Console(quiet=True))
            seconds = time.monotonic() - began
            seen = _page(cloud.endpoint)
    return Row(seen["calls"], seconds, seen["spent"], seen["server"])


def _page(endpoint: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{endpoint}{OWN_PAGES}permissions") as answer:
        return dict(json.load(answer))


def main() -> Row:
    """Measure, print the table and return its row."""
    row = measure(PROJECT_ROOT / "pipelines" / "movielens.yaml")
    print(f"{'calls':>7}{'run, s':>9}{'recorder, s':>13}{'of the run':>12}{'at most':>9}", end="")
    print(f"{'of the cloud':>14}")
    print(f"{row.calls:>7}{row.seconds:>9.1f}{row.spent:>13.2f}{row.share:>12.2%}", end="")
    print(f"{LIMIT:>9.0%}{row.spent / row.server:>14.1%}")
    return row


if __name__ == "__main__":
    main()
