"""boto3's clients answered by a test, operation by operation; what a test did not expect fails."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest
from botocore.client import BaseClient

Answer = dict[str, Any]
Scope = dict[str, Any]


class AwsError(Exception):
    """What an operation answers instead: code, message, HTTP status."""

    def __init__(self, code: str, message: str = "no", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status

    @classmethod
    def throw(cls, code: str) -> NoReturn:
        raise cls(code)


@dataclass
class Aws:
    """The answers by operation, and every call that was made."""

    answers: dict[str, Callable[[Answer], Answer] | Answer | AwsError] = field(default_factory=dict)
    calls: list[tuple[str, Answer]] = field(default_factory=list)

    def made(self, *operations: str) -> list[Answer]:
        return [request for name, request in self.calls if name in operations]

    @property
    def changes(self) -> list[str]:
        """The operations that were called and change something."""
        return [name for name, _ in self.calls if not name.startswith(("List", "Describe", "Get"))]

    def call(self, client: BaseClient, operation: str, request: Answer) -> Answer:
        self.calls.append((operation, request))
        if operation not in self.answers:
            pytest.fail(f"{operation} was not expected, with {request}")
        answer = self.answers[operation]
        try:
            if isinstance(answer, AwsError):
                raise answer
            return answer(request) if callable(answer) else answer
        except AwsError as error:
            kind: Any = client.exceptions.from_code(error.code)
            details: Any = {
                "Error": {"Code": error.code, "Message": error.message},
                "ResponseMetadata": {"HTTPStatusCode": error.status},
            }
            raise kind(details, operation) from None


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    answered = Aws()
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(
        BaseClient,
        "_make_api_call",
        # As a method: it needs the client for the service's own exceptions.
        lambda client, operation, request: answered.call(client, operation, request),  # noqa: PLW0108
    )
    return answered


@pytest.fixture
def scope() -> Scope:
    """What the state machine passes on."""
    return {
        "pipeline": "shop",
        "datasetGroup": "shop",
        "buckets": ["shop-data"],
        "notebook": "shop-notebook",
        "stateMachines": ["arn:aws:states:eu-west-1:111122223333:stateMachine:shop"],
        "rules": ["shop-drops"],
    }
