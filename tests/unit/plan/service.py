"""As much of Personalize as plans and removals ask: what is there by ARN, in pages of one."""

from collections.abc import Iterator
from typing import Any

from tests.unit.fakes import refused

PREFIX = "arn:aws:personalize:eu-west-1:123456789012"
GROUP = f"{PREFIX}:dataset-group/shop"
_MEMBERS = {"solutions": "solution", "campaigns": "campaign", "recommenders": "recommender"}
_MEMBERS["Filters"] = "filter"


class Service:
    """Holds resources; a deletion is under way until ``settle``."""

    def __init__(self) -> None:
        self.there: dict[str, dict[str, Any]] = {}
        self.deleted: list[str] = []

    def put(self, kind: str, name: str, *, pipeline: str = "shop", **more: Any) -> None:
        arn = f"{PREFIX}:{kind}/{name}"
        word = {"dataset-group": "datasetGroup"}.get(kind, kind)
        tags = [{"tagKey": "pipeline", "tagValue": pipeline}]
        self.there[arn] = {
            f"{word}Arn": arn,
            "name": name,
            "status": "ACTIVE",
            "tags": tags,
            **more,
        }

    def settle(self) -> None:
        """Let the deletions that are under way end."""
        self.there = {a: r for a, r in self.there.items() if "DELETE" not in r["status"]}

    def __getattr__(self, operation: str) -> Any:
        verb, _, snake = operation.partition("_")
        if verb not in {"describe", "delete"}:
            raise AttributeError(operation)
        first, *rest = snake.split("_")
        word = first + "".join(part.capitalize() for part in rest)

        def act(**request: str) -> dict[str, Any]:
            [arn] = request.values()
            if arn not in self.there:
                raise refused("ResourceNotFoundException", operation)
            if verb == "delete":
                self.deleted.append(arn.removeprefix(f"{PREFIX}:"))
                self.there[arn]["status"] = "DELETE IN_PROGRESS"
            return {word: self.there[arn]}

        return act

    def list_tags_for_resource(self, *, resourceArn: str) -> dict[str, Any]:  # noqa: N803
        return {"tags": self.there[resourceArn]["tags"]}

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(self, operation)


class Pages:
    """One listing."""

    def __init__(self, service: Service, operation: str) -> None:
        self.service, self.operation = service, operation

    def paginate(self, **of: str) -> Iterator[dict[str, Any]]:
        member = self.operation.removeprefix("list_")
        member = "Filters" if member == "filters" else member
        for arn, one in self.service.there.items():
            kind = arn.removeprefix(f"{PREFIX}:").split("/")[0]
            asked = all(one.get(key, GROUP) == arn_of for key, arn_of in of.items())
            if kind == _MEMBERS[member] and asked:
                yield {member: [one]}
