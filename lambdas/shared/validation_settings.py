"""The pipeline file's ``validation:``: how large drops are looked at."""

from pydantic import Field

from lambdas.shared.strict import Strict


class ValidationSettings(Strict):
    """From which size on a drop is cut into parts that are counted side by side.

    One function has 10 GB of disk and 15 minutes. It needs room for the files, for a copy of them
    if their lines are not plain, and for as much again of fingerprints.
    """

    whole_mb: int = Field(default=3_000, ge=1, le=3_000, alias="wholeMB")
    """Up to this size, in MB, one function looks at all of a drop."""
    part_mb: int = Field(default=1_000, ge=1, le=2_000, alias="partMB")
    """The size of the parts of a larger one, in MB."""
