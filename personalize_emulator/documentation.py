"""Writes ``docs/emulator.md`` out of the code: ``python -m personalize_emulator.documentation``.

What is inferred, or not emulated, is said in the docstrings of the modules that do it, with these
words in brackets; this page collects it. A test holds the page to the code.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel

import personalize_emulator
from personalize_emulator.api.model import RUNTIME, Operation, load_api
from personalize_emulator.catalogue import recipes
from personalize_emulator.quotas import AS_OF, Quotas
from personalize_emulator.resources.lifecycle import PLANS
from personalize_emulator.resources.operations import HANDLERS
from personalize_emulator.scenarios import endpoint
from personalize_emulator.scenarios.scripts import CallFault, JobScript
from personalize_emulator.service import RUNTIME_HANDLERS

TARGET: Final = Path("docs/emulator.md")
_SENTENCE: Final = re.compile(r"(?<=[.)])\s+(?=[A-Z])")
_READING: Final = "resources.reading"
_SERVING: Final = (
    "runtime.recommend", "runtime.filtering", "runtime.promotions", "runtime.columns",
    "runtime.live", "filters.grammar", "filters.check", "filters.evaluate",
)  # fmt: skip
# Which other modules decide on the behaviour of an operation, beside the one that answers it.
_RELATED: Final[dict[str, Sequence[str]]] = {
    "GetRecommendations": _SERVING,
    "GetPersonalizedRanking": _SERVING,
    "GetActionRecommendations": _SERVING,
    "CreateSchema": ("data.domains",),
    "CreateFilter": ("filters.grammar", "filters.check"),
    "CreateDatasetImportJob": ("data.csvfile", "data.bulk", "objects"),
    "CreateDatasetExportJob": ("objects",),
    "CreateDataDeletionJob": ("data.bulk", "objects"),
    "CreateBatchInferenceJob": ("batch.lines", "batch.themes", "objects", "runtime.influence"),
    "CreateBatchSegmentJob": ("batch.lines", "objects"),
    "CreateCampaign": ("runtime.influence",),
    "UpdateCampaign": ("runtime.influence",),
    "CreateSolution": ("resources.autotrain", "catalogue.custom"),
    "PutEvents": ("runtime.live", "runtime.shown", "resources.counting"),
}


def page() -> str:
    """Return the whole page."""
    notes = Notes()
    tables = [_operations(service, notes) for service in _services()]
    parts = [
        _head(),
        *tables,
        notes.sections(),
        _recipes(),
        _statuses(),
        _quotas(),
        _scenarios(),
    ]
    return "\n".join(parts)


class Notes:
    """The statements that the operations refer to, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, modules: Sequence[str]) -> str:
        """Return references to what the modules say of themselves."""
        return " ".join(f"[{self._number(s)}]" for m in modules for s in statements(m))

    def _number(self, statement: str) -> int:
        return self._numbers.setdefault(statement, len(self._numbers) + 1)

    def sections(self) -> str:
        """Return the statements; those of modules that no operation refers to come last."""
        for name in _modules():
            for statement in statements(name):
                self._number(statement)
        lines = [f"{number}. {statement}" for statement, number in self._numbers.items()]
        return "## What is inferred, and what is not emulated\n\n" + "\n".join(lines) + "\n"


def statements(module: str) -> list[str]:
    """Return the sentences of a module's docstrings that are marked."""
    loaded = importlib.import_module(f"{personalize_emulator.__name__}.{module}")
    documented = [loaded, *(v for v in vars(loaded).values() if _own(v, loaded.__name__))]
    found: dict[str, None] = {}
    for thing in documented:
        text = " ".join((inspect.getdoc(thing) or "").replace("\n\n", ". ").split())
        for sentence in _SENTENCE.split(text.replace("..", ".")):
            if "(inferred" in sentence or "(not emulated)" in sentence:
                found[sentence.strip()] = None
    return list(found)


