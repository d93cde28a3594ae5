"""Real-time requests: recommendations and rankings from what is in service.

This is the hot path: it takes no lock and touches no database unless the campaign is new to it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from personalize_emulator.catalogue import RANKING, RELATED, USER
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.recipes.contract import RecommendRequest, ScoredItem
from personalize_emulator.resources.backend import Call
from personalize_emulator.runtime.deployments import Deployment
from personalize_emulator.values import Payload

DEFAULT_RESULTS: Final = 25
_REASONS: Final = frozenset({"aws-user-personalization-v2"})


def get_recommendations(call: Call, deployment: Deployment, request: Payload) -> Payload:
    """Answer for a user, or for an item with related-items recipes."""
    _check_target(deployment, request)
    wanted = request.get("numResults") or DEFAULT_RESULTS
    _check_results(call, wanted)
    question = _question(call, deployment, request, wanted)
    found = deployment.model.recommend(question)
    return {
        "itemList": [_item(deployment, item) for item in found],
        "recommendationId": recommendation_id(),
    }


def get_personalized_ranking(call: Call, deployment: Deployment, request: Payload) -> Payload:
    """Order a list of items for a user."""
    if deployment.recipe.type != RANKING:
        msg = f"The recipe {deployment.recipe.name} does not rank: use GetRecommendations."
        raise InvalidInputException(msg)
    given: Sequence[str] = request["inputList"]
    limit = call.backend.settings.quotas.ranked_items
    if not 1 <= len(given) <= limit:
        msg = f"The inputList must have between 1 and {limit} items, not {len(given)}."
        raise InvalidInputException(msg)
    question = _question(call, deployment, request, len(given))
    found = deployment.model.recommend(replace(question, input_list=given))
    return {
        "personalizedRanking": [_item(deployment, item) for item in found],
        "recommendationId": recommendation_id(),
    }


def recommendation_id() -> str:
    """Return a new id for an answer; metric attribution and impressions refer to it."""
    return f"RID-{uuid.uuid4()}"


def _check_target(deployment: Deployment, request: Payload) -> None:
    recipe = deployment.recipe
    if recipe.type == RANKING:
        msg = f"The recipe {recipe.name} ranks: use GetPersonalizedRanking."
        raise InvalidInputException(msg)
    if recipe.type not in {USER, RELATED}:
        msg = f"The recipe {recipe.name} does not answer GetRecommendations."
        raise InvalidInputException(msg)
    needed = "itemId" if recipe.type == RELATED else "userId"
    if not request.get(needed):
        msg = f"{needed} is required for the recipe {recipe.name}."
        raise InvalidInputException(msg)


def _check_results(call: Call, wanted: int) -> None:
    limit = call.backend.settings.quotas.results
    if wanted > limit:
        msg = f"numResults must be at most {limit}, not {wanted}."
        raise InvalidInputException(msg)


def _question(
    call: Call, deployment: Deployment, request: Payload, wanted: int
) -> RecommendRequest:
    user = request.get("userId")
    return RecommendRequest(
        user_id=user,
        item_id=request.get("itemId"),
        events=deployment.live.since(user, deployment.since),
        context=request.get("context") or {},
        num_results=wanted,
        exploration=exploration(deployment.config),
        now=int(call.backend.clock.now()),
    )


def exploration(config: Mapping[str, Any]) -> Mapping[str, float] | None:
    """Return a campaign's exploration as numbers; None where it has not been configured."""
    given = config.get("itemExplorationConfig")
    return {name: float(value) for name, value in given.items()} if given else None


def _item(deployment: Deployment, item: ScoredItem) -> Payload:
    shown: Payload = {"itemId": item.item_id}
    if deployment.recipe.scores:
        shown["score"] = item.score
    if item.reason and deployment.recipe.name in _REASONS:
        shown["reason"] = [item.reason]
    return shown
