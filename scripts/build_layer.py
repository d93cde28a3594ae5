"""Build the Lambda layers without Docker: wheels of the Lambda's own platform, unpacked.

Usage: ``python scripts/build_layer.py FOLDER``. Each layer lands in ``FOLDER/<layer>/python``, the
path that Lambda puts on the interpreter's search path.
"""

import shutil
import subprocess
import sys
from pathlib import Path

# arm64 is a fifth cheaper than x86_64; the tags are what Amazon Linux 2023 (glibc 2.34) can load.
PLATFORMS = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")
PYTHON_VERSION = "3.14"
LAYERS = {"handlers": "requirements.txt", "data": "requirements-data.txt"}
# The runtime brings these; a second copy would only make cold starts longer.
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer")


def build(folder: Path) -> None:
    """Unpack the pinned wheels of each layer into ``folder/<layer>/python``."""
    shutil.rmtree(folder, ignore_errors=True)
    for layer, requirements in LAYERS.items():
        target = folder / layer / "python"
        _unpack(requirements, target)
        for package in IN_THE_RUNTIME:
            for found in target.glob(f"{package}*"):
                shutil.rmtree(found)


def _unpack(requirements: str, target: Path) -> None:
    root = Path(__file__).resolve().parent.parent
    platforms = [part for tag in PLATFORMS for part in ("--platform", tag)]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *platforms,
            *("--implementation", "cp", "--python-version", PYTHON_VERSION),
            *("--only-binary=:all:", "--no-compile", "--target", str(target)),
            *("-c", str(root / "constraints.txt")),
            *("-r", str(root / "lambdas" / requirements)),
        ],
        check=True,
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]))
