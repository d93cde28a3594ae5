"""Writes ``docs/recipes.md``: ``python -m personalize_emulator.recipes.documentation``.

What the page says stands in the docstrings of the modules that do it, and in the catalogue. A test
holds the page to the code.
"""

import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from personalize_emulator.catalogue import Parameter, Recipe, recipes
from personalize_emulator.recipes.fitting.signals import SignalSettings
from personalize_emulator.recipes.models.signals import SIGNALS
from personalize_emulator.recipes.provenance import FIELDS, PROVENANCE
from personalize_emulator.recipes.registry import RECIPES

TARGET: Final = Path("docs/recipes.md")
PACKAGE: Final = "personalize_emulator"

HEAD: Final = """# The recipes

Generated from the code by `python -m personalize_emulator.recipes.documentation`; do not edit.

Every recipe is trained for real, on the laptop, in its own process; none is the service's own
network. This page says how each is trained here, what its options do, and what of it is inferred.

| you want | command |
| - | - |
| all recipes on your data | `python -m personalize_emulator evaluate DATA.csv` |
| the measured bars, beside the service's figures | `python -m benchmarks recipes` |
| how long ten million interactions take, and how much memory | `python -m benchmarks scale` |
| what more items in the dense matrices gain, and cost | `python -m benchmarks core` |
| what other values of a setting do, on people left over | `python -m benchmarks settings` |
| what columns add, for new items above all | `python -m benchmarks columns` |
| what the recurrent network adds, with torch | `python -m benchmarks sequence` |
| one training | `python -m personalize_emulator.recipes.train JOB.json` |

Figures are printed by these commands, each with what it is to be compared with, and are written
nowhere else.
"""

FAMILIES: Final[Mapping[str, Sequence[str]]] = {
    "personal": (
        "recipes.algorithms.ease",
        "recipes.algorithms.transitions",
        "recipes.algorithms.neighbours",
        "recipes.models.signals",
        "recipes.algorithms.choice",
        "recipes.algorithms.repeats",
        "recipes.fitting.side",
        "recipes.models.cold",
    ),
    "actions": (),
    "related": ("recipes.fitting.related", "recipes.fitting.adoption"),
    "semantic": ("recipes.algorithms.text",),
    "popularity": (),
    "trending": (),
    "segmentation": (),
    "domains": (),
    "legacy": (),
}
"""Families, each with the modules that say more about how they are trained."""

OPTIONS: Final[Mapping[str, str]] = {
    "`eventType`, `eventValueThreshold`, `eventsConfig`": "recipes.selection:event_rules",
    "weights of `eventsConfig`": "recipes.fitting.objectives:_worth",
    "`optimizationObjective`": "recipes.fitting.objectives",
    "`trainingDataConfig`": "training.run:choose_columns",
    "`itemExplorationConfig` of the campaign": "recipes.models.exploration",
    "`context` of the request": "recipes.models.metadata:Metadata.context_of",
    "`IMPRESSION` of the interactions": "recipes.fitting.metadata:appeal_of",
    "`featureTransformationParameters`": "recipes.fitting.percentiles",
    "`performHPO`": "recipes.fitting.searching",
    "`performAutoML`": "recipes.train:_train_best",
    "`trainingMode` UPDATE": "recipes.families.personal:resume_personal",
}

MEANINGS: Final[Mapping[str, str]] = {
    "hidden_dimension": "capacity: ridge penalties are divided by it, relative to its default",
    "bptt": "how far back sequences are read in training, relative to its default",
    "recency_mask": "whether newer events of a history weigh more",
    "apply_recency_bias": "whether newer events of a history weigh more",
    "popularity_discount_factor": "SIMS: 0.5 is neutral, 1 favours the rare; Similar-Items: from 0",
    "min_cointeraction_count": "pairs that fewer people share are no neighbours",
    "item_id_hidden_dimension": "how many neighbours of each item are kept, relative",
    "item_metadata_hidden_dimension": "dimensions of the descriptions, relative to its default",
}
"""What each hyperparameter does here; a test asks for every one of the catalogue."""

EVALUATION: Final = (
    "evaluation.split",
    "evaluation.metrics",
    "evaluation.rewards",
    "evaluation.intervals",
)

EXPLANATION: Final = ("runtime.explanation", "recipes.models.personal:PersonalModel._drivers")


SIMS: Final = """### SIMS beside the service's figure

The service's SIMS is reported at NDCG@10 .2234 and a coverage of .1861 on the workshop's data. The
guide does not say which item is asked with. `python -m benchmarks recipes` therefore measures four
readings: the last item given; each item held out, right being the others held out of the same
person; the same with what is given of these people learned from; and the newest tenth of everybody.
It prints what each reaches, and the bar of .26 beside each: where it is missed, it says so.

What was tried, on people whom the table does not ask: other thresholds of the climb, more
questions, weights by likelihood instead of a climb, the item rows of EASE and of the transition
regression as further evidence. None is better by more than its error. One item tells less than a
history: User-Personalization without its repeats, which reads the whole history, stands in the same
table.

Why the service may get there all the same:

- Its figure is of one sample, some 61 people. Single folds of that size, printed as lowest and
  highest, lie further apart than the figure lies from the mean.
- A coverage of .1861 takes more than one question a person: 25 items for each of 61 can't be more
  than .161 of 9,477. Under the readings with more questions the coverage here is the higher one;
  under that with one it can't be.
- If what is held out had shaped the model, the figure would be far higher: the last row, which is
  no test, shows how far. Nothing says that the service does so.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, _table(), "## How they are trained\n"]
    parts += [_family(name) for name in FAMILIES]
    parts += [_signals(), _hyperparameters(), _options(), _evaluation(), SIMS]
    parts += [_explanation(), _numbers()]
    return "\n".join(parts)


def _catalogue() -> Sequence[Recipe]:
    return recipes(legacy=True)


def _table() -> str:
    rows = [
        f"| {recipe.name} | {recipe.description} | [{family}](#{family}) |"
        f" {recipe.event_type or '-'} |"
        f" {_yes(recipe.explores)} | {_yes(recipe.updates)} |"
        f" {', '.join(recipe.needs) or '-'} |"
        for recipe in _catalogue()
        for family in [_family_of(recipe.name)]
    ]
    head = "| recipe | what it is for | trained here as | of events | explores | UPDATE | needs |"
    return "\n".join((head, "| - | - | - | - | - | - | - |", *rows, ""))


def _yes(told: bool) -> str:  # noqa: FBT001 - a cell
    return "yes" if told else "-"


def _family_of(name: str) -> str:
    """The module whose tuning a recipe has; domain use cases are built on another family's."""
    module = inspect.getmodule(RECIPES[name].tune)
    return (module.__name__ if module else "").rpartition(".")[2]


