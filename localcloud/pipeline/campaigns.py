"""Asks campaigns the question that their recipe answers."""

from dataclasses import dataclass

from botocore.exceptions import ClientError

from lambdas.shared.settings.recipes import RECIPES
from localcloud.clients import Clients
from localcloud.pipeline.catalogue import Catalogue

_RANKED = 25


@dataclass(frozen=True)
class Answer:
    """What a campaign said.

    Attributes:
        asked_for: The question in words.
        items: The recommended items, best first; empty if it did not answer.
        error: Why it did not.
    """

    asked_for: str
    items: tuple[str, ...]
    error: str = ""


def ask(
    clients: Clients,
    *,
    campaign: str,
    recipe: str,
    catalogue: Catalogue,
    user: str,
    count: int = 10,
) -> Answer:
    """Ask one question about a user of the drop.

    Args:
        clients: The cloud.
        campaign: The campaign's ARN.
        recipe: The recipe's name, which says what the question must give.
        catalogue: The drop.
        user: A user of the drop.
        count: How many items to ask for.
    """
    runtime, question = clients.personalize_runtime, RECIPES[recipe].question
    try:
        if question == "ranking":
            items = catalogue.popular_items[:_RANKED]
            ranked = runtime.get_personalized_ranking(
                campaignArn=campaign, userId=user, inputList=items
            )
            found = ranked["personalizedRanking"][:count]
            return Answer(f"user {user}, the {len(items)} most popular in their order", _ids(found))
        if question == "item":
            item = catalogue.latest(user, 1)[0]
            similar = runtime.get_recommendations(
                campaignArn=campaign, itemId=item, userId=user, numResults=count
            )
            return Answer(f"beside {catalogue.title(item) or item}", _ids(similar["itemList"]))
        if question == "action":
            done = runtime.get_action_recommendations(
                campaignArn=campaign, userId=user, numResults=count
            )
            actions = tuple(one["actionId"] for one in done["actionList"])
            return Answer(f"user {user}, what to do next", actions)
        found_for = runtime.get_recommendations(campaignArn=campaign, userId=user, numResults=count)
        return Answer(f"user {user}", _ids(found_for["itemList"]))
    except ClientError as error:
        return Answer(f"user {user}", (), str(error))


def _ids(items: object) -> tuple[str, ...]:
    return tuple(item["itemId"] for item in items)  # type: ignore[attr-defined]
