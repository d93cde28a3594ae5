"""The steps of the plan stage, as the state machine asks for them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import boto3
from pydantic import Field, TypeAdapter

from lambdas.plan.removal import Removal, removal
from lambdas.shared.clients import Client
from lambdas.shared.errors import RequestRefusedError, named_errors
from lambdas.shared.planning import Planned, plan_of
from lambdas.shared.settings.filters import Filter
from lambdas.shared.strict import Strict
from lambdas.shared.wanted import Wanted, filter_at


class PlanStep(Strict):
    """Say what a run would do; nothing is touched."""

    step: Literal["plan"]
    own: str
    """What the names of this pipeline begin with, the hyphen included."""
    dataset_group_arn: str
    arn_prefix: str
    wanted: tuple[Wanted, ...]
    filters: tuple[Filter, ...]
    started_at: int
    """The run's start, milliseconds since 1970: it names the filters that move with the date."""

    def planned(self, client: Client) -> list[Planned]:
        """Return what a run would do with each resource."""
        moment, group = datetime.fromtimestamp(self.started_at / 1000, UTC), self.dataset_group_arn
        filters = (
            filter_at(one, moment, own=self.own, prefix=self.arn_prefix, group=group)
            for one in self.filters
        )
        return plan_of((*self.wanted, *filters), client, own=self.own, group=group)

    def take(self, client: Client) -> dict[str, Any]:
        """Return the plan: as data, as lines for people, and what would have to be confirmed."""
        planned = self.planned(client)
        return {
            "planned": [one.model_dump(mode="json") for one in planned],
            "lines": [one.line for one in planned],
            "confirm": [one.name for one in planned if one.asks],
            "refused": [one.name for one in planned if one.fate == "refuse"],
        }


class ConfirmStep(PlanStep):
    """Take one step towards what was confirmed: the old resource goes, the run makes the new."""

    step: Literal["confirm"]  # type: ignore[assignment]
    confirmed: tuple[str, ...]
    begun: bool
    """Whether an earlier step of this run found all of it in the plan."""

    def take(self, client: Client) -> dict[str, Any]:
        """Delete what can be deleted now; ``done`` tells whether nothing of it is left.

        Raises:
            RequestRefusedError: Something is confirmed that the plan does not ask about.
        """
        if not self.begun:
            self._refuse_what_is_not_planned(client)
        named = {one.name for one in self.wanted if one.word == "campaign"}
        with named_errors():
            steps = [
                removal(name, client, own=self.own, prefix=self.arn_prefix, named=named)
                for name in self.confirmed
            ]
        return {
            "begun": True,
            "done": all(one is Removal.GONE for one in steps),
        }

    def _refuse_what_is_not_planned(self, client: Client) -> None:
        asked = [one.name for one in self.planned(client) if one.asks]
        strange = sorted(set(self.confirmed) - set(asked))
        if strange:
            raise RequestRefusedError(
                f"nothing is to be confirmed about {', '.join(strange)}; the plan asks about "
                f"{', '.join(asked) or 'nothing'}"
            )


Step = Annotated[PlanStep | ConfirmStep, Field(discriminator="step")]
_STEPS: TypeAdapter[Step] = TypeAdapter(Step)


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take the step that ``event`` describes."""
    return _STEPS.validate_python(dict(event)).take(boto3.client("personalize"))
