"""Real-time requests: recommendations and rankings from what is in service.

This is the hot path: it takes no lock and touches no database unless the campaign, or its group's
metadata, is new to it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from personalize_emulator.catalogue import ACTIONS, RANKING, RELATED, USER
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.recipes.contract import RecommendRequest, ScoredItem
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.snapshots import group_data
from personalize_emulator.runtime.answers import DECIMALS, item_list
from personalize_emulator.runtime.columns import check_metadata, with_metadata
from personalize_emulator.runtime.deployments import Deployment
from personalize_emulator.runtime.filtering import eligible, passing
from personalize_emulator.runtime.promotions import promote
from personalize_emulator.values import Payload, new_id

DEFAULT_RESULTS: Final = 25
DEFAULT_ACTIONS: Final = 5
_SPECIAL: Final = frozenset({"filterArn", "context", "promotions", "metadataColumns"})
"""Members with which answers depend on more than user, item and events."""
UNSCORED: Final = frozenset({"aws-personalized-ranking-v2"})
REASONS: Final = frozenset({"aws-user-personalization-v2"})


def get_recommendations(
    backend: Backend, deployment: Deployment, request: Payload
) -> Payload | bytes:
    """Answer for a user, or for an item with related-items recipes."""
    _check_type(deployment, {USER, RELATED}, "GetRecommendations")
    for needed in deployment.recipe.asks:
        if not request.get(needed):
            msg = f"{needed} is required for the recipe {deployment.recipe.name}."
            raise InvalidInputException(msg)
    columns = check_metadata(backend, deployment, request)
    wanted = request.get("numResults") or DEFAULT_RESULTS
    _check_results(backend, wanted, with_metadata=columns is not None)
    if _SPECIAL.isdisjoint(request):
        return remembered(backend, deployment, request, wanted)
    found = _recommend(backend, deployment, request, wanted)
    for promotion in request.get("promotions") or ():
        filtered = request | {"filterArn": None, "filterValues": None} | promotion
        mask = eligible(backend, deployment, request, filtered)
        question = replace(_question(backend, deployment, request, wanted), allowed=mask)
        promoted = [_item(deployment, item) for item in deployment.model.recommend(question)]
        found = promote(
            found, promoted, promotion, wanted, reasons=deployment.recipe.name in REASONS
        )
    if columns is not None:
        found = with_metadata(backend, deployment, found, columns)
    answer = recommendation_id()
    backend.shown.keep(answer, [item["itemId"] for item in found])
    return {"itemList": found, "recommendationId": answer}


def _recommend(
    backend: Backend, deployment: Deployment, request: Payload, wanted: int
) -> list[Payload]:
    question = _question(backend, deployment, request, wanted)
    return [_item(deployment, item) for item in deployment.model.recommend(question)]


def remembered(backend: Backend, deployment: Deployment, request: Payload, wanted: int) -> bytes:
    """Ask the model, or remember what it has answered; the answer is JSON already."""
    user = request.get("userId")
    # Ages of items decide on exploration; by the hour is exact enough.
    hour = int(backend.clock.now() // 3600) if deployment.exploration else 0
    # What a use case leaves out hangs on the data that is imported or deleted, too.
    facts = group_data(backend, deployment.group).number if deployment.recipe.hides else 0
    key = user, request.get("itemId"), wanted, deployment.live.newest(user), hour, facts
    items = deployment.answers.get(key)
    if items is None:
        found = deployment.model.recommend(_question(backend, deployment, request, wanted))
        recipe = deployment.recipe
        items = item_list(found, scores=recipe.scores, reasons=recipe.name in REASONS)
        deployment.answers.keep(key, items)
    answer = recommendation_id()
    backend.shown.keep(answer, items)
    return b'{"itemList":%b,"recommendationId":"%b"}' % (items, answer.encode())


def get_personalized_ranking(backend: Backend, deployment: Deployment, request: Payload) -> Payload:
    """Order a list of items for a user."""
    _check_type(deployment, {RANKING}, "GetPersonalizedRanking")
    given: Sequence[str] = request["inputList"]
    columns = check_metadata(backend, deployment, request)
    quotas = backend.settings.quotas
    limit = quotas.ranked_items if columns is None else quotas.results_with_metadata
    if not 1 <= len(given) <= limit:
        msg = f"The inputList must have between 1 and {limit} items, not {len(given)}."
        raise InvalidInputException(msg)
    listed = passing(backend, deployment, request, given)
    question = replace(_question(backend, deployment, request, len(listed)), input_list=listed)
    ranked = deployment.model.recommend(question) if listed else []
    found = [_ranked(deployment, item) for item in ranked]
    if columns is not None:
        found = with_metadata(backend, deployment, found, columns)
    return {"personalizedRanking": found, "recommendationId": recommendation_id()}


def get_action_recommendations(
    backend: Backend, deployment: Deployment, request: Payload
) -> Payload:
    """Answer with actions for a user."""
    _check_type(deployment, {ACTIONS}, "GetActionRecommendations")
    if not request.get("userId"):
        msg = f"userId is required for the recipe {deployment.recipe.name}."
        raise InvalidInputException(msg)
    wanted = request.get("numResults") or DEFAULT_ACTIONS
    _check_results(backend, wanted, with_metadata=False)
    found = deployment.model.recommend(_question(backend, deployment, request, wanted))
    return {
        "actionList": [{"actionId": item.item_id, "score": item.score} for item in found],
        "recommendationId": recommendation_id(),
    }


def recommendation_id() -> str:
    """Return a new id for an answer; metric attribution and impressions refer to it."""
    return f"RID-{new_id()}"


def _check_type(deployment: Deployment, types: set[str], operation: str) -> None:
    if deployment.recipe.type not in types:
        msg = f"The recipe {deployment.recipe.name} does not answer {operation}."
        raise InvalidInputException(msg)


def _check_results(backend: Backend, wanted: int, *, with_metadata: bool) -> None:
    quotas = backend.settings.quotas
    limit = quotas.results_with_metadata if with_metadata else quotas.results
    if wanted > limit:
        msg = f"numResults must be at most {limit}, not {wanted}."
        raise InvalidInputException(msg)


def _question(
    backend: Backend, deployment: Deployment, request: Payload, wanted: int
) -> RecommendRequest:
    user = request.get("userId")
    return RecommendRequest(
        user_id=user,
        item_id=request.get("itemId"),
        events=deployment.live.since(user, deployment.since),
        context=request.get("context") or {},
        num_results=wanted,
        allowed=eligible(backend, deployment, request),
        exploration=deployment.exploration,
        now=int(backend.clock.now()),
    )


def _ranked(deployment: Deployment, item: ScoredItem) -> Payload:
    """Return an entry of a ranking; an item without interactions may have no score.

    Source: developer guide, "Personalized-Ranking-v2 recipe"; of the older recipe it is 0.
    """
    shown = _item(deployment, item)
    if item.score == 0 and deployment.recipe.name in UNSCORED:
        del shown["score"]
    return shown


def _item(deployment: Deployment, item: ScoredItem) -> Payload:
    shown: Payload = {"itemId": item.item_id}
    if deployment.recipe.scores:
        shown["score"] = round(item.score, DECIMALS)
    if item.reason and deployment.recipe.name in REASONS:
        shown["reason"] = [item.reason]
    return shown
