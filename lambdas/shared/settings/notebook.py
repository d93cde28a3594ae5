"""The notebook instance beside the pipeline."""

from typing import Annotated

from pydantic import Field

from lambdas.shared.strict import Strict


class Notebook(Strict):
    """A SageMaker notebook instance with the workshop's modules."""

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9](-*[a-zA-Z0-9])*$", max_length=63)] | None = (
        None
    )
    """The instance's name; <pipeline>-notebook unless given."""
    instance_type: Annotated[str, Field(pattern=r"^ml\.[a-z0-9]+\.[a-z0-9]+$")] = "ml.t3.medium"
    """The size of the machine; it bills while it is in service."""
    volume_size_in_gb: int = Field(default=10, ge=5, le=16384, alias="volumeSizeInGB")
    """The disk, in GB."""
