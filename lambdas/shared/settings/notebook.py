"""The notebook instance beside the pipeline."""

from typing import Annotated, Self

from pydantic import Field, model_validator

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
    idle_minutes: Annotated[int, Field(ge=10, le=10080)] | None = 60
    """After how many minutes without a running cell the instance stops itself; null for never."""
    subnet_id: Annotated[str, Field(pattern=r"^subnet-[0-9a-f]{8,17}$")] | None = None
    """A subnet of yours, which then has to reach AWS; the instance is cut off from the internet."""
    security_group_ids: tuple[Annotated[str, Field(pattern=r"^sg-[0-9a-f]{8,17}$")], ...] = Field(
        default=(), max_length=5
    )
    """Security groups within the subnet's network."""

    @model_validator(mode="after")
    def _groups_need_a_subnet(self) -> Self:
        if self.security_group_ids and self.subnet_id is None:
            raise ValueError("securityGroupIds belong to a network: give subnetId, too")
        return self
