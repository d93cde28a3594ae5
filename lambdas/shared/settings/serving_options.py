"""Options that campaigns, recommenders and batch jobs have in common."""

from typing import Annotated, Literal

from pydantic import Field

# Numbers as text, as the API takes them.
Exploration = dict[Literal["explorationWeight", "explorationItemAgeCutOff"], str]
Influence = dict[Literal["POPULARITY", "FRESHNESS"], Annotated[float, Field(ge=0, le=1)]]
