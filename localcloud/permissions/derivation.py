"""From a request to what IAM checks: action, resources and condition context."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from localcloud.permissions import context, naming, s3
from localcloud.permissions.calls import Call, Context, Principal, context_of
from localcloud.permissions.errors import RequestError
from localcloud.permissions.reference import Checked, ResourceType, load
from localcloud.permissions.requests import ApiRequest

# Operations whose permission has another name.
_RENAMED: Final = {("lambda", "Invoke"): "InvokeFunction"}
# "No permissions are required to perform this operation", says its API reference.
_FREE: Final = frozenset({("sts", "GetCallerIdentity")})
# Creating with tags takes TagResource on what is created, besides:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_personalize.html, "API
# operations defined by Amazon Personalize".
_TAGGING_APART: Final = frozenset({"personalize"})
# What a service does with a role that a request hands to it.
_PASSED_TO: Final = {
    "events": "events.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
    "personalize": "personalize.amazonaws.com",
    "sagemaker": "sagemaker.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
    "states": "states.amazonaws.com",
}

Params = Mapping[str, Any]
Needed = Iterator[tuple[str, str, Context]]


def derive(request: ApiRequest, principal: Principal, via: str = "http") -> list[Call]:
    """Everything that has to be allowed for `request` to be carried out for `principal`.

    Raises:
        RequestError: Its resource cannot be derived.
        UnknownActionError: The authorization tables do not know it.
    """
    standing = context.standing(principal, request.region)
    return [
        Call(principal, action, resource, {**standing, **_account(resource, principal), **own}, via)
        for action, resource, own in _needed(request, principal)
    ]


def _account(resource: str, principal: Principal) -> Context:
    parts = resource.split(":")
    owner = parts[4] if len(parts) > 4 and parts[4] else principal.account  # noqa: PLR2004
    return {"aws:resourceaccount": (owner,)}


def _needed(request: ApiRequest, principal: Principal) -> Needed:
    if (request.service, request.operation) in _FREE:
        return
    if request.service == "s3":
        yield from s3.needed(request.operation, request.params)
        return
    action = _RENAMED.get((request.service, request.operation), request.operation)
    own = {**context.tags(request.params), **_service_keys(request)}
    resources = _resources(request, action, principal.account)
    for resource in resources:
        yield f"{request.service}:{action}", resource, own
    if request.service in _TAGGING_APART and action != "TagResource" and "aws:tagkeys" in own:
        given = set(_arns(request.params))
        for resource in [arn for arn in resources if arn not in given] or resources:
            yield f"{request.service}:TagResource", resource, own
    if request.service in _PASSED_TO and request.operation.startswith(("Create", "Put", "Update")):
        for role in sorted(set(_roles(request.params))):
            passed = {"iam:PassedToService": _PASSED_TO[request.service]}
            yield "iam:PassRole", role, context_of(passed)


def _service_keys(request: ApiRequest) -> Context:
    if request.service == "cloudwatch" and "Namespace" in request.params:
        return context_of({"cloudwatch:namespace": request.params["Namespace"]})
    return {}


def _roles(value: object) -> Iterator[str]:
    """Every role's ARN in the parameters, however deep."""
    if isinstance(value, str):
        if value.startswith("arn:aws:iam::") and ":role/" in value:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _roles(item)
    elif isinstance(value, list):
        for item in value:
            yield from _roles(item)


def _resources(request: ApiRequest, action: str, account: str) -> list[str]:
    checked = load(request.service).checked(action)
    if (request.service, action) == ("events", "PutEvents"):
        return naming.event_buses(request.params, request.region, account)
    if not checked:
        return ["*"]
    found = [arn for each in checked for arn in _of_type(request, action, each, account)]
    if found:
        return list(dict.fromkeys(found))
    if any(each.required for each in checked):
        raise RequestError(f"{request.service}:{action}: the request names no resource.")
    return ["*"]


def _of_type(request: ApiRequest, action: str, checked: Checked, account: str) -> list[str]:
    kind = checked.type
    given = [text for text in _arns(request.params) if kind.pattern.fullmatch(text)]
    if given:
        return given
    named = _named(request, action, kind, account)
    return [named] if named else []


def _arns(params: Params) -> Iterator[str]:
    for value in params.values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text.startswith("arn:") and text.count(":") > 4:  # noqa: PLR2004
                yield text


def _named(request: ApiRequest, action: str, kind: ResourceType, account: str) -> str | None:
    special = naming.SPECIAL.get((request.service, f"{action}/{kind.name}"))
    values = {"Partition": "aws", "Region": request.region, "Account": account}
    for name in kind.variables:
        value = (
            special(request.params)
            if special
            else naming.variable(request.service, name, request.params)
        )
        if value is None:
            return None
        values[name] = value
    return kind.fill(values)
