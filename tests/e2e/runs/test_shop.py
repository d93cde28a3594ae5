"""The shop: everything a pipeline file can ask for, on the synthesized template."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from localcloud.clients import Clients
from localcloud.permissions import evidence
from localcloud.permissions.recording import Recording
from localcloud.permissions.report import used_grants
from scripts import second_opinion
from tests.e2e.evidence import Judgement, judge
from tests.e2e.faults.answers import strange
from tests.e2e.mutations import with_one_more, without
from tests.e2e.runs.pipelines import Deployed, Execution, deploy
from tests.e2e.runs.shop import SHOP, changed, events, items, stocked_items, users


@pytest.fixture(scope="module")
def shop(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return deploy(SHOP, tmp_path_factory.mktemp("shop"), clients)


@pytest.fixture(scope="module")
def ran(shop: Deployed) -> Execution:
    """The shop after its first drop."""
    shop.drop("opening", interactions=events(), items=items(), users=users())
    [ended] = shop.all_ended(1, seconds=240)
    assert ended.outcome == "succeeded", ended.output
    return ended


@pytest.fixture(scope="module")
def group(shop: Deployed, ran: Execution) -> str:
    assert ran.is_run
    listed = shop.clients.personalize.list_dataset_groups()["datasetGroups"]
    [arn] = [one["datasetGroupArn"] for one in listed if one["name"] == "shop"]
    return arn


def test_the_group_is_of_the_domain_and_tagged(shop: Deployed, group: str) -> None:
    described = shop.clients.personalize.describe_dataset_group(datasetGroupArn=group)
    tags = shop.clients.personalize.list_tags_for_resource(resourceArn=group)["tags"]

    assert described["datasetGroup"]["domain"] == "ECOMMERCE"
    assert {"tagKey": "pipeline", "tagValue": "shop"} in tags


def test_its_recommenders_recommend(shop: Deployed, group: str) -> None:
    listed = shop.clients.personalize.list_recommenders(datasetGroupArn=group)["recommenders"]

    assert {one["name"]: one["status"] for one in listed} == {
        "shop-for-you": "ACTIVE",
        "shop-also-viewed": "ACTIVE",
        "shop-bestsellers": "ACTIVE",
    }
    runtime = shop.clients.client("personalize-runtime")
    [arn] = [one["recommenderArn"] for one in listed if one["name"] == "shop-bestsellers"]
    assert runtime.get_recommendations(recommenderArn=arn, userId="u1")["itemList"]


def test_its_filters_filter_and_the_moving_one_is_dated(shop: Deployed, group: str) -> None:
    listed = shop.clients.personalize.list_filters(datasetGroupArn=group)["Filters"]
    names = {one["name"] for one in listed}

    assert {"shop-not-bought", "shop-in-category"} < names
    # Renewed weekly; its name says which week's it is.
    [moving] = names - {"shop-not-bought", "shop-in-category"}
    assert moving.startswith("shop-new-in-")
    assert datetime.strptime(moving[-8:], "%Y%m%d").replace(tzinfo=UTC) <= datetime.now(UTC)
    assert {one["status"] for one in listed} == {"ACTIVE"}


def test_its_metrics_are_attributed(shop: Deployed, group: str) -> None:
    [one] = shop.clients.personalize.list_metric_attributions(datasetGroupArn=group)[
        "metricAttributions"
    ]
    metrics = shop.clients.personalize.list_metric_attribution_metrics(
        metricAttributionArn=one["metricAttributionArn"]
    )["metrics"]

    assert {metric["metricName"] for metric in metrics} == {"purchases", "revenue"}


def test_a_plan_after_the_run_keeps_everything(shop: Deployed, group: str) -> None:
    assert group
    planned = shop.end_of(shop.start(plan=True))

    assert planned.outcome == "planned"
    strange = [line for line in planned.output["plan"]["lines"] if not line.startswith("keep")]
    assert strange == []


def test_batch_jobs_run_when_they_are_asked_for(shop: Deployed, group: str) -> None:
    assert group
    ended = shop.end_of(shop.start(parts=["batch"]), seconds=180)

    assert ended.outcome == "succeeded", ended.output
    assert "Start the training" not in ended.states
    written = shop.clients.s3.list_objects_v2(Bucket=shop.bucket, Prefix="batch/")["Contents"]
    keys = [one["Key"] for one in written]
    inference = next(key for key in keys if key.startswith("batch/similar-items/") and "out" in key)
    line = json.loads(
        shop.clients.s3.get_object(Bucket=shop.bucket, Key=inference)["Body"].read().split(b"\n")[0]
    )
    assert len(line["output"]["recommendedItems"]) == 10
    assert any(key.startswith("batch/buyers-of/") for key in keys)


def test_exports_are_written_when_they_are_asked_for(shop: Deployed, group: str) -> None:
    assert group
    ended = shop.end_of(shop.start(parts=["export"]), seconds=120)

    assert ended.outcome == "succeeded", ended.output
    written = shop.clients.s3.list_objects_v2(Bucket=shop.bucket, Prefix="batch/events/")
    assert written["KeyCount"] > 0


def test_users_are_erased_on_demand(shop: Deployed, group: str) -> None:
    shop.clients.s3.put_object(
        Bucket=shop.bucket, Key="inputs/erase.csv", Body=b"USER_ID\nu1\nu2\n"
    )

    ended = shop.end_of(shop.start(parts=["deletion"], deletion="inputs/erase.csv"), seconds=120)

    assert ended.outcome == "succeeded", ended.output
    [job] = shop.clients.personalize.list_data_deletion_jobs(datasetGroupArn=group)[
        "dataDeletionJobs"
    ]
    assert job["status"] == "COMPLETED"


@pytest.fixture(scope="module")
def restocked(
    shop: Deployed, group: str, clients: Clients, tmp_path_factory: pytest.TempPathFactory
) -> Deployed:
    """The shop with a changed pipeline file, after a drop that fits it."""
    assert group
    again = deploy(changed(), tmp_path_factory.mktemp("restocked"), clients)
    files = {"interactions": events(), "items": stocked_items(), "users": users()}
    for name, body in files.items():
        again.put("restock", f"{name}.csv", body)
    parts = ["import", "filters", "recommenders"]

    ended = again.end_of(again.start(dropId="restock", parts=parts), seconds=180)

    assert ended.outcome == "succeeded", ended.output
    shop.known.add(ended.arn)
    return again


def test_a_changed_filter_is_made_again(restocked: Deployed, group: str) -> None:
    arn = group.replace("dataset-group/shop", "filter/shop-not-bought")
    described = restocked.clients.personalize.describe_filter(filterArn=arn)["filter"]

    assert described["filterExpression"].endswith('IN ("View")')


def test_what_can_be_updated_in_place_is(restocked: Deployed, group: str) -> None:
    service, prefix = restocked.clients.personalize, group.removesuffix("dataset-group/shop")
    bestsellers = service.describe_recommender(
        recommenderArn=f"{prefix}recommender/shop-bestsellers"
    )
    catalogue = service.describe_dataset(datasetArn=f"{prefix}dataset/shop/ITEMS")["dataset"]
    [attribution] = service.list_metric_attributions(datasetGroupArn=group)["metricAttributions"]
    metrics = service.list_metric_attribution_metrics(
        metricAttributionArn=attribution["metricAttributionArn"]
    )["metrics"]

    config = bestsellers["recommender"]["recommenderConfig"]
    assert config["minRecommendationRequestsPerSecond"] == 2
    assert catalogue["schemaArn"] == f"{prefix}schema/shop-items-2"
    expressions = {one["metricName"]: one["expression"] for one in metrics}
    assert expressions["revenue"] == "SUM(Interactions.EVENT_VALUE)"


@pytest.mark.usefixtures("ran")
def test_the_faults_are_played_with_what_handlers_and_service_really_answer(
    shop: Deployed,
) -> None:
    real = [result for arn in shop.known for result in shop.results_of(arn)]

    assert len(real) > 50
    assert strange(real) == []


# What takes away an action, and a part of the resource whose call it hits.
LESS = [
    ("FunctionsTrainRole", "personalize:CreateSolutionVersion", "solution/shop-similar"),
    ("FunctionsImportsRole", "iam:PassRole", "role/shop-pipeline-PersonalizeRole"),
    ("FunctionsValidateRole", "s3:GetObjectVersion", "/drops/opening/"),
    ("FunctionsObserveRole", "sns:Publish", ":shop-"),
    ("WorkflowMachineRole", "dynamodb:UpdateItem", "table/shop-turns"),
]


@pytest.fixture(scope="module")
def recording(shop: Deployed, ran: Execution) -> Recording:
    """Every call of the shop's runs so far, with the template that they were judged by."""
    assert ran.is_run
    with urlopen(f"{shop.clients.endpoint}/_localcloud/recording") as answer:
        return Recording.read(json.load(answer))


