"""What can go wrong, by name; the state machine's ``Retry`` and ``Catch`` know these names.

::

    PipelineError
    ├── TransientError          throttled, 5xx, connection lost: tried again, a few times
    ├── ResourceBusyError       the service is still working on it: tried again, patiently
    ├── ResourceMissingError    something that has to be there is not (yet)
    ├── ResourceConflictError   one of that name exists with another configuration
    ├── QuotaExceededError      a quota of the account: waiting does not help
    ├── AccessRefusedError      the role lacks a permission: waiting does not help
    └── RequestRefusedError     the service calls the request invalid
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
)


class PipelineError(Exception):
    """Base of everything that a handler raises on purpose."""


class TransientError(PipelineError):
    """The next try may succeed."""


class ResourceBusyError(PipelineError):
    """The service is still working on the resource, on what it belongs to, or on too many."""


class ResourceMissingError(PipelineError):
    """The service does not know the resource."""


class ResourceConflictError(PipelineError):
    """A resource of that name exists and differs in what cannot be changed."""


class QuotaExceededError(PipelineError):
    """A quota of the account or the dataset group is used up."""


class AccessRefusedError(PipelineError):
    """The role is not allowed to do this."""


class RequestRefusedError(PipelineError):
    """The service does not accept the request."""


# Every name that a service has for "too fast" or "not now": those that boto3 itself tries again
# (botocore.retries.standard), and some that come with a status of 5xx anyway.
_TRANSIENT = (
    *("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"),
    *("RequestThrottled", "RequestThrottledException", "EC2ThrottledException", "SlowDown"),
    *("RequestLimitExceeded", "BandwidthLimitExceeded", "ProvisionedThroughputExceededException"),
    *("RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"),
    *("TransactionInProgressException", "ServiceUnavailable", "InternalFailure"),
    "InternalServerException",
)
_BY_CODE: dict[str, type[PipelineError]] = {
    **dict.fromkeys(_TRANSIENT, TransientError),
    "ResourceInUseException": ResourceBusyError,
    "ResourceNotFoundException": ResourceMissingError,
    "AccessDenied": AccessRefusedError,
    "AccessDeniedException": AccessRefusedError,
    "TooManyTagsException": RequestRefusedError,
    "InvalidInputException": RequestRefusedError,
    "ValidationException": RequestRefusedError,
}
_SERVER_ERROR = 500


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn what boto3 raises into the names above; the service's message stays as it is.

    Raises:
        PipelineError: The member that fits; anything else passes unchanged.
    """
    try:
        yield
    except ClientError as error:
        raise _named(error)(_words(error)) from error
    except (ConnectionClosedError, EndpointConnectionError, HTTPClientError) as error:
        raise TransientError(str(error)) from error


def _named(error: ClientError) -> type[PipelineError]:
    code = error.response["Error"].get("Code", "")
    if code == "LimitExceededException":
        return _limit(error.response["Error"].get("Message", "").lower())
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return _BY_CODE.get(code, TransientError if status >= _SERVER_ERROR else RequestRefusedError)


def _limit(message: str) -> type[PipelineError]:
    """Return what a limit means: one code for three things (developer guide).

    Too many at work ("More than 5 resources with PENDING or IN_PROGRESS status") passes when one of
    them ends, and no request raises it; too fast passes at once; too many does not pass.
    """
    if "pending" in message or "in_progress" in message:
        return ResourceBusyError
    return TransientError if "rate" in message else QuotaExceededError


def _words(error: ClientError) -> str:
    details = error.response["Error"]
    return f"{error.operation_name}: {details.get('Message') or details.get('Code')}"
