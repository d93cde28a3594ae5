"""What the run report is made from: written as report.json, rendered as report.html."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from lambdas.promote.gate import Comparison
from lambdas.shared.strict import Strict

Outcome = Literal["succeeded", "partly", "refused", "failed"]


class DatasetSummary(Strict):
    """One file (or folder of files) of the drop."""

    name: str
    """interactions, items, users, …"""
    rows: int
    size_bytes: int
    users: int = 0
    """With two events or more; 0 where there are no events, or nobody counted."""


class Finding(Strict):
    """One thing that validation had to say."""

    level: Literal["refuse", "warn", "mended"]
    message: str


class Stage(Strict):
    """One bar of the timeline."""

    name: str
    started_at: datetime
    ended_at: datetime
    lane: str = ""
    """The solution it belongs to; empty for what the whole run did."""

    @property
    def seconds(self) -> float:
        """Return how long it took."""
        return (self.ended_at - self.started_at).total_seconds()


class VersionMetrics(Strict):
    """The offline metrics of one solution version, a point of the history."""

    solution_version_arn: str
    created_at: datetime
    metrics: dict[str, float | None]
    serving: bool = False


class GateResult(Strict):
    """What the gate decided for a solution."""

    promoted: bool
    reason: str
    comparisons: tuple[Comparison, ...] = ()


class SolutionReport(Strict):
    """One solution of the run."""

    name: str
    recipe: str
    solution_version_arn: str | None = None
    campaign_arn: str | None = None
    status: str
    """ACTIVE, or the state in which it ended; REFUSED where the budget refused it."""
    reason: str | None = None
    """Why it ended there, if not well."""
    metrics: dict[str, float | None] = Field(default_factory=dict)
    gate: GateResult | None = None
    versions: tuple[VersionMetrics, ...] = ()
    """Oldest first, the run's own version last."""
    training_hours: float | None = None
    training_seconds: float | None = None


class Item(Strict):
    """An item with its name for people."""

    id: str
    title: str | None = None


class Driver(Strict):
    """A past item that drove a recommendation."""

    item: Item
    share: float
    """Its contribution as a share of the score, 0 to 1."""


class Recommendation(Strict):
    """One recommended item."""

    item: Item
    score: float | None = None
    because: tuple[Driver, ...] = ()


class Sample(Strict):
    """What one campaign recommends for one user (or beside one item)."""

    solution: str
    asked_for: str
    """Such as "user 42"."""
    history: tuple[Item, ...] = ()
    """The user's latest items in the drop, newest first."""
    recommendations: tuple[Recommendation, ...]


class CostLine(Strict):
    """One thing that costs: what was estimated, what it came to."""

    what: str
    estimated_usd: float | None
    actual_usd: float | None = None
    note: str = ""


class CostReport(Strict):
    """What the run cost."""

    lines: tuple[CostLine, ...]
    estimated_usd: float
    actual_usd: float | None
    serving_usd_per_month: float
    budget: str
    """The budget's decision in one sentence."""
    prices_checked: str


class RunReport(Strict):
    """One run, from the drop to what serves."""

    pipeline: str
    drop_id: str
    outcome: Outcome
    reason: str
    """The outcome in one sentence."""
    execution_arn: str
    execution_url: str | None = None
    started_at: datetime
    ended_at: datetime
    datasets: tuple[DatasetSummary, ...] = ()
    findings: tuple[Finding, ...] = ()
    stages: tuple[Stage, ...] = ()
    solutions: tuple[SolutionReport, ...] = ()
    samples: tuple[Sample, ...] = ()
    explained: bool = False
    """Whether the runtime says which past items drove a recommendation; on AWS it does not."""
    cost: CostReport | None = None

    @property
    def users(self) -> int:
        """Return how many users have two events or more in the drop."""
        return next((one.users for one in self.datasets if one.name == "interactions"), 0)
