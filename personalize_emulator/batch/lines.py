"""JSON lines in, JSON lines out: what batch inference and batch segments have in common.

Formats: developer guide, "Batch inference job output examples" and "Batch segment job output
format examples". The input is all that the given prefix matches, and only one that ends with "/"
is a folder ("Creating a batch inference job"). Each input's output bears its name; inputs of equal
names in several folders keep the folders that tell them apart (inferred). A line that can't be
answered has ``"error"`` in place of its output, and is repeated in ``NAME.errors`` (inferred);
``_CHECK`` proves before the work that the output can be written (inferred).
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from personalize_emulator.api.jsontext import read_json
from personalize_emulator.errors import JobFailed, JobStopped, ObjectMissing, ServiceError
from personalize_emulator.objects import ObjectStore
from personalize_emulator.recipes.errors import RecipeError
from personalize_emulator.values import Payload

CHECK: Final = "_CHECK"
Answer = Callable[[Payload], Payload]
"""Takes an input line, returns the output line; a bad one raises ServiceError or RecipeError."""


@dataclass(frozen=True)
class Places:
    """Where a job reads and writes: the prefix of its input, its output folder."""

    source: str
    target: str


def places_of(request: Payload) -> Places:
    """Return the places of a job's request; raises JobFailed in the service's words."""
    source = request["jobInput"]["s3DataSource"]["path"]
    target = request["jobOutput"]["s3DataDestination"]["path"]
    if not source.startswith("s3://"):
        raise JobFailed("Invalid S3 input path")
    if not target.startswith("s3://") or target == source:
        raise JobFailed("Invalid S3 output path")
    return Places(source, target.rstrip("/") + "/")


def answer_files(
    objects: ObjectStore,
    places: Places,
    answer: Answer,
    stop: threading.Event,
    *,
    most: int | None = None,
) -> Payload:
    """Answer all lines of all input files, ``most`` of each, and return how many there were."""
    # The output may lie under the prefix of the input: what this job writes is none of it.
    names = _named(_inputs(objects, places.source))
    _write(objects, places.target + CHECK, b"")
    answered = failed = 0
    for uri, name in names.items():
        good, bad = [], []
        lines = _lines(objects, uri)
        if most is not None and len(lines) > most:
            msg = f"{uri} has {len(lines)} lines: there can be up to {most}."
            raise JobFailed(msg)
        for line in lines:
            if stop.is_set():
                raise JobStopped("The job was stopped.")
            output, succeeded = _answer_line(line, answer)
            good.append(output)
            if not succeeded:
                bad.append(output)
        _write(objects, f"{places.target}{name}.out", "".join(good).encode())
        if bad:
            _write(objects, f"{places.target}{name}.errors", "".join(bad).encode())
        answered, failed = answered + len(good), failed + len(bad)
    return {"answered": answered, "failed": failed}


def _inputs(objects: ObjectStore, source: str) -> list[str]:
    try:
        found = objects.list(source)
    except ObjectMissing as error:
        raise JobFailed("Invalid S3 input path") from error
    inputs = [uri for uri in found if not uri.endswith("/")]
    if not inputs:
        raise JobFailed("Invalid S3 input path")
    return inputs


def _named(inputs: list[str]) -> dict[str, str]:
    """Return each input's name for its output, with folders where the name alone says too little.

    ``in/a/users.json`` and ``in/b/users.json`` are ``a/users.json`` and ``b/users.json``.
    """
    parts = {uri: uri.split("/") for uri in inputs}
    often = Counter(path[-1] for path in parts.values())
    folders = zip(*(path[:-1] for path in parts.values()), strict=False)
    shared = len(list(takewhile(lambda names: len(set(names)) == 1, folders)))
    return {
        uri: path[-1] if often[path[-1]] == 1 else "/".join(path[shared:])
        for uri, path in parts.items()
    }


def _lines(objects: ObjectStore, uri: str) -> list[str]:
    try:
        text = objects.read(uri).decode("utf-8")
    except (ObjectMissing, UnicodeDecodeError) as error:
        msg = f"Invalid S3 input path: {uri} can not be read as UTF-8."
        raise JobFailed(msg) from error
    return [line for line in text.splitlines() if line.strip()]


def _answer_line(line: str, answer: Answer) -> tuple[str, bool]:
    given: object = line
    try:
        given = read_json(line, keep_nulls=True)
        if not isinstance(given, dict):
            return _json({"input": given, "output": None, "error": "It is no JSON object."}), False
        return _json(answer(given)), True
    except ValueError as error:
        return _json({"input": given, "output": None, "error": f"Invalid JSON: {error}"}), False
    except (ServiceError, RecipeError) as error:
        return _json({"input": given, "output": None, "error": str(error)}), False


def _json(value: Payload) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n"


def _write(objects: ObjectStore, uri: str, content: bytes) -> None:
    try:
        objects.write(uri, content)
    except ObjectMissing as error:
        msg = f"Insufficient privileges for writing data to Amazon S3: {uri}."
        raise JobFailed(msg) from error
