"""Which datasets have no data yet: the service takes nothing but a full import first."""

from collections.abc import Mapping

from lambdas.shared.clients import Client
from lambdas.shared.errors import ResourceMissingError, named_errors


def never_imported(datasets: Mapping[str, str], client: Client) -> frozenset[str]:
    """Return the datasets into which no import has succeeded.

    Args:
        datasets: ARN by dataset; one that does not exist yet has no data.
        client: Amazon Personalize.

    Raises:
        PipelineError: The service does not tell.
    """
    return frozenset(kind for kind, arn in datasets.items() if not _has_data(arn, client))


def _has_data(arn: str, client: Client) -> bool:
    pages = client.get_paginator("list_dataset_import_jobs").paginate(datasetArn=arn)
    try:
        with named_errors():
            return any(
                job["status"] == "ACTIVE" for page in pages for job in page["datasetImportJobs"]
            )
    except ResourceMissingError:
        return False
