"""What schemas of domain dataset groups must have, and which types the fields of a domain take.

Developer guide, "Domain dataset and schema requirements". It lists two types for the time when an
item of a shop was created: both are accepted. A description may lack the attribute ``textual``
(inferred).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = ("float",)
_CATEGORY: Final = ("categorical string",)
_TEXT: Final = ("textual string", "string")

Types = tuple[str, ...]
"""What a field may be declared as, ``categorical`` and ``textual`` before the type of strings."""


@dataclass(frozen=True)
class DomainFields:
    """The fields of a domain's datasets of one type.

    Args:
        required: fields that a schema must have, each with its types.
        reserved: fields that it may have, each with its types.
    """

    required: Mapping[str, Types]
    reserved: Mapping[str, Types]

    @property
    def types(self) -> Mapping[str, Types]:
        """Return the types of all of them."""
        return {**self.required, **self.reserved}


NONE: Final = DomainFields({}, {})
_EVENTS: Final = DomainFields({"EVENT_TYPE": ("string",)}, {})
_FIELDS: Final[Mapping[tuple[str, str], DomainFields]] = {
    ("ECOMMERCE", "INTERACTIONS"): _EVENTS,
    ("ECOMMERCE", "ITEMS"): DomainFields(
        {"PRICE": _NUMBER, "CATEGORY_L1": _CATEGORY},
        {
            "CATEGORY_L2": _CATEGORY,
            "CATEGORY_L3": _CATEGORY,
            "PRODUCT_DESCRIPTION": _TEXT,
            "CREATION_TIMESTAMP": ("long", "float"),
            "AGE_GROUP": _CATEGORY,
            "ADULT": _CATEGORY,
            "GENDER": _CATEGORY,
        },
    ),
    ("VIDEO_ON_DEMAND", "INTERACTIONS"): _EVENTS,
    ("VIDEO_ON_DEMAND", "USERS"): DomainFields({}, {"SUBSCRIPTION_MODEL": _CATEGORY}),
    ("VIDEO_ON_DEMAND", "ITEMS"): DomainFields(
        {"GENRES": _CATEGORY, "CREATION_TIMESTAMP": ("long",)},
        {
            "PRICE": _NUMBER,
            "DURATION": _NUMBER,
            "GENRE_L2": _CATEGORY,
            "GENRE_L3": _CATEGORY,
            "AVERAGE_RATING": _NUMBER,
            "PRODUCT_DESCRIPTION": _TEXT,
            "CONTENT_OWNER": _CATEGORY,
            "CONTENT_CLASSIFICATION": _CATEGORY,
        },
    ),
}


def domain_fields(domain: str | None, dataset: str) -> DomainFields:
    """Return what a domain says of a type of dataset; nothing outside of the domains."""
    return _FIELDS.get((domain or "", dataset), NONE)
