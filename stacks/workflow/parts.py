"""The parts of a run: each stage that may be left out is asked for, or passed by."""

from lambdas.shared.settings.schedules import Part
from stacks.workflow.stage import Stage
from stacks.workflow.states import State, choice, expression

_WORDS: dict[Part, str] = {
    "import": "Is the import asked for?",
    "train": "Is training asked for?",
    "recommenders": "Are recommenders asked for?",
    "filters": "Are filters asked for?",
    "batch": "Are batch jobs asked for?",
    "export": "Are exports asked for?",
    "deletion": "Is a deletion asked for?",
}


def gate(part: Part, *, then: str, otherwise: str) -> Stage:
    """Return the choice before a part: whether this run does it."""
    entry = _WORDS[part]
    state = choice((f"'{part}' in $parts", then), otherwise=otherwise)
    return Stage(entry=entry, states={entry: state})


def billed(*, then: str, otherwise: str) -> Stage:
    """Return the choice of runs without a drop: only a training has to be priced."""
    entry = "Is it to be priced?"
    state = choice(("'train' in $parts", then), otherwise=otherwise)
    return Stage(entry=entry, states={entry: state})


def first_part(*, imports: str, others: str) -> Stage:
    """Return the states that tell a run with data from one without, and which drop it is."""
    entry, newest, begin = "Does it bring data?", "Take the newest drop", "Which drop?"
    states: dict[str, State] = {
        entry: choice(("'import' in $parts", begin), otherwise=others),
        begin: choice(("$dropId = ''", newest), otherwise=imports),
        newest: {
            "Type": "Pass",
            "Assign": {"dropId": expression("$turn.newestDrop")},
            "Next": imports,
        },
    }
    return Stage(entry=entry, states=states)
