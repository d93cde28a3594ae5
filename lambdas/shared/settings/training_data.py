"""Which columns are trained on: the same of solutions and of recommenders."""

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from lambdas.shared.strict import Strict

# Those that have columns to choose from (API reference, TrainingDataConfig).
Chosen = dict[Literal["INTERACTIONS", "ITEMS", "USERS"], tuple[str, ...]]


class TrainingDataConfig(Strict):
    """Which columns are trained on."""

    excluded_dataset_columns: Chosen = Field(default_factory=dict)
    """By dataset type (INTERACTIONS, ITEMS, USERS): columns to leave out."""
    included_dataset_columns: Chosen = Field(default_factory=dict)
    """By dataset type: the only columns to use."""

    @model_serializer(mode="wrap")
    def _as_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {key: value for key, value in written.items() if value}
