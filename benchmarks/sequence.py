"""The recurrent network of the ``[torch]`` extra against the linear model that it stands on.

ml-100k above 3.6 stars, held-out users of seed 0, by the service's definition and by the textbook.
Left out where torch is not installed: everything else does without.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec

from benchmarks.movielens import hundred_thousand_log
from benchmarks.recipes import NDCG, PERSONAL, PRECISION, TEXTBOOK, fit, rows_of
from benchmarks.table import Row, report
from personalize_emulator.evaluation.evaluate import evaluate, unseen_request
from personalize_emulator.evaluation.split import hold_out_users
from personalize_emulator.recipes.eventlog import EventLog

RECURRENT = "aws-hrnn"
FOLDS = 2


def main() -> list[Row]:
    """Measure, print the table, return its rows."""
    if find_spec("torch") is None:
        print("sequence models left out: pip install -r requirements-torch.txt")
        return []
    log, source = hundred_thousand_log(above=3.6)
    print(f"ml-100k above 3.6: {source}")
    return report(parts(log))


def parts(log: EventLog) -> Iterator[Sequence[Row]]:
    """Yield the linear model's rows, then the recurrent one's, and what its training says."""
    folds = [hold_out_users(log, seed=0, fold=fold) for fold in range(FOLDS)]
    for name in (PERSONAL, RECURRENT):
        models = [fit(name, split.train) for split in folds]
        pairs = list(zip(models, folds, strict=True))
        bars = [Row(NDCG, 0, None, "HRNN of 2018 .0649"), Row(PRECISION, 0, None, ".0098")]
        yield rows_of(name, [evaluate(model, split) for model, split in pairs], bars)
        unseen = [evaluate(model, split, unseen_request) for model, split in pairs]
        yield rows_of(f"{name}, unseen", unseen, [Row(TEXTBOOK, 0)])
        for notice in dict.fromkeys(notice for model in models for notice in model.notices):
            print(f"  {notice}")


if __name__ == "__main__":
    main()
