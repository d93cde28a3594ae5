"""Handlers take their packages from this environment, never from a layer's bytes.

The deployed layer holds binaries for Amazon Linux on arm64. Unpacked in front of a worker's path,
they would shadow this environment's packages and fail to load. Both are installed from the same
pins (a test compares them), so the handler sees the same versions here and there. The layer is
still published and attached: the template deploys unchanged.
"""

from ministack.services import lambda_svc

from localcloud.server.extensions.patching import replace


def install() -> None:
    """Replace `_resolve_layer_zip`: no attached layer has bytes to unpack."""

    def no_bytes(attachment: str | dict[str, object]) -> bytes | None:  # noqa: ARG001 - its interface
        return None

    replace(lambda_svc, "_resolve_layer_zip", no_bytes)
