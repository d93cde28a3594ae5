"""The shop's pipeline file, as it is shipped and as it may change, and what is dropped into it."""

import io
import random
import time

from localcloud.settings import PROJECT_ROOT

USERS, ITEMS = 60, 40
_SHIPPED = (PROJECT_ROOT / "pipelines" / "shop.yaml").read_text().splitlines()
SHOP = "\n".join(line for line in _SHIPPED if not line.startswith("#")) + "\n"


def events() -> bytes:
    draw, now, out = random.Random(3), int(time.time()), io.StringIO()
    out.write("USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE\n")
    for user in range(USERS):
        for row in range(40):
            kind = "Purchase" if row % 2 else "View"
            item = draw.randrange(ITEMS)
            out.write(f"u{user},i{item},{now - row * 7_200 - user},{kind},{draw.random():.2f}\n")
    return out.getvalue().encode()


def items() -> bytes:
    now = int(time.time())
    rows = (
        f"i{n},{5 + n}.5,{'shoes' if n % 2 else 'hats'},b{n % 5},{now - n * 86_400}"
        for n in range(ITEMS)
    )
    header = "ITEM_ID,PRICE,CATEGORY_L1,BRAND,CREATION_TIMESTAMP"
    return "\n".join((header, *rows, "")).encode()


def users() -> bytes:
    rows = (f"u{n},{'gold' if n % 4 == 0 else 'none'}" for n in range(USERS))
    return "\n".join(("USER_ID,MEMBERSHIP", *rows, "")).encode()


# A filter is made again; a recommender, an attribution and a dataset's schema are updated.
_CHANGES = {
    'EVENT_TYPE IN ("Purchase")': 'EVENT_TYPE IN ("View")',
    "recipe: aws-ecomm-popular-items-by-purchases": (
        "recipe: aws-ecomm-popular-items-by-purchases\n"
        "    recommenderConfig: { minRecommendationRequestsPerSecond: 2 }"
    ),
    "SUM(Items.PRICE)": "SUM(Interactions.EVENT_VALUE)",
    "  items:\n    fields:": (
        "  items:\n    schemaName: shop-items-2\n    fields:\n"
        '      - { name: STOCK, type: ["long", "null"] }'
    ),
}


def changed() -> str:
    """The pipeline file with all of these changes."""
    text = SHOP
    for old, new in _CHANGES.items():
        assert old in text
        text = text.replace(old, new)
    return text


def stocked_items() -> bytes:
    """The items with the column that the changed file adds."""
    head, *rows = items().decode().splitlines()
    return "\n".join((f"STOCK,{head}", *(f"7,{row}" for row in rows), "")).encode()
