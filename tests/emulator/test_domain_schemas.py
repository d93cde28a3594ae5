"""Schemas of domain dataset groups: the types of their required and reserved fields."""

import json
from typing import Any

import pytest

from personalize_emulator.data.schema import DatasetSchema, parse_schema
from personalize_emulator.errors import InvalidInputException

CATEGORY = {"type": ["string", "null"], "categorical": True}
TEXT = {"type": ["null", "string"], "textual": True}
FLOAT = {"type": ["float", "null"]}
SHOP_ITEMS: dict[str, Any] = {
    "ITEM_ID": {"type": "string"},
    "PRICE": {"type": "float"},
    "CATEGORY_L1": {"type": ["string"], "categorical": True},
    "CATEGORY_L2": CATEGORY,
    "CATEGORY_L3": CATEGORY,
    "PRODUCT_DESCRIPTION": TEXT,
    "CREATION_TIMESTAMP": {"type": "long"},
    "AGE_GROUP": CATEGORY,
    "ADULT": CATEGORY,
    "GENDER": CATEGORY,
    "BRAND": {"type": "string"},
}
FILM_ITEMS: dict[str, Any] = {
    "ITEM_ID": {"type": "string"},
    "GENRES": CATEGORY,
    "CREATION_TIMESTAMP": {"type": "long"},
    "PRICE": FLOAT,
    "DURATION": FLOAT,
    "GENRE_L2": CATEGORY,
    "GENRE_L3": CATEGORY,
    "AVERAGE_RATING": FLOAT,
    "PRODUCT_DESCRIPTION": TEXT,
    "CONTENT_OWNER": CATEGORY,
    "CONTENT_CLASSIFICATION": CATEGORY,
    "YEAR": {"type": "int"},
}
FILM_USERS: dict[str, Any] = {"USER_ID": {"type": "string"}, "SUBSCRIPTION_MODEL": CATEGORY}
SCHEMAS = {
    "ECOMMERCE Items": SHOP_ITEMS,
    "VIDEO_ON_DEMAND Items": FILM_ITEMS,
    "VIDEO_ON_DEMAND Users": FILM_USERS,
}


def parsed(name: str, fields: dict[str, Any], domain: str | None) -> DatasetSchema:
    described = [{"name": field} | declared for field, declared in fields.items()]
    return parse_schema(json.dumps({"type": "record", "name": name, "fields": described}), domain)


@pytest.mark.parametrize("of", SCHEMAS)
def test_all_fields_of_a_domain_fit_with_their_types(of: str) -> None:
    domain, name = of.split()

    assert [column.name for column in parsed(name, SCHEMAS[of], domain).columns] == list(
        SCHEMAS[of]
    )


@pytest.mark.parametrize("kind", ["long", "float"])
def test_both_types_that_the_guide_names_fit_a_shop(kind: str) -> None:
    schema = parsed("Items", SHOP_ITEMS | {"CREATION_TIMESTAMP": {"type": kind}}, "ECOMMERCE")

    column = schema.column("CREATION_TIMESTAMP")
    assert column is not None
    assert column.type == kind


@pytest.mark.parametrize(
    ("of", "field", "declared", "reason"),
    [
        ("ECOMMERCE Items", "PRICE", {"type": "int"}, "type float, not int"),
        ("ECOMMERCE Items", "PRICE", {"type": "string"}, "type float, not string"),
        ("ECOMMERCE Items", "CATEGORY_L1", {"type": "string"},
         "type categorical string, not string"),
        ("ECOMMERCE Items", "CATEGORY_L1", {"type": "int", "categorical": True},
         "type categorical string, not int"),
        ("ECOMMERCE Items", "CATEGORY_L1", TEXT,
         "type categorical string, not textual string"),
        ("ECOMMERCE Items", "GENDER", {"type": "string"},
         "type categorical string, not string"),
        ("ECOMMERCE Items", "CREATION_TIMESTAMP", {"type": "string"},
         "type long or float, not string"),
        ("ECOMMERCE Items", "PRODUCT_DESCRIPTION", CATEGORY,
         "type textual string or string, not categorical string"),
        ("VIDEO_ON_DEMAND Items", "GENRES", {"type": "string"},
         "type categorical string, not string"),
        ("VIDEO_ON_DEMAND Items", "CREATION_TIMESTAMP", {"type": "float"},
         "type long, not float"),
        ("VIDEO_ON_DEMAND Items", "DURATION", {"type": "int"},
         "type float, not int"),
        ("VIDEO_ON_DEMAND Users", "SUBSCRIPTION_MODEL", {"type": "string"},
         "type categorical string, not string"),
    ],
)  # fmt: skip
def test_another_type_is_refused_by_name(of: str, field: str, declared: Any, reason: str) -> None:
    domain, name = of.split()
    with pytest.raises(InvalidInputException) as refused:
        parsed(name, SCHEMAS[of] | {field: declared}, domain)

    assert field in str(refused.value)
    assert reason in str(refused.value)


def test_a_schema_of_no_domain_is_free_to_type_these_names() -> None:
    fields = SHOP_ITEMS | {"PRICE": {"type": "int"}, "CATEGORY_L1": {"type": "string"}}

    assert parsed("Items", fields, None).column("PRICE")
    with pytest.raises(InvalidInputException, match="must have type long, not float"):
        parsed("Items", fields | {"CREATION_TIMESTAMP": {"type": "float"}}, None)
