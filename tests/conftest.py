"""Ends a run with the verdict over the end-to-end tests; see `tests.e2e.verdict`.

It stands here because the process that distributes tests over others collects none itself, and so
loads no conftest of a subfolder.
"""

import pytest

from tests.e2e.verdict import Verdict, keep_evidence


def pytest_configure(config: pytest.Config) -> None:
    folder = keep_evidence()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Verdict(folder), "verdict")
