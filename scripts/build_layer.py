"""Build the Lambda layer without Docker: wheels of the Lambda's own platform, unpacked.

Usage: ``python scripts/build_layer.py FOLDER``. The layer lands in ``FOLDER/python``, the path
that Lambda puts on the interpreter's search path.
"""

import shutil
import subprocess
import sys
from pathlib import Path

# arm64 is a fifth cheaper than x86_64; the tags are what Amazon Linux 2023 (glibc 2.34) can load.
PLATFORMS = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")
PYTHON_VERSION = "3.13"


def build(folder: Path) -> None:
    """Unpack the pinned wheels of ``lambdas/requirements.txt`` into ``folder/python``."""
    root = Path(__file__).resolve().parent.parent
    target = folder / "python"
    shutil.rmtree(target, ignore_errors=True)
    platforms = [part for tag in PLATFORMS for part in ("--platform", tag)]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *platforms,
            *("--implementation", "cp", "--python-version", PYTHON_VERSION),
            *("--only-binary=:all:", "--no-compile", "--target", str(target)),
            *("-r", str(root / "lambdas" / "requirements.txt")),
        ],
        check=True,
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]))
