"""Where every number of the recipes comes from, so that nobody has to take one on trust.

Numbers that shape answers are the service's, taken from the literature, taught by a validation
slice within each training, or compared with others on people whom no table of the workshop's data
asks (``python -m benchmarks settings``). Where no search is on record, this says so. Two that had
been chosen with an eye on test users, what breadth may cost and what a step of SIMS' climb must
gain, are gone: the first is now the one-standard-error rule's, the second nothing. A test asks for
every number of a module.
"""

from collections.abc import Mapping
from typing import Final

SERVICE: Final = "the service's"
LITERATURE: Final = "the literature's"
COMPARED: Final = "compared by `settings`"
TAUGHT: Final = "a grid; validation picks"
BUDGET: Final = "bounds time or memory"
SETTLED: Final = "no search on record"
NUMBER: Final = "arithmetic, not a choice"

Names = Mapping[str, tuple[str, str]]

PROVENANCE: Final[Mapping[str, Names]] = {
    "algorithms.choice": {
        "RIDGE": (SETTLED, "keeps the weight of a silent signal at 0"),
        "MAX_STEPS, MAX_HALVINGS, TOLERANCE, ROUNDING": (NUMBER, "Newton's method ends"),
    },
    "algorithms.distinct": {
        "PRIME, BASIS": (NUMBER, "FNV-1a"),
        "CHUNK": (BUDGET, "names in memory"),
    },
    "algorithms.features": {
        "DIMENSIONS, BINS": (SETTLED, "descriptions; what they count is learned"),
    },
    "algorithms.hrnn": {
        "SESSION_GAP": (LITERATURE, "half an hour, as web analytics has it"),
        "NEWEST": (BUDGET, "events of a user"),
        "USERS_OF_BATCH, RATE, DROPOUT, LONGEST_STEP": (SETTLED, "training of the network"),
        "PADDING": (NUMBER, "no event"),
    },
    "algorithms.lifts": {
        "PRIOR_EVENTS, PRIOR_SHOWN": (SETTLED, "shrinkage; what lifts count is learned"),
    },
    "algorithms.neighbours": {
        "SHRINKAGE": (SETTLED, "what the cosine counts is learned"),
        "PAIRS_IN_MEMORY, PAIRS": (BUDGET, "pairs of items"),
    },
    "algorithms.pairs": {
        "PAIRS_IN_MEMORY, WHOLE_LAGS, FAR_PAIRS": (BUDGET, "beyond, pairs are sampled"),
    },
    "algorithms.repeats": {
        "RECENCY_EDGES, COUNTS": (SETTLED, "powers of two; what a bucket is worth is learned"),
        "N_BUCKETS, _AGES, _FIRST_OF_AGE": (NUMBER, "follow from these"),
    },
    "algorithms.text": {"_COMMON": (SETTLED, "words that tell nothing apart")},
    "families.actions": {"ENOUGH, RECENT": (SERVICE, "50 of either kind, six weeks")},
    "families.legacy": {"CURIOSITY": (SERVICE, "the default of `explorationWeight`")},
    "families.segmentation": {
        "PERCENTS": (SETTLED, "inferred from the guide"),
        "ASKED": (BUDGET, "items asked about"),
    },
    "families.trending": {"SECONDS": (NUMBER, "units of time")},
    "fitting.adoption": {
        "GUARDIANS": (SETTLED, "neighbours of a new item"),
        "BLOCK": (BUDGET, "items at one time"),
    },
    "fitting.blending": {
        "VALIDATION_SHARE, VALIDATION_SEED": (SETTLED, "who judges, out of the training users"),
        "LATEST, LOOK_BACKS": (SETTLED, "points of a history that are asked about"),
        "MAX_PEOPLE, MAX_NUMBERS, MAX_EVENTS, MAX_ROWS": (BUDGET, "beyond, a sample"),
        "BREADTH": (TAUGHT, "how far, the one-standard-error rule says"),
        "LIST_LENGTH": (SERVICE, "nDCG at 10"),
    },
    "fitting.evidence": {
        "FLOOR": (SETTLED, "shares below are alike"),
        "WHOLE, KEPT, ALIKE": (BUDGET, "pairs looked at"),
        "_PLACEHOLDER": (NUMBER, "holds an entry open"),
    },
    "fitting.metadata": {"MOST_VALUES": (BUDGET, "rare values say nothing")},
    "fitting.noise": {
        "ERRORS": (LITERATURE, "the one-standard-error rule; 0, ½ and 2 beside it in `settings`"),
    },
    "fitting.objectives": {
        "WORTH_PRIOR": (SETTLED, "events of usual weight"),
        "STEPS": (SETTLED, "inferred: LOW, MEDIUM and HIGH are the service's, their sizes not"),
    },
    "fitting.recurrent": {
        "SHARE, SEED": (SETTLED, "as in blending"),
        "MAX_PEOPLE, MAX_ITEMS": (BUDGET, "beyond, a sample, or no network"),
        "LIST_LENGTH": (SERVICE, "nDCG at 10"),
    },
    "fitting.related": {
        "VALIDATION_SHARE, VALIDATION_SEED": (SETTLED, "as in blending"),
        "QUERIES_OF_USER, MAX_QUERIES": (BUDGET, "questions of the climb"),
        "START, STEPS, ROUNDS": (TAUGHT, "how far, nDCG on the validation slice says"),
        "ANY_GAIN": (COMPARED, "thresholds of ½, 1 and 2 errors, and no climb at all, find less"),
        "LIST_LENGTH": (SERVICE, "nDCG at 10"),
    },
    "fitting.searching": {
        "TRIALS": (BUDGET, "the service's own default is higher"),
        "SEED": (NUMBER, "apart from that of the metrics"),
    },
    "fitting.settings": {"NEIGHBOURS_PER_DIMENSION": (BUDGET, "300 of each item by default")},
    "fitting.side": {
        "MAX_PEOPLE, MAX_CANDIDATES, LIKED": (BUDGET, "beyond, a sample"),
    },
    "fitting.signals": {
        "SEQUENCE, TRANSITIONS, NEXT": (
            SETTLED,
            "SLIST's shape; what each counts is learned; left out, and halved, in `settings`",
        ),
        "ARC": (SETTLED, "the same; left out, nDCG gains and coverage loses: kept for breadth"),
    },
    "models.catalogue": {
        "IN_A_DICTIONARY": (BUDGET, "names"),
        "LOWEST": (NUMBER, "no candidate"),
    },
    "models.cold": {
        "RIDGE": (SETTLED, "of the descriptions"),
        "NEVER": (SETTLED, "far below whatever is known"),
        "DECIMALS": (NUMBER, "beyond, products differ by chance"),
    },
    "models.exploration": {
        "FEW": (SERVICE, "a cold item has fewer than five interactions"),
        "MOST, MIN_PLACES": (SETTLED, "inferred"),
        "MOST_EXPLORED": (BUDGET, "the youngest"),
        "DAY, TINY, _SPREAD, _FACTORS, NOBODY": (NUMBER, "units and hashing"),
    },
    "models.histories": {"REMEMBERED": (BUDGET, "events of a user")},
    "models.lists": {
        "LENGTH, WORK": (BUDGET, "answers worked out in training"),
        "_STRANGERS, _UNLISTED": (NUMBER, "places"),
    },
    "models.matrices": {
        "DENSE_BELOW": (BUDGET, "the faster form"),
        "FEW": (BUDGET, "the faster product"),
        "ROW_LENGTH": (BUDGET, "entries of a row"),
    },
    "models.metadata": {"HALF_LIFE": (SETTLED, "what descriptions count is learned")},
    "models.recurrent": {
        "SESSION_GAP": (LITERATURE, "as in the network's training"),
        "READ": (BUDGET, "events of an answer"),
    },
    "models.semantic": {"_TIE": (NUMBER, "decides between equals")},
    "models.side": {"STRANGER": (SETTLED, "without a history a lift counts in full")},
    "models.signals": {
        "SIGNALS": (COMPARED, "forward selection on validation users; each left out in turn"),
        "SPREADS, SHARES": (NUMBER, "follow from the table of signals"),
        "FLOOR": (SETTLED, "shares below are alike"),
        "FOREVER": (NUMBER, "no decay"),
        "NEGLIGIBLE": (BUDGET, "events too old to matter"),
        "LATER": (BUDGET, "the faster way"),
        "RESIDUE": (NUMBER, "rounding, not what an event says"),
        "POPULARITY, N_SIGNALS": (NUMBER, "follow from the table of signals"),
    },
    "models.traces": {
        "KEPT": (BUDGET, "sums worked out in training"),
        "_UNKEPT": (NUMBER, "no place"),
    },
    "models.trending": {"BUCKETS, PRIOR": (SETTLED, "two windows, a few pseudo-events")},
    "selection": {
        "MIN_INTERACTIONS, MIN_USERS, MIN_EVENTS_OF_USER": (SERVICE, "quotas of 2025"),
    },
    "store": {"FORMAT": (NUMBER, "of the files")},
}

FIELDS: Final[Names] = {
    "taste_ridge, transition_ridge": (COMPARED, "halved and doubled"),
    "min_core_events": (COMPARED, "5 and 20"),
    "window": (COMPARED, "half as many"),
    "reach": (COMPARED, "half"),
    "max_dense, heart": (BUDGET, "two minutes and four gigabytes: `scale`"),
    "core": (BUDGET, "the same; what more dense items gain, and cost: `core`"),
}
"""Of the settings of the personal model's matrices."""