def _own(thing: object, module: str) -> bool:
    return (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__ == module


def _modules() -> Iterator[str]:
    prefix = f"{personalize_emulator.__name__}."
    for found in pkgutil.walk_packages(personalize_emulator.__path__, prefix):
        name = found.name.removeprefix(prefix)
        if name.split(".")[0] not in {"recipes", "evaluation", "__main__", "documentation"}:
            yield name


def _head() -> str:
    count = len(load_api().operations)
    return f"""# The emulated Amazon Personalize

Generated from the code by `python -m personalize_emulator.documentation`; do not edit.

All {count} operations of botocore's three service models are answered on one port. Inputs are
checked against these models; what a note does not call inferred follows the API reference or the
developer guide. Start it alone with

```
python -m personalize_emulator --port 8000 [--s3-root DIR] [--state DIR] [--legacy-recipes]
                               [--pace instant|fast|realistic] [--speed N] [--quota NAME=N]
AWS_ENDPOINT_URL_PERSONALIZE=http://127.0.0.1:8000 \\
AWS_ENDPOINT_URL_PERSONALIZE_RUNTIME=http://127.0.0.1:8000 \\
AWS_ENDPOINT_URL_PERSONALIZE_EVENTS=http://127.0.0.1:8000 your-program
```

or let `AWS_ENDPOINT_URL` name it for everything. Without `--s3-root` it reads and writes the S3
that its own environment names; with it, `s3://bucket/key` is the file `DIR/bucket/key`. Requests
without credentials belong to account 000000000000; an access key id of twelve digits is an account.
"""


def _services() -> list[str]:
    return sorted({operation.service for operation in load_api().operations})


def _operations(service: str, notes: Notes) -> str:
    mine = [o for o in load_api().operations if o.service == service]
    rows = [
        f"| {operation.name} | {_purpose(operation)} | {notes.of(_modules_of(operation))} |"
        for operation in sorted(mine, key=lambda operation: operation.name)
    ]
    title = f"## {service}: {len(mine)} operations"
    return "\n".join(
        (title, "", "| operation | what it does | notes |", "| - | - | - |", *rows, "")
    )


def _handler(operation: Operation) -> object:
    table = RUNTIME_HANDLERS if operation.service == RUNTIME else HANDLERS
    return table[operation.name]


def _purpose(operation: Operation) -> str:
    text = inspect.getdoc(_handler(operation)) or ""
    if text:
        return text.splitlines()[0].partition(" (inferred)")[0].rstrip(".") + "."
    if operation.name.startswith("List"):
        return "List what is there, page by page."
    return "Show it with its status."


def _modules_of(operation: Operation) -> list[str]:
    module = inspect.getmodule(_handler(operation))
    name = module.__name__.partition(".")[2] if module else _READING
    return list(dict.fromkeys((name, *_RELATED.get(operation.name, ()))))


def _recipes() -> str:
    rows = [
        f"| {r.name} | {r.type} | {r.domain or ('legacy' if r.legacy else 'custom')} "
        f"| {'yes' if r.batch and not r.domain else 'no'} | {', '.join(r.needs) or '-'} "
        f"| {f'{r.hides} events' if r.hides else '-'} |"
        for r in recipes(legacy=True)
    ]
    head = "| recipe | type | for | batch | needs beside interactions | leaves out items of |"
    return "\n".join(("## Recipes", "", head, "| - | - | - | - | - | - |", *rows, ""))


def _statuses() -> str:
    rows = [
        f"| {plan.name} | {' > '.join(plan.steps)} | {plan.success or 'gone'} | {plan.failure} |"
        for plan in PLANS.values()
    ]
    head = "| plan | steps | ends as | or as |"
    return "\n".join(("## Statuses", "", head, "| - | - | - | - |", *rows, ""))


def _quotas() -> str:
    rows = [f"| {f.name} | {f.default:,} |" for f in dataclasses.fields(Quotas)]
    title = f"## Quotas (as of {AS_OF}; each can be set with `--quota NAME=N`)"
    return "\n".join((title, "", "| quota | default |", "| - | - |", *rows, ""))


def _scenarios() -> str:
    parts = [
        "## Faults and durations on demand",
        "",
        "```",
        inspect.getdoc(endpoint) or "",
        "```",
    ]
    for script in (CallFault, JobScript):
        parts += ["", f"### {script.__name__}", "", inspect.getdoc(script) or "", ""]
        parts += ["| member | default | what |", "| - | - | - |", *_members(script)]
    return "\n".join(parts) + "\n"


def _members(script: type[BaseModel]) -> Iterator[str]:
    for name, member in script.model_fields.items():
        default = "required" if member.is_required() else repr(member.default)
        kind = member.description or "one of error, drop, lose, delay"
        yield f"| {member.alias or name} | `{default}` | {kind} |"


if __name__ == "__main__":
    sys.exit(0 if TARGET.write_text(page(), encoding="utf-8") else 1)
