"""``python -m benchmarks.validation_ways WAY FILE``: one look at a file, in its own process.

Prints seconds by the clock, seconds of processors and peak MiB resident.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

NOW = 1_795_000_000
MINIMUM_LENGTH, MAXIMUM_LENGTH = 1, 256
FIELDS = [("USER_ID", "string"), ("ITEM_ID", "string"), ("TIMESTAMP", "long")]


Look = Callable[[Path], None]


def scan() -> Look:
    """Let DuckDB read every value, as it does by itself."""
    import duckdb  # noqa: PLC0415 - each way loads its own, before the clock runs

    def look(file: Path) -> None:
        with duckdb.connect() as connection:
            connection.execute("SET threads = 2")
            connection.execute(f"SELECT count(COLUMNS(*)) FROM '{file}'").fetchall()

    return look


def rules() -> Look:
    """Look at the file as the validating function does."""
    from lambdas.validate.look import DropFile, look_at  # noqa: PLC0415 - as above
    from lambdas.validate.reading.table import Room  # noqa: PLC0415
    from lambdas.validate.wanted import Wanted  # noqa: PLC0415

    fields = [{"name": name, "type": kind} for name, kind in [*FIELDS, ("EVENT_TYPE", "string")]]
    wanted = Wanted.model_validate(
        {
            "schemas": {"interactions": {"type": "record", "fields": fields}},
            "solutions": [{"name": "clicks", "recipe": "aws-sims", "eventType": "click"}],
        }
    )

    def look(file: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            drop = [DropFile(kind="interactions", name=file.name, file=file)]
            looked = look_at(drop, wanted, Room(memory_mib=400, folder=Path(folder)), now=NOW)
        assert not looked.seen.refused, looked.seen.findings

    return look


def pandas() -> Look:
    """Ask the same of a whole frame."""
    import pandas as pd  # noqa: PLC0415 - as above

    def look(file: Path) -> None:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        for column in ("USER_ID", "ITEM_ID"):
            length = frame[column].str.len()
            assert length.between(MINIMUM_LENGTH, MAXIMUM_LENGTH).all()
            assert not frame[column].str.contains('"', regex=False).any()
        assert (frame["EVENT_TYPE"] != "").all()
        assert frame["TIMESTAMP"].str.fullmatch(r"[+-]?[0-9]+").all()
        times = pd.to_numeric(frame["TIMESTAMP"])
        assert times.between(0, NOW).all()
        users, things = frame["USER_ID"].value_counts(), frame["ITEM_ID"].value_counts()
        _said(
            (users > 1).sum(),
            things.head(1_000).tolist(),
            frame.duplicated().sum(),
            frame.duplicated(["USER_ID", "ITEM_ID"]).sum(),
            frame["EVENT_TYPE"].value_counts().to_dict(),
            pd.to_datetime(times, unit="s").dt.strftime("%Y-%m").value_counts().to_dict(),
            (times.min(), times.max()),
        )

    return look


def _said(*results: object) -> None:
    assert all(result is not None for result in results)


WAYS: Mapping[str, Callable[[], Look]] = {"scan": scan, "rules": rules, "pandas": pandas}


def main() -> None:
    """Take one way and print what it cost."""
    look, file = WAYS[sys.argv[1]](), Path(sys.argv[2])
    wall, processors = time.perf_counter(), time.process_time()
    look(file)
    wall, processors = time.perf_counter() - wall, time.process_time() - processors
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{wall} {processors} {peak}")


if __name__ == "__main__":
    main()
