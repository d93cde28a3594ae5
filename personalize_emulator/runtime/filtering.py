"""A request's filter as a mask over a model's items."""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np

from personalize_emulator.catalogue import RELATED
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.filters.binding import bind
from personalize_emulator.filters.evaluate import Mask, evaluate
from personalize_emulator.filters.grammar import parse_filter
from personalize_emulator.filters.tree import CURRENT_ITEM, Field, Filter, comparisons
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.filters import usable_filter
from personalize_emulator.resources.snapshots import group_data
from personalize_emulator.runtime.deployments import Deployment
from personalize_emulator.runtime.facts import CandidateFacts, GroupData
from personalize_emulator.runtime.metadata import Metadata
from personalize_emulator.values import Payload


def eligible(backend: Backend, deployment: Deployment, *requests: Payload) -> Mask | None:
    """Return which of the model's items may be in an answer; None where all may.

    Args:
        backend: the world.
        deployment: what answers.
        requests: a request and its promotions; the filters of all have to let an item pass, after
            what the use case leaves out by itself, and actions that have expired.
    """
    masks = [_allowed(backend, deployment, each) for each in requests if each.get("filterArn")]
    if deployment.recipe.hides:
        masks.append(_new_to_user(backend, deployment, requests[0].get("userId")))
    if deployment.recipe.recommends_actions:
        masks.extend(_unexpired(backend, deployment))
    return reduce(np.logical_and, masks) if masks else None


def _unexpired(backend: Backend, deployment: Deployment) -> Iterator[Mask]:
    """Tell which actions have not expired, where the Actions dataset tells when they do."""
    actions = group_data(backend, deployment.group).metadata("ACTIONS", deployment.item_ids)
    ends = actions.numbers("ACTION_EXPIRATION_TIMESTAMP")
    if ends is not None:
        yield ~(ends <= backend.clock.now())


def _allowed(backend: Backend, deployment: Deployment, request: Payload) -> Mask:
    data = group_data(backend, deployment.group)
    kind = "ACTIONS" if deployment.recipe.recommends_actions else "ITEMS"
    candidates = data.metadata(kind, deployment.item_ids)
    return _mask(backend, deployment, request, data, candidates)


def _new_to_user(backend: Backend, deployment: Deployment, user: str | None) -> Mask:
    """Tell which items a user has not watched or bought yet, whichever the use case is about."""
    data = group_data(backend, deployment.group)
    facts = CandidateFacts(data, data.metadata("ITEMS", deployment.item_ids), user)
    return ~facts.touched([str(deployment.recipe.hides).lower()])


def passing(
    backend: Backend, deployment: Deployment, request: Payload, listed: Sequence[str]
) -> Sequence[str]:
    """Return those of the listed items that a request's filter lets pass, in their order."""
    if not request.get("filterArn") or not listed:
        return listed
    data = group_data(backend, deployment.group)
    mask = _mask(backend, deployment, request, data, data.described(listed))
    return [item for item, passes in zip(listed, mask.tolist(), strict=True) if passes]


def _mask(
    backend: Backend,
    deployment: Deployment,
    request: Payload,
    data: GroupData,
    candidates: Metadata,
) -> Mask:
    resource = usable_filter(backend, request["filterArn"], deployment.group)
    parsed = parse_filter(resource.fields["filterExpression"])
    _check_fit(parsed, deployment)
    if parsed.about_user and not request.get("userId"):
        raise InvalidInputException("userId is required for a filter that asks for the user.")
    facts = CandidateFacts(
        data,
        candidates,
        request.get("userId"),
        request.get("itemId"),
        deployment.recipe.recommends_actions,
    )
    return evaluate(bind(parsed, request.get("filterValues") or {}), facts)


def _check_fit(parsed: Filter, deployment: Deployment) -> None:
    target = "ACTIONID" if deployment.recipe.recommends_actions else "ITEMID"
    if parsed.target != target:
        msg = f"The filter is one of {parsed.target}, and the recipe recommends {target}."
        raise InvalidInputException(msg)
    if deployment.recipe.type != RELATED and any(
        isinstance(operand, Field) and operand.dataset == CURRENT_ITEM
        for expression in parsed.expressions
        for comparison in comparisons(expression)
        for operand in comparison.operands
    ):
        raise InvalidInputException("CurrentItem is only for recipes of related items.")
