"""What MiniStack needs from this project, one module an extension.

Each module replaces private names of MiniStack 1.5.33, says which and why, and refuses to be
installed where a name has moved; `tests/localcloud/` proves that each one took hold.
"""

from localcloud.server.extensions import (
    bucket_deletion,
    empty_parameters,
    expression_time,
    failed_deletions,
    handler_errors,
    handler_logs,
    handler_packages,
    iteration_history,
    map_runs,
    notebook_instances,
    notebook_service,
    version_ranges,
)

EXTENSIONS = (
    bucket_deletion,
    empty_parameters,
    expression_time,
    failed_deletions,
    handler_errors,
    handler_logs,
    handler_packages,
    iteration_history,
    map_runs,
    notebook_instances,
    notebook_service,
    version_ranges,
)


def install_all() -> None:
    """Install every extension that needs nothing but MiniStack."""
    for extension in EXTENSIONS:
        extension.install()
