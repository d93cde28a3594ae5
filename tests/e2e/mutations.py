"""A template with one action less, or one more, than the CDK code wrote into it."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from localcloud.permissions.labels import label

Template = Mapping[str, Any]
Change = Callable[[Template], Template]


def without(role: str, action: str) -> Change:
    """Remove an action from every policy of a role; the role by its name in the CDK code."""

    def change(template: Template) -> Template:
        changed, documents = _copied(template, role)
        for document in documents:
            for statement in document["Statement"]:
                actions = [one for one in _listed(statement["Action"]) if one != action]
                statement["Action"] = actions
            document["Statement"] = [one for one in document["Statement"] if one["Action"]]
        return changed

    return change


def with_one_more(role: str, action: str, resource: str) -> Change:
    """Add a statement of one action to the first policy of a role."""

    def change(template: Template) -> Template:
        changed, documents = _copied(template, role)
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        documents[0]["Statement"].append(statement)
        return changed

    return change


def _copied(template: Template, role: str) -> tuple[Template, list[dict[str, Any]]]:
    """The template with the role's policies copied, and their documents."""
    resources, documents = dict(template["Resources"]), []
    for logical, body in resources.items():
        roles = body["Properties"]["Roles"] if body["Type"] == "AWS::IAM::Policy" else []
        if role in {label(one["Ref"]) for one in roles}:
            resources[logical] = copy.deepcopy(body)
            documents.append(resources[logical]["Properties"]["PolicyDocument"])
    return {**template, "Resources": resources}, documents


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
