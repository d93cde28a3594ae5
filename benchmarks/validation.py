"""What validation costs: beside DuckDB's bare scan of the same file, and beside pandas.

A sound interactions.csv is generated, as large as asked, and looked at three ways, each in a
process of its own on two threads; the resident memory is that process's peak.

- scan: ``SELECT count(COLUMNS(*)) FROM 'interactions.csv'``: DuckDB as it comes, every value
  parsed, nothing asked of it;
- rules: ``lambdas.validate``, all rules and everything the report shows;
- pandas: the whole frame read, the same questions in its own words.

The rounds alternate, the fastest one of each counts; processor seconds stand beside the wall's,
because they tell the same on a busy machine. The second table is the cold start: what importing
a handler takes in a fresh interpreter, on the local cloud, and on AWS with its recorder of traces.
``VALIDATION_ROWS`` chooses other sizes.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks import validation_ways

ROWS = (10_000_000, 100_000_000)
ROUNDS = 3
IMPORTS = 5
# Pandas' whole frame takes some 200 bytes a row and twice that while it is looked at.
_PANDAS_BYTES_A_ROW = 400
HANDLERS = Path(__file__).parent.parent / "lambdas"


@dataclass(frozen=True)
class Cost:
    """One look at a file: seconds by the clock, seconds of processors, peak MiB resident."""

    wall: float
    processors: float
    resident: float


def main() -> dict[str, dict[str, Cost]]:
    """Generate, look, print the tables; return the costs by size and way."""
    asked = os.environ.get("VALIDATION_ROWS")
    sizes = tuple(int(rows) for rows in asked.split(",")) if asked else ROWS
    print("validation: all rules beside a bare scan and beside pandas")
    print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(
        f"{'rows':>12} {'way':<8} {'wall s':>8} {'cpu s':>8} {'MiB':>7} {'to scan':>8} {'cpu':>6}"
    )
    costs = {f"{rows:,}": _size(rows) for rows in sizes}
    _cold_starts()
    return costs


def _size(rows: int) -> dict[str, Cost]:
    with tempfile.TemporaryDirectory(prefix="validation-") as folder:
        file = Path(folder) / "interactions.csv"
        generate(rows, file)
        costs = _measured(file, rows)
    for way, cost in costs.items():
        wall, processors = (
            getattr(cost, name) / getattr(costs["scan"], name) for name in ("wall", "processors")
        )
        print(
            f"{rows:>12,} {way:<8} {cost.wall:>8.2f} {cost.processors:>8.2f} {cost.resident:>7.0f} "
            f"{wall:>7.2f}x {processors:>5.2f}x"
        )
    rules, pandas = costs["rules"], costs.get("pandas")
    said = (
        f"{pandas.wall / rules.wall:.1f}x faster than pandas (at least 4)"
        if pandas
        else ("pandas would not fit into memory")
    )
    print(
        f"{'':>12} rules: {rules.wall / costs['scan'].wall:.2f}x the scan (at most 2), {said}, "
        f"{rules.resident:,.0f} MiB resident (under 1,000)"
    )
    return costs


def generate(rows: int, file: Path) -> None:
    """Write sound interactions: 50 events a user, popular items and rare ones, two event types."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(
            f"""COPY (SELECT
                'u' || hash(n) % {max(rows // 50, 1)} AS USER_ID,
                'i' || ((hash(n + 7) % 1000000) ** 2 // 50000000)::BIGINT AS ITEM_ID,
                {validation_ways.NOW} - 1 - (hash(n + 3) % 30000000)::BIGINT AS TIMESTAMP,
                CASE WHEN hash(n + 11) % 10 < 7 THEN 'watch' ELSE 'click' END AS EVENT_TYPE
            FROM range({rows}) numbers(n)) TO '{file}' (HEADER)"""
        )


def _measured(file: Path, rows: int) -> dict[str, Cost]:
    ways = ["scan", "rules"]
    if rows * _PANDAS_BYTES_A_ROW < _available():
        ways.append("pandas")
    looked: dict[str, list[Cost]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, costs in looked.items():
            costs.append(_look(way, file))
    return {
        way: Cost(
            min(cost.wall for cost in costs),
            min(cost.processors for cost in costs),
            max(cost.resident for cost in costs),
        )
        for way, costs in looked.items()
    }


def _available() -> float:
    """Return the bytes of memory that are free to take."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    [available] = [line for line in lines if line.startswith("MemAvailable:")]
    return float(available.split()[1]) * 1024


def _look(way: str, file: Path) -> Cost:
    command = [sys.executable, "-m", "benchmarks.validation_ways", way, str(file)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(*(float(number) for number in answer.stdout.split()))


def _cold_starts() -> None:
    print("\ncold start: importing a handler in a fresh interpreter, processor seconds")
    print(f"{'handler':<30} {'local':>8} {'at most':>8} {'to that':>8} {'traced':>8}")
    for file in sorted(HANDLERS.rglob("handler.py")):
        module = ".".join(file.relative_to(HANDLERS.parent).with_suffix("").parts)
        bar = 1.5 if module == "lambdas.validate.handler" else 0.4
        local, traced = (_import_seconds(module, traces=traces) for traces in (False, True))
        print(
            f"{module.removeprefix('lambdas.'):<30} {local:>8.2f} {bar:>8} {local / bar:>7.2f}x "
            f"{traced:>8.2f}"
        )


def _import_seconds(module: str, *, traces: bool) -> float:
    """Return the processor seconds that an import takes, the least of several.

    Args:
        module: What to import.
        traces: Whether X-Ray's recorder is loaded, as on AWS and not on the local cloud.
    """
    code = (
        f"import time; began = time.process_time(); import {module}; "
        "print(time.process_time() - began)"
    )
    environment = {**os.environ, "POWERTOOLS_TRACE_DISABLED": str(not traces).lower()}
    command = [sys.executable, "-c", code]
    return min(
        float(
            subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(IMPORTS)
    )


if __name__ == "__main__":
    main()
