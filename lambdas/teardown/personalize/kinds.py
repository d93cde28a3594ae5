"""The kinds of resources that can be deleted, and the order in which the service allows it.

Import, batch, export and data deletion jobs, and solution versions, have no delete operation
(botocore's model of the service): they go with the dataset, solution or group they belong to.
"""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of resource.

    Attributes:
        api: Its name in the API's operations: ``List{api}s``, ``Describe{api}``, ``Delete{api}``.
        within: Which ARN its list operation takes; None lists the whole account.
        items: The key of the list in the list operation's answer, where it is not the usual one.
        update: The key of an update in progress in the describe operation's answer.
        taggable: Whether the service takes tags for it (a ``tags`` member of its Create operation).
    """

    api: str
    within: Literal["datasetGroup", "solution"] | None = "datasetGroup"
    items: str = ""
    update: str | None = None
    taggable: bool = True

    @property
    def words(self) -> str:
        """Return the kind in words: ``event tracker``."""
        return self._parted(" ")

    @property
    def key(self) -> str:
        """Return the kind as a key of the API's answers: ``eventTracker``."""
        return self.api[0].lower() + self.api[1:]

    @property
    def arn_key(self) -> str:
        """Return the key of its ARN: ``eventTrackerArn``."""
        return f"{self.key}Arn"

    @property
    def list_key(self) -> str:
        """Return the key of the list in the list operation's answer."""
        return self.items or f"{self.key}s"

    @property
    def method(self) -> str:
        """Return the kind as boto3's methods spell it: ``event_tracker``."""
        return self._parted("_")

    def _parted(self, separator: str) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", separator, self.api).lower()


CAMPAIGN = Kind(api="Campaign", within="solution", update="latestCampaignUpdate")
RECOMMENDER = Kind(api="Recommender", update="latestRecommenderUpdate")
EVENT_TRACKER = Kind(api="EventTracker")
METRIC_ATTRIBUTION = Kind(api="MetricAttribution", taggable=False)
FILTER = Kind(api="Filter", items="Filters")
SOLUTION = Kind(api="Solution", update="latestSolutionUpdate")
DATASET = Kind(api="Dataset", update="latestDatasetUpdate")
SCHEMA = Kind(api="Schema", within=None, taggable=False)
DATASET_GROUP = Kind(api="DatasetGroup", within=None)

# Developer guide, "Deleting …" of each kind: a stage may begin when those before it are gone.
STAGES: tuple[tuple[Kind, ...], ...] = (
    (CAMPAIGN, RECOMMENDER),
    (EVENT_TRACKER,),
    (METRIC_ATTRIBUTION,),
    (FILTER,),
    (SOLUTION,),
    (DATASET,),
    (SCHEMA,),
    (DATASET_GROUP,),
)
KINDS: tuple[Kind, ...] = tuple(kind for stage in STAGES for kind in stage)
BY_WORDS: dict[str, Kind] = {kind.words: kind for kind in KINDS}
