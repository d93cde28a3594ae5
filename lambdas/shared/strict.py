"""The base of every model that is read from a file or from the state machine."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Strict(BaseModel):
    """Frozen, camelCase outside and snake_case inside; an unknown key is an error, not a shrug."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=True,
        # An alias in an error message is the key as its author wrote it.
        loc_by_alias=True,
    )
