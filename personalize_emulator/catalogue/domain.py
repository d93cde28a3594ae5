"""Use cases of domain dataset groups: the recipes of recommenders.

Names, needs, event types and what is left out: developer guide, "Choosing a use case".
"""

from typing import Final

from personalize_emulator.catalogue.recipe import ECOMMERCE, RELATED, USER, VIDEO, Recipe

DOMAIN: Final = (
    Recipe(
        "aws-ecomm-popular-items-by-views",
        USER,
        "Most viewed.",
        ECOMMERCE,
        event_type="View",
    ),
    Recipe(
        "aws-ecomm-popular-items-by-purchases",
        USER,
        "Best sellers.",
        ECOMMERCE,
        event_type="Purchase",
    ),
    Recipe(
        "aws-ecomm-frequently-bought-together",
        RELATED,
        "Frequently bought together.",
        ECOMMERCE,
        event_type="Purchase",
    ),
    Recipe(
        "aws-ecomm-customers-who-viewed-x-also-viewed",
        RELATED,
        "Customers who viewed X also viewed.",
        ECOMMERCE,
        event_type="View",
        hides="Purchase",
    ),
    Recipe(
        "aws-ecomm-recommended-for-you",
        USER,
        "Recommended for you.",
        ECOMMERCE,
        explores=True,
        hides="Purchase",
    ),
    Recipe(
        "aws-vod-because-you-watched-x",
        RELATED,
        "Because you watched X.",
        VIDEO,
        event_type="Watch",
        hides="Watch",
    ),
    Recipe(
        "aws-vod-more-like-x",
        RELATED,
        "More like X.",
        VIDEO,
        needs=("ITEMS",),
        hides="Watch",
    ),
    Recipe("aws-vod-most-popular", USER, "Most popular.", VIDEO, event_type="Watch"),
    Recipe("aws-vod-trending-now", USER, "Trending now.", VIDEO, anonymous=True),
    Recipe(
        "aws-vod-top-picks",
        USER,
        "Top picks for you.",
        VIDEO,
        explores=True,
        hides="Watch",
    ),
)
