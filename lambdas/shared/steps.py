"""The step that stages share."""

from typing import Any, Literal

from pydantic import BaseModel

from lambdas.shared.clients import Client
from lambdas.shared.ensure import Ensured, ensure


class ResourceStep(BaseModel):
    """Ensure one resource whose request is known at synthesis."""

    step: Literal["ensure"]
    kind: str
    arn: str
    request: dict[str, Any]

    def take(self, client: Client) -> Ensured:
        """Return the ensured resource."""
        return ensure(self.kind, self.arn, self.request, client)
