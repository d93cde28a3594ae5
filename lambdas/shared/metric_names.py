"""The names of the pipeline's own metrics, said once.

The handlers emit them, the dashboard and the alarms read them; a test holds that every name read
is emitted somewhere. This module imports nothing, so that synthesis can read it as well.

Every metric has the dimension ``service``, whose value is the pipeline's name; those of
``PER_SOLUTION`` have ``Solution`` beside it.
"""

from enum import StrEnum

NAMESPACE = "PersonalizePipeline"
PIPELINE_DIMENSION = "service"
SOLUTION_DIMENSION = "Solution"


class MetricName(StrEnum):
    """One member a decision, and the figures that decisions rest on."""

    # Decisions: counted, one for each one taken.
    DROP_ACCEPTED = "DropAccepted"
    DROP_REFUSED = "DropRefused"
    BUDGET_GRANTED = "BudgetGranted"
    BUDGET_REFUSED = "BudgetRefused"
    VERSION_PROMOTED = "VersionPromoted"
    VERSION_HELD = "VersionHeld"
    APPROVAL_REQUESTED = "ApprovalRequested"
    VERSION_ROLLED_BACK = "VersionRolledBack"
    ROLLBACK_REFUSED = "RollbackRefused"
    CAMPAIGN_DELETED = "CampaignDeleted"
    CAMPAIGN_LOWERED = "CampaignLowered"
    RUN_SUCCEEDED = "RunSucceeded"
    RUN_FAILED = "RunFailed"

    # What went wrong while telling about a decision.
    NOTIFICATION_FAILED = "NotificationFailed"

    # Figures.
    ESTIMATED_COST = "EstimatedCostUSD"
    ACTUAL_TRAINING_COST = "ActualTrainingCostUSD"
    TRAINING_HOURS = "TrainingHours"
    MONTHLY_SERVING_COST = "MonthlyServingCostUSD"
    BUDGET_USED = "BudgetUsedPercent"
    # 1 while nobody asks a campaign, else 0: an alarm's matter, not a decision.
    CAMPAIGN_IDLE = "CampaignIdle"


# The service's own offline metrics, emitted under the service's own names, one point a version.
OFFLINE_METRICS = (
    "coverage",
    "mean_reciprocal_rank_at_25",
    "normalized_discounted_cumulative_gain_at_5",
    "normalized_discounted_cumulative_gain_at_10",
    "normalized_discounted_cumulative_gain_at_25",
    "precision_at_5",
    "precision_at_10",
    "precision_at_25",
)
