"""What services answer, kept without its values: to hold one cloud against another."""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Answers:
    """Keeps the shape of every answer: which members came, which error, after how long."""

    file: Path
    started: dict[int, float] = field(default_factory=dict)

    def attach(self, client: Any) -> Any:  # noqa: ANN401 - any client
        """Listen to a client and return it."""
        client.meta.events.register("before-call", self._begin)
        client.meta.events.register("after-call", self._end)
        return client

    def _begin(self, context: dict[str, Any], **_: object) -> None:
        self.started[id(context)] = time.monotonic()

    def _end(
        self,
        context: dict[str, Any],
        model: Any,  # noqa: ANN401 - botocore's own object
        parsed: dict[str, Any],
        **_: object,
    ) -> None:
        began = self.started.pop(id(context), time.monotonic())
        line = {
            "service": model.service_model.service_name,
            "operation": model.name,
            "seconds": round(time.monotonic() - began, 3),
            "error": parsed.get("Error", {}).get("Code"),
            "message": parsed.get("Error", {}).get("Message"),
            "shape": shape_of({k: v for k, v in parsed.items() if k != "ResponseMetadata"}),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a") as out:
            out.write(json.dumps(line) + "\n")


def shape_of(value: object) -> object:
    """The structure of an answer without its values: members and types."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return type(value).__name__


def read(file: Path) -> list[dict[str, Any]]:
    """The answers that a file holds."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def differences(there: Iterable[dict[str, Any]], here: Iterable[dict[str, Any]]) -> list[str]:
    """What one cloud answers and the other never does, operation by operation.

    Args:
        there: Answers of AWS.
        here: Answers of the local cloud, to the same journey.
    """
    seen, known = _members(there), _members(here)
    return [
        f"{operation}: {member} only {place}"
        for operation in sorted(seen.keys() & known.keys())
        for place, ours, others in (
            ("on AWS", seen[operation], known[operation]),
            ("here", known[operation], seen[operation]),
        )
        for member in sorted(ours - others)
    ]


def _members(answers: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    """Operation → the members and errors that came."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for answer in answers:
        operation = f"{answer['service']}.{answer['operation']}"
        if answer["error"]:
            found[operation].add(f"error {answer['error']}")
        else:
            found[operation].update(_paths(answer["shape"]))
    return dict(found)


def _paths(shape: object, before: str = "") -> Iterator[str]:
    if isinstance(shape, dict):
        for name, inner in shape.items():
            yield from _paths(inner, f"{before}.{name}")
    elif isinstance(shape, list):
        for inner in shape:
            yield from _paths(inner, f"{before}[]")
    else:
        yield f"{before} ({shape})"
