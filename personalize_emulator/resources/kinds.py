"""The kinds of resource, and how the API names each of them.

Describe and list answers follow from botocore's shapes: a resource keeps its fields under the
API's names, and each answer shows those that its shape has.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """One kind of resource.

    Args:
        name: as in the operations' names: ``Campaign`` of ``CreateCampaign``.
        path: the first part of the ARN's resource.
        listed: the member of the list answer.
        list_by: the member that narrows a list; None if lists can't be narrowed.
        has_status: schemas have none.
    """

    name: str
    path: str
    listed: str
    list_by: str | None = None
    has_status: bool = True

    @property
    def shown(self) -> str:
        """The member of the describe answer: ``campaign``."""
        return self.name[0].lower() + self.name[1:]

    @property
    def arn_field(self) -> str:
        """The member that holds the ARN: ``campaignArn``."""
        return f"{self.shown}Arn"

    @property
    def name_field(self) -> str:
        """The member that holds the name: jobs have a ``jobName``."""
        return "jobName" if self.name.endswith("Job") else "name"


SCHEMA: Final = Kind("Schema", "schema", "schemas", has_status=False)
DATASET_GROUP: Final = Kind("DatasetGroup", "dataset-group", "datasetGroups")
DATASET: Final = Kind("Dataset", "dataset", "datasets", "datasetGroupArn")
IMPORT_JOB: Final = Kind(
    "DatasetImportJob", "dataset-import-job", "datasetImportJobs", "datasetArn"
)
EXPORT_JOB: Final = Kind(
    "DatasetExportJob", "dataset-export-job", "datasetExportJobs", "datasetArn"
)
DELETION_JOB: Final = Kind(
    "DataDeletionJob", "data-deletion-job", "dataDeletionJobs", "datasetGroupArn"
)
SOLUTION: Final = Kind("Solution", "solution", "solutions", "datasetGroupArn")
VERSION: Final = Kind("SolutionVersion", "solution", "solutionVersions", "solutionArn")
CAMPAIGN: Final = Kind("Campaign", "campaign", "campaigns", "solutionArn")
RECOMMENDER: Final = Kind("Recommender", "recommender", "recommenders", "datasetGroupArn")
TRACKER: Final = Kind("EventTracker", "event-tracker", "eventTrackers", "datasetGroupArn")
FILTER: Final = Kind("Filter", "filter", "Filters", "datasetGroupArn")
INFERENCE_JOB: Final = Kind(
    "BatchInferenceJob", "batch-inference-job", "batchInferenceJobs", "solutionVersionArn"
)
SEGMENT_JOB: Final = Kind(
    "BatchSegmentJob", "batch-segment-job", "batchSegmentJobs", "solutionVersionArn"
)
ATTRIBUTION: Final = Kind(
    "MetricAttribution", "metric-attribution", "metricAttributions", "datasetGroupArn"
)

KINDS: Final = {
    kind.name: kind
    for kind in (
        SCHEMA, DATASET_GROUP, DATASET, IMPORT_JOB, EXPORT_JOB, DELETION_JOB, SOLUTION, VERSION,
        CAMPAIGN, RECOMMENDER, TRACKER, FILTER, INFERENCE_JOB, SEGMENT_JOB, ATTRIBUTION,
    )
}  # fmt: skip
