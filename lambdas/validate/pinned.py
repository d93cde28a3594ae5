"""An object of the drop, by the version that is looked at and imported."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Pinned(BaseModel):
    """One object of the drop."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    kind: str
    """Its dataset."""
    name: str
    """Its path in the drop."""
    key: str
    version_id: str
    size: int
    """Bytes."""