def judged(recording: Recording, folder: Path) -> Judgement:
    """The judgement that ends the end-to-end tests, over these calls."""
    recorder, labels = recording.replay(), recording.labels
    seen = evidence.evidence(recorder, recording.policies(), labels)
    evidence.write(folder, "cloud-replayed", {**seen, "machines": {}})
    return judge(folder, [])


@pytest.mark.parametrize(("role", "action", "resource"), LESS)
def test_an_action_less_is_a_denied_call_with_its_role_and_its_name(
    recording: Recording, tmp_path: Path, role: str, action: str, resource: str
) -> None:
    judgement = judged(recording.changed(without(role, action)), tmp_path)

    assert judged(recording, tmp_path / "as it is").denied == []
    assert not judgement.holds
    assert all(f"{role} called {action} on arn:aws:" in line for line in judgement.denied)
    assert any(resource in line for line in judgement.denied)


@pytest.mark.parametrize(
    ("role", "action", "resource"),
    [
        ("FunctionsTrainRole", "personalize:DeleteSchema", "*"),
        ("FunctionsImportsRole", "iam:GetRole", "*"),
        ("FunctionsValidateRole", "s3:DeleteObject", "arn:aws:s3:::*"),
        ("FunctionsObserveRole", "sns:Subscribe", "*"),
        ("WorkflowMachineRole", "dynamodb:DeleteItem", "*"),
    ],
)
def test_an_action_more_is_one_that_no_call_uses(
    recording: Recording, tmp_path: Path, role: str, action: str, resource: str
) -> None:
    before = judged(recording, tmp_path / "as it is")
    judgement = judged(recording.changed(with_one_more(role, action, resource)), tmp_path)

    assert not judgement.holds
    assert set(judgement.unused) - set(before.unused) == {(role, action)}
    assert f"granted but unused: {role} may {action}" in judgement.lines


