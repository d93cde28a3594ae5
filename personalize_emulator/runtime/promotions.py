"""Promotions: a share of the recommendations goes to items that a filter names.

The promoted items keep their own order and take random places among the others (developer guide,
"Promoting items"); the places follow from the answer's items, so that equal requests are answered
equally (inferred).
"""

import random

from personalize_emulator.values import Payload


def promote(
    found: list[Payload],
    candidates: list[Payload],
    promotion: Payload,
    wanted: int,
    *,
    reasons: bool,
) -> list[Payload]:
    """Return the answer with promoted items in it.

    Args:
        found: the answer without the promotion, best first.
        candidates: the best items that the promotion's filter lets pass.
        promotion: the request's promotion.
        wanted: the length of the answer.
        reasons: whether answers of this recipe tell why an item is in them.
    """
    share = promotion.get("percentPromotedItems") or 100
    promoted = [dict(item) for item in candidates[: max(1, wanted * share // 100)]]
    for item in promoted:
        if name := promotion.get("name"):
            item["promotionName"] = name
        if reasons:
            item["reason"] = ["Promoted item"]
    names = {item["itemId"] for item in promoted}
    others = [item for item in found if item["itemId"] not in names]
    others = others[: wanted - len(promoted)]
    return _mix(promoted, others)


def _mix(promoted: list[Payload], others: list[Payload]) -> list[Payload]:
    total = len(promoted) + len(others)
    chance = random.Random("|".join(item["itemId"] for item in promoted))  # noqa: S311
    places = set(chance.sample(range(total), len(promoted)))
    first, second = iter(promoted), iter(others)
    return [next(first if place in places else second) for place in range(total)]
