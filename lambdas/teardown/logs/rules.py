"""Which log groups may go with a pipeline."""

from collections.abc import Mapping
from typing import Any

# SageMaker's, for all notebook instances of an account and region; each writes <name>/jupyter.log.
NOTEBOOKS = "/aws/sagemaker/NotebookInstances"
# Somebody who sets one of these cares about the group, empty or not.
_CARED_FOR = ("retentionInDays", "kmsKeyId", "metricFilterCount", "dataProtectionStatus")


def is_as_the_service_made_it(group: Mapping[str, Any]) -> bool:
    """Return whether nobody has ever set anything on a log group that a service created."""
    return not any(group.get(setting) for setting in _CARED_FOR)
