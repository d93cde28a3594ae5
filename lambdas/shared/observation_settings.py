"""What a pipeline may say about being watched: who is told, which alarms, which samples."""

from typing import Annotated

from pydantic import Field

from lambdas.shared.strict import Strict

Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


class NotificationSettings(Strict):
    """Who is told of each decision."""

    emails: tuple[Email, ...] = ()
    """Addresses subscribed to the topic; each has to confirm once."""


class AlarmSettings(Strict):
    """When an alarm goes off; each of them tells the notification topic."""

    utilization_percent: float = Field(default=90, gt=0, le=100)
    """A campaign's requests a second, as a share of its minProvisionedTPS, for 15 minutes."""


class ReportSettings(Strict):
    """What the run report shows."""

    title_column: str = "TITLE"
    """The column of items.csv that names an item for people; ids are shown where it is missing."""
    sample_users: int = Field(default=3, ge=0, le=10)
    """For how many users the report shows recommendations."""


class ObservationSettings(Strict):
    """Everything about being watched."""

    notifications: NotificationSettings = NotificationSettings()
    """Who is told."""
    alarms: AlarmSettings = AlarmSettings()
    """When an alarm goes off."""
    report: ReportSettings = ReportSettings()
    """What the run report shows."""
