"""What can go wrong here, each with one message a user can act on.

LocalCloudError
├── UsageError            the command line, a file or a folder is not what was asked for
├── PortInUseError        another program listens on the port
├── ServerError           the local cloud did not start, or ended early
├── ExtensionError        MiniStack is not the version the extensions were written for
├── SynthesisError        `python app.py` failed
├── DeploymentError       CloudFormation refused or rolled back the stack
├── DataError             no data could be had
└── RunError              the execution failed, or a campaign does not answer

The command line prints the message and exits 1 (2 for UsageError); nobody sees a stack trace.
"""


class LocalCloudError(Exception):
    """Base of all errors the command line reports in one message."""

    exit_code = 1


class UsageError(LocalCloudError):
    """The command line, a file or a folder is not what was asked for."""

    exit_code = 2


class PortInUseError(LocalCloudError):
    """Another program listens on the port."""


class ServerError(LocalCloudError):
    """The local cloud did not start, or ended early."""


class ExtensionError(LocalCloudError):
    """MiniStack is not the version the extensions were written for."""


class SynthesisError(LocalCloudError):
    """`python app.py` failed."""


class DeploymentError(LocalCloudError):
    """CloudFormation refused the stack or rolled it back."""


class DataError(LocalCloudError):
    """No data could be had."""


class RunError(LocalCloudError):
    """The execution failed, or a campaign does not answer."""
