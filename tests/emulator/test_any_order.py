"""Any operations in any order: no broken answer, no orphan, no impossible status."""

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from personalize_emulator.api.http import HttpRequest
from personalize_emulator.clock import VirtualClock
from personalize_emulator.objects import FolderObjects
from personalize_emulator.resources.kinds import KINDS
from personalize_emulator.resources.lifecycle import PLANS
from personalize_emulator.scenarios.scripts import JobScript
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import EmulatorSettings, Pace
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import INTERACTIONS, ROLE
from tests.emulator.support.standin import PopularityTrainer, load_popularity

STATUSES = {
    status for plan in PLANS.values() for status in (*plan.steps, plan.success, plan.failure)
}
PARENTS = {
    "Dataset": ("datasetGroupArn", "schemaArn"),
    "DatasetImportJob": ("datasetArn",),
    "Solution": ("datasetGroupArn",),
    "SolutionVersion": ("solutionArn", "datasetGroupArn"),
    "Campaign": ("solutionVersionArn", "solutionArn"),
    "EventTracker": ("datasetGroupArn",),
    "Filter": ("datasetGroupArn",),
    "BatchInferenceJob": ("solutionVersionArn",),
    "DataDeletionJob": ("datasetGroupArn",),
}
ROWS = [(f"u{n % 40}", f"i{n % 70}", n, "click") for n in range(1_200)]
CSV = to_csv(("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"), ROWS)
NAMES = st.sampled_from(["a", "b"])
PATHS = {"GetRecommendations": "/recommendations", "PutEvents": "/events"}


