"""Beyond the service's wire: which past items drove each recommendation.

Asked for with the request header ``x-personalize-explain: <items>`` and answered in the response
header ``x-personalize-drivers``, as JSON: each recommended item's strongest past items with their
shares of what speaks for it. Amazon Personalize knows neither header, and answers as always.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from personalize_emulator.recipes.errors import UnsupportedRequest
from personalize_emulator.runtime.deployments import Deployment
from personalize_emulator.values import Json, Payload

ASK: Final = "x-personalize-explain"
TELL: Final = "x-personalize-drivers"
MOST: Final = 10
# Every past item of a user, not only the strongest, makes up the whole that a share is a share of.
_ALL: Final = 10_000
_DIGITS: Final = 9


def explanation(
    headers: Mapping[str, str], deployment: Deployment, request: Payload, output: Json
) -> dict[str, str]:
    """Return the header that explains an answer; nothing where none was asked for or can be given.

    Args:
        headers: the request's, names in lower case.
        deployment: what answered.
        request: the question.
        output: the answer.
    """
    wanted = headers.get(ASK, "")[:_DIGITS]
    if not wanted.isdecimal() or "itemList" not in output or not request.get("userId"):
        return {}
    most = min(int(wanted), MOST)
    items = [item["itemId"] for item in output["itemList"]]
    user, events = request["userId"], deployment.live.since(request["userId"], deployment.since)
    try:
        told = {
            item: _shares(deployment.model.explain(user, events, item, _ALL), most)
            for item in items
        }
    except UnsupportedRequest:
        return {}
    return {TELL: json.dumps({item: drivers for item, drivers in told.items() if drivers})}


def _shares(added: Sequence[tuple[str, float]], most: int) -> list[tuple[str, float]]:
    """Return the strongest items with their shares of all that speaks for the recommendation."""
    for_it = [(item, value) for item, value in added if value > 0]
    whole = sum(value for _, value in for_it)
    return [(item, round(value / whole, 4)) for item, value in for_it[:most]]
