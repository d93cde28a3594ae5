"""A decision of the pipeline: what was decided about what, and why. Told once, counted once."""

from typing import Any, Literal, get_args

from pydantic import Field

from lambdas.shared.metric_names import MetricName
from lambdas.shared.strict import Strict

Kind = Literal[
    MetricName.DROP_ACCEPTED,
    MetricName.DROP_REFUSED,
    MetricName.BUDGET_GRANTED,
    MetricName.BUDGET_REFUSED,
    MetricName.VERSION_PROMOTED,
    MetricName.VERSION_HELD,
    MetricName.APPROVAL_REQUESTED,
    MetricName.VERSION_ROLLED_BACK,
    MetricName.ROLLBACK_REFUSED,
    MetricName.CAMPAIGN_DELETED,
    MetricName.CAMPAIGN_LOWERED,
    MetricName.RUN_SUCCEEDED,
    MetricName.RUN_FAILED,
]
KINDS: tuple[MetricName, ...] = get_args(Kind)


class Decision(Strict):
    """One decision."""

    kind: Kind
    """What was decided; the name of its metric and the detail type of its event."""
    subject: str
    """What it is about: a drop, a solution, a campaign."""
    reason: str
    """Why, in one sentence."""
    detail: dict[str, Any] = Field(default_factory=dict)
    """Figures and ARNs for programs; JSON."""
