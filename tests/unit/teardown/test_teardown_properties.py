"""Whatever the account looks like, and whenever the teardown is killed: legal, tidy, harmless."""

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lambdas.shared.teardown_settings import TeardownScope
from lambdas.teardown.personalize.account import PersonalizeAccount
from lambdas.teardown.personalize.look import look
from lambdas.teardown.progress import Entry
from tests.unit.teardown.world import IN_GROUP, Thing, World

SCOPE = TeardownScope(
    pipeline="shop",
    dataset_group="shop",
    names={"schema": ("shop-interactions", "shop-items")},
)
IN_FLIGHT = st.sampled_from([[], ["ACTIVE"], ["CREATE IN_PROGRESS", "ACTIVE"], ["CREATE FAILED"]])
# Owners: us, a pipeline whose name begins like ours, somebody without a pipeline.
OURS = {"pipeline": "shop"}
OWNERS = st.sampled_from([OURS, {"pipeline": "shop-eu"}, {}])
KINDS = st.sampled_from(sorted(IN_GROUP - {"dataset", "metricAttribution"}))
JOBS = st.sampled_from(["solutionVersion", "campaign"])


class Account(RuleBasedStateMachine):
    """People and pipelines create, time passes, the teardown looks and is killed, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.going: tuple[Entry, ...] = ()
        self.foreign: dict[str, Thing] = {}
        self.remaining = 1
        self.names = 0

    def add(self, kind: str, above: Thing | None, tags: dict[str, str], **more: Any) -> Thing:
        self.names += 1
        name = more.pop("name", f"shop-{self.names}")
        thing = self.world.add(kind, name, above, tags=tags, **more)
        self.remaining = 1
        return thing

    @staticmethod
    def _possible(owner: dict[str, str], group: Thing) -> dict[str, str]:
        """A pipeline works in its own group only."""
        return owner if owner.get("pipeline", group.name) == group.name else {}

    def note(self, thing: Thing, *, ours: bool) -> None:
        if not ours:
            self.foreign[thing.arn] = thing

    @initialize(owner=OWNERS)
    def dataset_groups(self, owner: dict[str, str]) -> None:
        for name, tags in (("shop", owner), ("shop-eu", {"pipeline": "shop-eu"})):
            schema = self.world.add("schema", f"{name}-interactions")
            group = self.add("datasetGroup", None, tags, name=name)
            dataset = self.add("dataset", group, tags, schema=schema)
            ours = tags == OURS
            for thing in (group, dataset):
                self.note(thing, ours=ours)
            self.note(schema, ours=name == "shop")

    @rule(kind=KINDS, owner=OWNERS, which=st.integers(0, 1), ahead=IN_FLIGHT)
    def create(self, kind: str, owner: dict[str, str], which: int, ahead: list[str | None]) -> None:
        groups = [thing for thing in self.world.things if thing.kind == "datasetGroup"]
        if which < len(groups) and not groups[which].moving:
            status = "CREATE PENDING" if ahead else "ACTIVE"
            tags = self._possible(owner, groups[which])
            thing = self.add(kind, groups[which], tags, status=status, becomes=list(ahead))
            self.note(thing, ours=tags == OURS)

    @rule(kind=JOBS, owner=OWNERS, pick=st.integers(0, 20), ahead=IN_FLIGHT)
    def build_on_a_solution(
        self, kind: str, owner: dict[str, str], pick: int, ahead: list[str | None]
    ) -> None:
        solutions = [t for t in self.world.things if t.kind == "solution" and not t.moving]
        if solutions:
            solution = solutions[pick % len(solutions)]
            status = "CREATE PENDING" if ahead else "ACTIVE"
            tags = self._possible(owner, solution.group) if kind == "campaign" else {}
            thing = self.add(kind, solution, tags, status=status, becomes=list(ahead))
            if kind == "campaign":
                self.note(thing, ours=tags == OURS)

    @rule(pick=st.integers(0, 20), ahead=IN_FLIGHT)
    def import_data(self, pick: int, ahead: list[str | None]) -> None:
        datasets = [t for t in self.world.things if t.kind == "dataset" and not t.moving]
        if datasets and ahead:
            dataset = datasets[pick % len(datasets)]
            self.add("datasetImportJob", dataset, {}, status="CREATE PENDING", becomes=list(ahead))

    @rule(pick=st.integers(0, 20))
    def a_handler_under_way_makes_it_again(self, pick: int) -> None:
        """By the same name, hence with the same ARN as the one that goes."""
        ours = [t for t in self.world.things if t.kind == "campaign" and t.tags == OURS]
        going = [t for t in ours if t.status == "DELETE IN_PROGRESS"]
        if going:
            old = going[pick % len(going)]
            self.world.things.remove(old)
            self.world.things.append(replace(old, status="ACTIVE", becomes=[]))
            self.remaining = 1

    @rule()
    def time_passes(self) -> None:
        self.world.tick()

    @rule()
    def look(self) -> None:
        account = PersonalizeAccount(self.world.client, SCOPE)
        progress = look(account, SCOPE, going=self.going)
        self.going, self.remaining = progress.going, progress.remaining
        self.left = {entry.arn for entry in progress.left}

    @rule()
    def kill(self) -> None:
        """Another execution starts from nothing."""
        self.going = ()

    @invariant()
    def nothing_foreign_is_touched(self) -> None:
        for thing in self.foreign.values():
            assert thing in self.world.things, f"{thing.kind} {thing.name} is gone"
            assert not thing.status.startswith("DELETE"), f"{thing.name} is {thing.status}"

    @invariant()
    def no_deletion_is_out_of_order(self) -> None:
        assert self.world.refused == []

    @precondition(lambda self: self.remaining == 0)
    @invariant()
    def nothing_of_ours_remains_but_what_others_build_on(self) -> None:
        for thing in self.world.things:
            if thing.tags == OURS:
                assert thing.arn in self.left, f"{thing.kind} {thing.name} was forgotten"
                assert any(self._needs(other, thing) for other in self.foreign.values())

    def _needs(self, foreign: Thing, ours: Thing) -> bool:
        return foreign.group is ours.group

    def teardown(self) -> None:
        """However it went so far: left alone, a teardown comes to its end."""
        for _ in range(60):
            self.look()
            if self.remaining == 0:
                break
            self.world.tick()
        assert self.remaining == 0
        self.nothing_foreign_is_touched()
        self.no_deletion_is_out_of_order()
        self.nothing_of_ours_remains_but_what_others_build_on()


TestAccount = Account.TestCase
TestAccount.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
