# ruff: noqa: N818 - the names are the codes on the wire
"""What can go wrong, as the service says it.

EmulatorError
├── ServiceError                        answered to the client under its own code
│   ├── InvalidInputException
│   ├── InvalidNextTokenException
│   ├── ResourceNotFoundException
│   ├── ResourceAlreadyExistsException
│   ├── ResourceInUseException
│   ├── LimitExceededException
│   ├── TooManyTagsException
│   ├── TooManyTagKeysException
│   ├── AccessDeniedException           an authorizer refused
│   ├── ThrottlingException             injected
│   ├── UnknownOperationException       no such operation in the service's model
│   ├── InternalServerException         a fault of the emulator, or injected
│   └── ServiceUnavailableException     injected
├── JobFailed                           background work ended with a failureReason
├── JobStopped                          background work was stopped on request
├── CannotStart                         what it was started with is taken or wrong
└── ObjectMissing                       an object store has nothing under that address
"""


class EmulatorError(Exception):
    """The root of everything this package raises on purpose."""


class ServiceError(EmulatorError):
    """An error that the client sees; its class name is the code on the wire."""

    status = 400

    @property
    def code(self) -> str:
        """The error code, as the service's model spells it."""
        return type(self).__name__


class InvalidInputException(ServiceError):
    """A parameter is missing, malformed or does not fit the resources it names."""


class InvalidNextTokenException(ServiceError):
    """A pagination token that this list did not hand out."""


class ResourceNotFoundException(ServiceError):
    """The ARN names nothing."""


class ResourceAlreadyExistsException(ServiceError):
    """The name, or the one place of its kind, is taken."""


class ResourceInUseException(ServiceError):
    """Something else still needs the resource, or it is not ACTIVE."""


class LimitExceededException(ServiceError):
    """A quota is used up."""


class TooManyTagsException(ServiceError):
    """A resource would carry more tags than the service allows."""


class TooManyTagKeysException(ServiceError):
    """More tag keys in one request than the service allows."""


class AccessDeniedException(ServiceError):
    """The caller's policies do not allow the operation."""


class ThrottlingException(ServiceError):
    """Too many requests."""


class UnknownOperationException(ServiceError):
    """The request names no operation of the service."""


class InternalServerException(ServiceError):
    """The emulator failed, and says so instead of pretending."""

    status = 500


class ServiceUnavailableException(ServiceError):
    """The service is not available for now."""

    status = 503


class JobFailed(EmulatorError):
    """Background work failed; the message becomes the resource's ``failureReason``."""


class JobStopped(EmulatorError):
    """Background work was stopped by StopSolutionVersionCreation or at shutdown."""


class ObjectMissing(EmulatorError):
    """No object lies under the address."""


class CannotStart(EmulatorError):
    """The port or the state folder is taken, or an option makes no sense."""