def _family(name: str) -> str:
    title, _, text = _doc(f"recipes.families.{name}").partition("\n\n")
    more = [_told(module) for module in FAMILIES[name]]
    return "\n\n".join((f"### {name}", f"*{title}*", text, *more)).rstrip() + "\n"


def _explanation() -> str:
    title = "## Why an item was recommended"
    told = (_doc(where) for where in EXPLANATION)
    return "\n\n".join((title, *told)) + "\n"


def _told(module: str) -> str:
    """A module's docstring, its first line in bold."""
    title, _, text = _doc(module).partition("\n\n")
    return f"**{title}** {text}".rstrip()


def _numbers() -> str:
    rows = [
        _number(module, name, _value(module, name), why)
        for module, names in PROVENANCE.items()
        for listed, why in names.items()
        for name in listed.split(", ")
    ]
    rows += [
        _number("SignalSettings", name, str(getattr(SignalSettings(), name)), why)
        for listed, why in FIELDS.items()
        for name in listed.split(", ")
    ]
    head = "| of | number | value | comes from | |\n| - | - | - | - | - |"
    told = _doc("recipes.provenance").partition("\n\n")
    title = "## Where the numbers come from"
    return "\n".join((title, "", f"*{told[0]}*", "", told[2], "", head, *rows, ""))


def _number(of: str, name: str, value: str, why: tuple[str, str]) -> str:
    return f"| {of} | `{name}` | {value} | {why[0]} | {why[1]} |"


def _value(module: str, name: str) -> str:
    """As it is written; the module is not imported, since torch may not be there."""
    source = (
        Path(__file__).parent.joinpath(*module.split(".")).with_suffix(".py").read_text("utf-8")
    )
    found = re.search(rf"^{name}(?:: [^=]+)? = (.+?)(?:  #.*)?$", source, re.MULTILINE)
    written = found[1] if found else ""
    return f"`{written}`" if written and not written.endswith(("(", "{")) else "in the code"


def _signals() -> str:
    rows = [
        f"| {signal.name} | {signal.matrix} | {_life(signal.half_life)} | {signal.scale} |"
        for signal in SIGNALS
    ]
    head = "| signal | of the matrix | half-life, events | scale |"
    return "\n".join(("### signals of a history\n", head, "| - | - | - | - |", *rows, ""))


def _life(half_life: float) -> str:
    return f"{half_life:g}" if half_life < 1_000 else "-"  # noqa: PLR2004 - no history is longer


def _hyperparameters() -> str:
    rows = [
        f"| {recipe.name} | `{p.name}` | {p.default} | {_range(p)} | {_yes(p.tunable)} |"
        f" {MEANINGS[p.name]} |"
        for recipe in _catalogue()
        for p in recipe.parameters
    ]
    head = "| recipe | hyperparameter | default | range | HPO | what it does here |"
    title = "## Hyperparameters\n\nNames, defaults and ranges are the service's.\n"
    return "\n".join((title, head, "| - | - | - | - | - | - |", *rows, ""))


def _range(parameter: Parameter) -> str:
    if parameter.choices:
        return ", ".join(parameter.choices)
    return f"{parameter.low:g} to {parameter.high:g}"


def _options() -> str:
    rows = [f"| {option} | {_cell(_doc(where))} |" for option, where in OPTIONS.items()]
    title = "## Options of a solution, a campaign and a request\n"
    return "\n".join((title, "| option | what it does here |", "| - | - |", *rows, ""))


def _cell(text: str) -> str:
    """A docstring in one table cell, without its sections."""
    told = re.split(r"\n\n(?:Args|Returns|Raises):", text)[0]
    return " ".join(told.split())


def _evaluation() -> str:
    return "\n\n".join(("## How they are measured", *(_told(name) for name in EVALUATION))) + "\n"


def _doc(where: str) -> str:
    """The docstring of a module, or of something in it, as Markdown."""
    module, _, path = where.partition(":")
    found: object = importlib.import_module(f"{PACKAGE}.{module}")
    for name in filter(None, path.split(".")):
        found = getattr(found, name)
    return "\n".join(_markdown(inspect.getdoc(found) or ""))


def _markdown(text: str) -> Iterator[str]:
    for line in text.splitlines():
        named = re.sub(r":(?:mod|func|class|meth):`~?[\w.]*?(\w+)`", r"`\1`", line)
        yield named.replace("``", "`")


if __name__ == "__main__":
    sys.exit(0 if TARGET.write_text(page(), encoding="utf-8") else 1)
