"""The commands as a user types them."""

import subprocess
import sys

from localcloud.settings import PROJECT_ROOT

PIPELINE = "pipelines/movielens.yaml"


def localcloud(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "localcloud", *arguments],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
