"""How one emulator is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from personalize_emulator.api.caller import AccountOf
from personalize_emulator.quotas import Quotas


@dataclass(frozen=True)
class Pace:
    """How long the steps of a status last, in seconds of the emulator's clock.

    Imports, trainings and batch jobs take at least this long and as long as their work does.

    Args:
        pending: the first step of every plan, such as CREATE PENDING.
        in_progress: the steps after that.
        kinds: other durations for some kinds, such as ``{"SolutionVersion": (60, 3600)}``.
        deletion: other durations of deletions, of whatever kind; None: as long as the rest.
    """

    pending: float = 0.02
    in_progress: float = 0.05
    kinds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    deletion: tuple[float, ...] | None = None

    def durations(self, kind: str, *, deletion: bool = False) -> tuple[float, ...]:
        """Return the seconds of each step for a kind of resource."""
        if deletion and self.deletion is not None:
            return self.deletion
        return self.kinds.get(kind, (self.pending, self.in_progress))


# Code written for the service goes on with these as soon as they are created, and may do so there.
_AT_ONCE: Final = dict.fromkeys(("Dataset", "Solution", "EventTracker", "Filter"), (0.0,))
# It polls for a dataset group once a minute, and goes on a minute after a deletion or when somebody
# runs its next cell: here neither has to be waited for.
FAST: Final = Pace(kinds={**_AT_ONCE, "DatasetGroup": (0.0,)}, deletion=(0.0,))
INSTANT: Final = Pace(0, 0)
# Of the order that users of the service report; for rehearsals on a virtual clock.
REALISTIC: Final = Pace(
    5,
    60,
    {
        **_AT_ONCE,
        "DatasetImportJob": (60, 900),
        "SolutionVersion": (60, 2_400),
        "Campaign": (60, 600),
        "Recommender": (60, 2_400),
        "BatchInferenceJob": (60, 1_200),
        "BatchSegmentJob": (60, 1_200),
        "DatasetExportJob": (60, 600),
        "DataDeletionJob": (60, 43_200),
    },
)
PACES: Final = {"instant": INSTANT, "fast": FAST, "realistic": REALISTIC}


@dataclass(frozen=True, kw_only=True)
class EmulatorSettings:
    """One emulator.

    Args:
        state_dir: where it keeps everything; a restart on the same folder finds it again.
        region: the region of requests that name none.
        account: the account of requests whose access key names none.
        account_of: tells the account of an access key id; a key id of 12 digits is an account.
        legacy_recipes: offer the retired HRNN recipes.
        pace: how long statuses last.
        quotas: what is allowed.
        trainings: how many trainings run at the same time.
        warm_up: seconds that a campaign may take, before it is ACTIVE, to work out the answers for
            its most active users or its items; the first request is then as fast as the others.
        seed: chooses held-out users and identifiers of models; nothing else is random.
    """

    state_dir: Path
    region: str = "us-east-1"
    account: str = "000000000000"
    account_of: AccountOf | None = None
    legacy_recipes: bool = False
    pace: Pace = FAST
    quotas: Quotas = field(default_factory=Quotas)
    trainings: int = 2
    warm_up: float = 1.5
    seed: int = 0
