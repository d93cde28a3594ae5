"""Lets the clouds of this folder's tests, and of no others, leave what they saw for the verdict."""

import os

import pytest

from localcloud.permissions.integrations.install import EVIDENCE
from tests.e2e.verdict import KEEP


# Around the fixtures of the tests: clouds are started there.
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    os.environ[EVIDENCE] = os.environ[KEEP]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    os.environ.pop(EVIDENCE, None)
