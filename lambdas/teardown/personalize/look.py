"""One look at Personalize: stop what bills, then delete of the first stage that is not empty.

A look keeps no state of its own. What is there decides what happens, so that an interrupted
teardown is continued by starting another one.
"""

from collections.abc import Iterable, Sequence

from lambdas.shared.teardown_settings import TeardownScope
from lambdas.teardown.personalize.account import Deletion, PersonalizeAccount
from lambdas.teardown.personalize.kinds import BY_WORDS, SCHEMA, STAGES, Kind
from lambdas.teardown.personalize.rules import Decision, Fate, decide, is_moving
from lambdas.teardown.progress import Entry, Progress

# A look stays far below a function's time-out, and its answer far below a variable's size.
DELETIONS_A_LOOK = 25


def look(
    account: PersonalizeAccount,
    scope: TeardownScope,
    *,
    dry_run: bool = False,
    going: Sequence[Entry] = (),
) -> Progress:
    """Do the next bounded step of the teardown in Personalize.

    Args:
        account: Where to look.
        scope: What is the pipeline's.
        dry_run: Only say what would go.
        going: What earlier looks asked to go.

    Returns:
        What was done; ``remaining`` is 0 when nothing of the pipeline is left, or can go.
    """
    stopped = tuple(_stop_trainings(account, dry_run=dry_run))
    decisions: list[Decision] = []
    for stage in STAGES:
        still = [e for e in going if BY_WORDS[e.kind] in stage and _is_going(account, e)]
        of_stage = _decide(account, scope, stage, decisions)
        decisions += of_stage
        asked = {entry.arn for entry in still}
        todo = [d for d in of_stage if not d.stays and d.found.arn not in asked]
        if (todo or still) and not dry_run:
            done = _act(account, todo, still)
            words = " and ".join(f"{kind.words}s" for kind in stage)
            return done.model_copy(update={"stage": words, "stopped": stopped, **_stay(decisions)})
    would_go = tuple(_entry(decision) for decision in decisions if not decision.stays)
    done = Progress(stage="everything" if dry_run else "nothing left", deleted=would_go)
    return done.model_copy(update={"stopped": stopped, **_stay(decisions)})


def _stop_trainings(account: PersonalizeAccount, *, dry_run: bool) -> Iterable[Entry]:
    for arn, status in account.trainings():
        if not dry_run:
            account.stop_training(arn)
        name = "/".join(arn.rsplit("/", 2)[1:])
        yield Entry(kind="solution version", name=name, arn=arn, reason=f"it was {status}")


def _decide(
    account: PersonalizeAccount,
    scope: TeardownScope,
    stage: Iterable[Kind],
    earlier: Sequence[Decision],
) -> list[Decision]:
    staying = [decision.found for decision in earlier if decision.stays]
    if SCHEMA in stage:
        staying += account.datasets_elsewhere()
    return [decide(found, scope, staying) for kind in stage for found in account.find(kind)]


def _act(account: PersonalizeAccount, todo: Sequence[Decision], still: Sequence[Entry]) -> Progress:
    """Delete what may go, up to the limit; everything else of the stage is pending."""
    pending = [_entry(decision) for decision in todo if decision.fate == Fate.WAIT]
    deleted, going = [], list(still)
    ready = [decision for decision in todo if decision.fate == Fate.DELETE]
    for decision in ready[:DELETIONS_A_LOOK]:
        answer, words = account.delete(decision.found)
        if answer == Deletion.IN_USE:
            pending.append(_entry(decision, words))
            continue
        deleted.append(_entry(decision))
        if answer == Deletion.STARTED:
            going.append(_entry(decision))
    return Progress(
        remaining=len(todo) + len(still),
        deleted=tuple(deleted),
        going=tuple(going),
        pending=tuple(pending),
    )


def _is_going(account: PersonalizeAccount, entry: Entry) -> bool:
    """Return whether what was asked to go is on its way.

    What is there and does not go is judged anew: its deletion failed, or a handler that was under
    way when its run was stopped has made it again.
    """
    status = account.status(BY_WORDS[entry.kind], entry.arn)
    return status is not None and (status == "" or is_moving(status))


def _stay(decisions: Iterable[Decision]) -> dict[str, tuple[Entry, ...]]:
    stays = [decision for decision in decisions if decision.stays]
    return {
        "left": tuple(_entry(decision) for decision in stays if decision.fate == Fate.LEAVE),
        "kept": tuple(_entry(decision) for decision in stays if decision.fate == Fate.KEEP),
    }


def _entry(decision: Decision, reason: str = "") -> Entry:
    found = decision.found
    why = reason or decision.reason
    return Entry(kind=found.kind.words, name=found.name, arn=found.arn, reason=why)