def test_not_one_action_of_any_role_could_be_taken_from_it(recording: Recording) -> None:
    used = {
        (grant.holder, grant.action)
        for grant in used_grants(recording.replay().recorded(), recording.labels)
    }
    roles = [(role, action) for role, action in used if role in recording.labels.values()]

    assert len(roles) > 100
    for role, action in roles:
        replayed = recording.of_action(action).changed(without(role, action)).replay()
        denied = {
            recording.labels[each.call.principal.arn]
            for each in replayed.recorded()
            if not each.decision.allowed
        }
        assert denied == {role}, (role, action)


@pytest.mark.skipif(not second_opinion.is_installed(), reason="make second-opinion installs it")
@pytest.mark.parametrize("removed", [None, *LESS], ids=str)
def test_another_simulator_says_the_same_of_every_call(
    recording: Recording, removed: tuple[str, str, str] | None
) -> None:
    judged = recording.changed(without(*removed[:2])) if removed else recording
    calls = second_opinion.comparable(judged)
    ours = [
        each.decision.allowed
        for each in judged.replay().recorded()
        if each.call.action != "sts:AssumeRole"
    ]

    said = second_opinion.ask(list(second_opinion.simulations(judged)), {})["verdicts"]

    assert len(said) == len(calls) > 200
    verdicts = zip(calls, said, ours, strict=True)
    assert [(str(call), word) for call, word, may in verdicts if (word == "Allowed") != may] == []
    assert all(ours) == (removed is None)


@pytest.mark.skipif(not second_opinion.is_installed(), reason="make second-opinion installs it")
def test_another_validator_has_nothing_to_say_of_the_state_machines(recording: Recording) -> None:
    definitions = second_opinion.definitions(recording)

    problems = second_opinion.ask([], definitions)["problems"]

    assert problems == {name: [] for name in definitions}
    assert len(problems) == 5
