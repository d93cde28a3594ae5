"""The one socket of the local cloud, on the loopback interface."""

import errno
import socket

from localcloud.errors import PortInUseError, UsageError
from localcloud.settings import HOST

_BACKLOG = 128


def loopback_socket(port: int) -> socket.socket:
    """A listening TCP socket on 127.0.0.1.

    Args:
        port: 0 lets the system choose a free one.

    Raises:
        PortInUseError: Something listens there already.
        UsageError: The port does not exist, or this user may not open it.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OverflowError:
        listener.close()
        raise UsageError(f"Port {port} does not exist: choose 1024 to 65535.") from None
    except OSError as error:
        listener.close()
        raise _refusal(port, error) from None
    listener.listen(_BACKLOG)
    return listener


def _refusal(port: int, error: OSError) -> Exception:
    if error.errno == errno.EADDRINUSE:
        return PortInUseError(
            f"Port {port} on {HOST} is in use. Stop what listens there, or choose another: --port P"
        )
    return UsageError(f"Port {port} on {HOST} cannot be opened: {error.strerror}.")