class AnyOrder(RuleBasedStateMachine):
    """What clients may do, in any order, with any of what is there."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="any-order-"))
        (self.folder / "s3" / "bucket").mkdir(parents=True)
        (self.folder / "s3" / "bucket" / "good.csv").write_bytes(CSV)
        (self.folder / "s3" / "bucket" / "bad.csv").write_bytes(b"USER_ID\nu1\n")
        (self.folder / "s3" / "bucket" / "lines.json").write_bytes(b'{"userId": "u1"}\n')
        self.clock = VirtualClock()
        self.open()

    def open(self) -> None:
        self.service = PersonalizeService(
            EmulatorSettings(state_dir=self.folder / "state", pace=Pace(1, 2)),
            objects=FolderObjects(self.folder / "s3"),
            clock=self.clock,
            trainer=PopularityTrainer(),
            load_model=load_popularity,
        )

    def teardown(self) -> None:
        self.service.close()
        shutil.rmtree(self.folder)

    def call(self, operation: str, **request: Any) -> Any:
        """Send a request; an error is as good as an answer, unless it is the emulator's own."""
        body = json.dumps(request).encode()
        path = PATHS.get(operation, "/")
        headers = {"x-amz-target": f"AmazonPersonalize.{operation}"} if path == "/" else {}
        answer = self.service.handle(HttpRequest("POST", path, "", headers, body))
        assert answer.status < 500, (operation, request, answer.body)
        return json.loads(answer.body) if answer.body else {}

    def some(self, kind: str, index: int) -> str:
        """Return the ARN of one of what is there, or of nothing."""
        found = self.service.backend.store.all(KINDS[kind])
        nothing = f"arn:aws:personalize:us-east-1:000000000000:{KINDS[kind].path}/nothing"
        return found[index % len(found)].arn if found else nothing

    @initialize()
    def begin(self) -> None:
        self.group("a")
        self.call("CreateSchema", name="a", schema=json.dumps(INTERACTIONS))
        self.work_is_done()
        self.dataset(0)
        self.work_is_done()
        self.data(0, "good")
        self.solution("a", 0, automatic=False)
        self.work_is_done()
        self.version(0, "FULL")
        self.work_is_done()
        self.campaign("a", 0, sync=False)

    @rule(name=NAMES)
    def group(self, name: str) -> None:
        self.call("CreateDatasetGroup", name=name)

    @rule(name=NAMES)
    def schema(self, name: str) -> None:
        self.call("CreateSchema", name=name, schema=json.dumps(INTERACTIONS))

    @rule(index=st.integers(0, 3))
    def dataset(self, index: int) -> None:
        self.call(
            "CreateDataset",
            name="d",
            datasetType="INTERACTIONS",
            datasetGroupArn=self.some("DatasetGroup", index),
            schemaArn=self.some("Schema", index),
        )

    @rule(index=st.integers(0, 3), file=st.sampled_from(["good", "good", "bad", "none"]))
    def data(self, index: int, file: str) -> None:
        self.call(
            "CreateDatasetImportJob",
            jobName=f"job{time.monotonic_ns()}",
            datasetArn=self.some("Dataset", index),
            dataSource={"dataLocation": f"s3://bucket/{file}.csv"},
            roleArn=ROLE,
        )

    @rule(name=NAMES, index=st.integers(0, 3), automatic=st.booleans())
    def solution(self, name: str, index: int, *, automatic: bool) -> None:
        self.call(
            "CreateSolution",
            name=name,
            datasetGroupArn=self.some("DatasetGroup", index),
            recipeArn="arn:aws:personalize:::recipe/aws-user-personalization",
            performAutoTraining=automatic,
        )

    @rule(index=st.integers(0, 3), mode=st.sampled_from(["FULL", "FULL", "UPDATE"]))
    def version(self, index: int, mode: str) -> None:
        solution = self.some("Solution", index)
        self.call("CreateSolutionVersion", solutionArn=solution, trainingMode=mode)

    @rule(name=NAMES, index=st.integers(0, 5), sync=st.booleans())
    def campaign(self, name: str, index: int, *, sync: bool) -> None:
        version = self.some("SolutionVersion", index)
        arn = f"{self.some('Solution', index)}/$LATEST" if sync else version
        config = {"syncWithLatestSolutionVersion": sync}
        self.call("CreateCampaign", name=name, solutionVersionArn=arn, campaignConfig=config)

    @rule(index=st.integers(0, 3), version=st.integers(0, 5))
    def update(self, index: int, version: int) -> None:
        self.call(
            "UpdateCampaign",
            campaignArn=self.some("Campaign", index),
            solutionVersionArn=self.some("SolutionVersion", version),
        )

    @rule(name=NAMES, index=st.integers(0, 3))
    def tracker(self, name: str, index: int) -> None:
        group = self.some("DatasetGroup", index)
        self.call("CreateEventTracker", name=name, datasetGroupArn=group)

    @rule(name=NAMES, index=st.integers(0, 3))
    def filter(self, name: str, index: int) -> None:
        self.call(
            "CreateFilter",
            name=name,
            datasetGroupArn=self.some("DatasetGroup", index),
            filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")',
        )

    @rule(index=st.integers(0, 5))
    def batch(self, index: int) -> None:
        self.call(
            "CreateBatchInferenceJob",
            jobName=f"job{time.monotonic_ns()}",
            solutionVersionArn=self.some("SolutionVersion", index),
            jobInput={"s3DataSource": {"path": "s3://bucket/lines.json"}},
            jobOutput={"s3DataDestination": {"path": "s3://bucket/out/"}},
            roleArn=ROLE,
        )

    @rule(index=st.integers(0, 5))
    def stop(self, index: int) -> None:
        version = self.some("SolutionVersion", index)
        self.call("StopSolutionVersionCreation", solutionVersionArn=version)

    @rule(index=st.integers(0, 3))
    def delete_group(self, index: int) -> None:
        self.call("DeleteDatasetGroup", datasetGroupArn=self.some("DatasetGroup", index))

    @rule(index=st.integers(0, 3))
    def delete_schema(self, index: int) -> None:
        self.call("DeleteSchema", schemaArn=self.some("Schema", index))

    @rule(index=st.integers(0, 3))
    def delete_dataset(self, index: int) -> None:
        self.call("DeleteDataset", datasetArn=self.some("Dataset", index))

    @rule(index=st.integers(0, 3))
    def delete_solution(self, index: int) -> None:
        self.call("DeleteSolution", solutionArn=self.some("Solution", index))

    @rule(kind=st.sampled_from(["Campaign", "EventTracker", "Filter"]), index=st.integers(0, 3))
    def delete(self, kind: str, index: int) -> None:
        self.call(f"Delete{kind}", **{KINDS[kind].arn_field: self.some(kind, index)})

    @rule(kind=st.sampled_from(["SolutionVersion", "DatasetImportJob", "Campaign", "*Update"]))
    def mishap(self, kind: str) -> None:
        self.service.scenarios.add(JobScript(kind=kind, failure_reason="A mishap."))

    @rule(index=st.integers(0, 3))
    def event(self, index: int) -> None:
        trackers = self.service.backend.store.all(KINDS["EventTracker"])
        tracking = trackers[index % len(trackers)].fields["trackingId"] if trackers else "none"
        event = {"eventType": "click", "itemId": "i1", "sentAt": 1}
        self.call("PutEvents", trackingId=tracking, sessionId="s", userId="u1", eventList=[event])

    @rule(index=st.integers(0, 3))
    def recommend(self, index: int) -> None:
        answer = self.call(
            "GetRecommendations", campaignArn=self.some("Campaign", index), userId="u1"
        )
        assert answer.get("itemList") or answer["message"]

    @rule(seconds=st.sampled_from([1, 3, 4_000, 8 * 86_400]))
    def advance(self, seconds: int) -> None:
        self.clock.advance(seconds)
        self.call("ListCampaigns")

    @rule()
    def work_is_done(self) -> None:
        """Let everything under way come to its end."""
        deadline = time.monotonic() + 20
        while any(not r.settled for r in self.service.backend.store.all()):
            assert time.monotonic() < deadline, "something never ends"
            self.clock.advance(3)
            self.call("ListCampaigns")
            time.sleep(0.001)

    @precondition(lambda self: self.service.backend.store.all())
    @rule()
    def restart(self) -> None:
        def kept() -> dict[str, str | None]:
            resources = self.service.backend.store.all()
            return {r.arn: r.status for r in resources if r.settled and r.status == "ACTIVE"}

        self.service.close()
        before = kept()
        self.open()
        after = {r.arn: r.status for r in self.service.backend.store.all()}
        # An automatic training may have begun since, but nothing ACTIVE is lost.
        assert {arn: after.get(arn) for arn in before} == before

    @invariant()
    def every_status_is_one_of_its_plans(self) -> None:
        for resource in self.service.backend.store.all():
            assert resource.status in STATUSES or not resource.kind.has_status
            assert (resource.status is None) == (not resource.kind.has_status)
            failed = (resource.status or "").endswith("FAILED")
            assert not failed or resource.failure_reason

    @invariant()
    def nothing_is_orphaned(self) -> None:
        store = self.service.backend.store
        for resource in store.all():
            for member in PARENTS.get(resource.kind.name, ()):
                assert store.find(resource.get(member)), (resource.arn, member)

    @invariant()
    def campaigns_only_stand_on_active_versions(self) -> None:
        store = self.service.backend.store
        for campaign in store.all(KINDS["Campaign"]):
            version = store.get(campaign.fields["solutionVersionArn"])
            assert version.status == "ACTIVE", (campaign.arn, version.status)


AnyOrder.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestAnyOrder = AnyOrder.TestCase
