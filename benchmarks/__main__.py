"""``python -m benchmarks [NAME ...]``: the tables named, or every one, one after the other."""

import argparse
from collections.abc import Callable, Mapping

from benchmarks import (
    columns,
    core,
    polling,
    recipes,
    recording,
    scale,
    sequence,
    serving,
    settings,
    validation,
)

TABLES: Mapping[str, Callable[[], object]] = {
    "serving": serving.main,
    "recipes": recipes.main,
    "settings": settings.main,
    "columns": columns.main,
    "sequence": sequence.main,
    "scale": scale.main,
    "core": core.main,
    "polling": polling.main,
    "validation": validation.main,
    "recording": recording.main,
}


def main() -> None:
    """Print the tables that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TABLES))
    names = parser.parse_args().names or list(TABLES)
    if unknown := [name for name in names if name not in TABLES]:
        parser.error(f"no table {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    for name in names:
        TABLES[name]()


if __name__ == "__main__":
    main()
