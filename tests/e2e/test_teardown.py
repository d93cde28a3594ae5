"""`cdk destroy` on the local cloud: leaves nothing, harms nothing, and may be interrupted."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from localcloud.clients import Clients
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
from tests.e2e import movielens
from tests.e2e.gone import GONE, destroyed, served
from tests.e2e.runs.pipelines import await_that, deploy
from tests.e2e.teardown_world import HOUR, Extras, Teardown, everything

STEPS = {
    "quiet": "Stop runs",
    "notebook": "Stop the notebook instance",
    "personalize": "Delete from Personalize",
    "bucket": "Empty the data bucket",
    "logs": "Remove the notebook's logs",
}


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    settings = CloudSettings(
        port=0, state_dir=tmp_path_factory.mktemp("cloud"), permissions="enforce"
    )
    with running_cloud(settings) as cloud:
        clients = Clients(endpoint=cloud.endpoint)
        # What the bootstrap brings stays, as on AWS: it is there before any pipeline.
        clients.s3.create_bucket(Bucket=f"cdk-hnb659fds-assets-{clients.account}-{clients.region}")
        yield clients


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keeps the assemblies, so that a pipeline is synthesized once."""
    return tmp_path_factory.mktemp("assemblies")


def kinds(report: dict[str, Any], part: str) -> set[str]:
    return {entry["kind"] for entry in report[part]}


def test_everything_goes_by_the_stacks_deletion_and_comes_again_by_the_same_names(
    clients: Clients, folder: Path
) -> None:
    before = everything(clients)
    deployed = served(clients, folder)
    extras, teardown = Extras(deployed), Teardown(deployed)
    extras.beside_the_run()
    extras.in_the_bucket()
    extras.in_the_logs()

    would = teardown.report(dryRun=True)
    assert everything(clients) > before
    extras.an_import()
    extras.a_training()
    teardown.delete_stack()

    assert everything(clients) == before
    assert kinds(teardown.last_report(), "stopped") == {"solution version", "notebook instance"}
    assert kinds(would, "deleted") >= {
        "campaign", "event tracker", "filter", "metric attribution", "solution", "dataset",
        "schema", "dataset group", "object version", "multipart upload", "log stream",
    }  # fmt: skip
    assert kinds(would, "stopped") == {"notebook instance"}
    again = served(clients, folder)
    assert Extras(again).answers()
    Teardown(again).delete_stack()
    assert everything(clients) == before


def test_killed_at_each_of_its_steps_and_started_again_it_ends_the_same(
    clients: Clients, folder: Path
) -> None:
    before = everything(clients)
    deployed = served(clients, folder)
    extras, teardown = Extras(deployed), Teardown(deployed)
    extras.beside_the_run()
    extras.in_the_bucket()
    sfn = clients.stepfunctions

    def status(execution: str) -> str:
        return sfn.describe_execution(executionArn=execution)["status"]

    def has_come_to(execution: str, states: int) -> bool:
        return len(deployed.states_of(execution)) >= states or status(execution) != "RUNNING"

    def stopped(execution: str) -> bool:
        """Stop it, unless it ends before it hears of that."""
        with suppress(sfn.exceptions.ValidationException):  # it is not running
            sfn.stop_execution(executionArn=execution)
        return status(execution) == "ABORTED"

    killed = 0
    for states in range(2, 200, 2):
        execution = teardown.start()
        await_that(lambda e=execution, n=states: has_come_to(e, n), 60)  # type: ignore[misc]
        if not stopped(execution):
            break
        killed += 1

    assert killed >= 5
    assert status(execution) == "SUCCEEDED"
    assert teardown.report()["deleted"] == []
    # As a schedule would: the data are gone, and nothing remembers them.
    assert deployed.end_of(deployed.start(parts=["train"])).error == "NoData"
    teardown.delete_stack()
    assert everything(clients) == before


def test_runs_and_trainings_in_flight_are_stopped_and_an_import_is_waited_for(
    clients: Clients, folder: Path
) -> None:
    before = everything(clients)
    deployed = served(clients, folder)
    extras = Extras(deployed)
    extras.an_import()
    extras.a_training()
    extras.takes("SolutionVersion", HOUR)
    run = deployed.start(parts=["train"])
    deployed.await_state(run, "Start the training")

    report = Teardown(deployed).report()

    assert kinds(report, "stopped") == {"run", "solution version"}
    assert deployed.end_of(run).status == "ABORTED"
    assert report["clean"], report
    Teardown(deployed).delete_stack()
    assert everything(clients) == before


def test_destroying_one_pipeline_leaves_the_other_answering(clients: Clients, folder: Path) -> None:
    before = everything(clients)
    other = served(clients, folder, GONE.replace("name: gone", "name: gone-eu"))
    theirs = everything(clients)
    mine = served(clients, folder)

    Teardown(mine).delete_stack()

    assert everything(clients) == theirs
    assert Extras(other).answers()
    Teardown(other).delete_stack()
    assert everything(clients) == before


def test_what_somebody_built_on_ours_stops_the_deletion_with_its_name_and_harms_nothing(
    clients: Clients, folder: Path
) -> None:
    before = everything(clients)
    deployed = served(clients, folder)
    extras, teardown = Extras(deployed), Teardown(deployed)
    by_hand = clients.personalize.create_campaign(
        name="by-hand", solutionVersionArn=extras.version, minProvisionedTPS=1
    )["campaignArn"]

    def is_active() -> bool:
        described = clients.personalize.describe_campaign(campaignArn=by_hand)["campaign"]
        return described["status"] == "ACTIVE"

    await_that(is_active, 30)

    refusal = teardown.refusal()

    assert "still in use by what stays: campaign by-hand" in refusal
    runtime = clients.personalize_runtime
    assert runtime.get_recommendations(campaignArn=by_hand, userId="u1")["itemList"]
    # What the teardown needs is still there, and so is the data: nothing is half-done.
    assert teardown.report(dryRun=True)["left"]
    assert clients.s3.list_objects_v2(Bucket=deployed.bucket)["KeyCount"] > 0

    clients.personalize.delete_campaign(campaignArn=by_hand)
    teardown.delete_stack()
    assert everything(clients) == before


def test_a_teardown_that_needs_longer_goes_on_and_the_next_deletion_takes_over(
    clients: Clients, folder: Path
) -> None:
    before = everything(clients)
    deployed = served(clients, folder)
    teardown = Teardown(deployed)
    # CloudFormation's hour, shortened to no time at all.
    sfn, arn = clients.stepfunctions, teardown.machine
    definition = sfn.describe_state_machine(stateMachineArn=arn)["definition"]
    assert "> 3000000" in definition
    sfn.update_state_machine(stateMachineArn=arn, definition=definition.replace("> 3000000", "> 0"))
    Extras(deployed).an_import()

    refusal = teardown.refusal()

    assert "needs longer than CloudFormation waits, and continues" in refusal
    goes_on = teardown.newest()
    sfn.update_state_machine(stateMachineArn=arn, definition=definition)
    teardown.delete_stack()
    # The second deletion took over from what the first one had left running.
    assert deployed.end_of(goes_on).status == "ABORTED"
    assert teardown.last_report()["clean"] is True
    assert everything(clients) == before


def test_after_the_whole_of_movielens_with_everything_in_flight_nothing_is_left(
    clients: Clients, folder: Path
) -> None:
    before = everything(clients)
    deployed = deploy(movielens.TEXT, folder, clients)
    named = movielens.named(everything(clients))
    deployed.drop("films", **movielens.data(folder / "films"))
    [run] = deployed.all_ended(1, seconds=300)
    assert run.outcome == "succeeded", run.cause
    batch = deployed.end_of(deployed.start(parts=["batch"]), seconds=180)
    assert batch.outcome == "succeeded", batch.cause
    extras, teardown = Extras(deployed), Teardown(deployed)
    extras.in_the_bucket()
    extras.an_import()
    training = extras.an_automatic_training("movielens-popularity")

    teardown.delete_stack()

    assert everything(clients) == before
    report = teardown.last_report()
    assert training in [entry["arn"] for entry in report["stopped"]]
    assert kinds(report, "deleted") >= {
        "campaign", "recommender", "event tracker", "filter", "metric attribution", "solution",
        "dataset", "schema", "dataset group", "object version", "multipart upload",
    }  # fmt: skip
    again = deploy(movielens.TEXT, folder, clients)
    assert movielens.named(everything(clients)) == named
    Teardown(again).delete_stack()
    assert everything(clients) == before


def test_a_step_that_breaks_is_reported_by_its_name_and_nothing_after_it_is_done(
    clients: Clients, folder: Path
) -> None:
    deployed = deploy(GONE.replace("name: gone", "name: broken"), folder, clients)
    functions = clients.client("lambda")
    sound = "lambdas.teardown.{}.handler.handler"
    for step, title in STEPS.items():
        name = f"broken-teardown-{step}"
        functions.update_function_configuration(FunctionName=name, Handler="nowhere.handler")

        ended = deployed.end_of(Teardown(deployed).start(dryRun=True))

        assert (ended.status, ended.error) == ("FAILED", "TeardownIncomplete")
        assert ended.states[-5:-3] == [title, "Report"]
        functions.update_function_configuration(FunctionName=name, Handler=sound.format(step))
    Teardown(deployed).delete_stack()


def test_what_is_retained_stays_and_is_said_and_is_no_failure(
    clients: Clients, folder: Path
) -> None:
    text = GONE.replace("name: gone", "name: kept")
    text += "retain: { dataBucket: true, datasetGroup: true }\nnotebook: null\n"
    deployed = served(clients, folder, text)

    would = destroyed(clients, folder / "kept.yaml", dry_run=True)
    assert Extras(deployed).answers()
    done = destroyed(clients, folder / "kept.yaml")

    assert kinds(Teardown(deployed).last_report(), "kept") == {
        *("bucket", "dataset group", "dataset", "schema")
    }
    assert "would be kept (4)" in would
    assert f"bucket {deployed.bucket}" in would.split("would be kept (4)")[1].split("would go")[0]
    assert f"bucket {deployed.bucket}" not in would.split("would go with the stack")[1]
    assert "Nothing of kept is left but what is kept: " in done
    left = {kind.split(":list_")[-1] for kind, name in everything(clients) if "kept" in name}
    assert left == {"buckets", "dataset_groups", "datasets", "schemas", "dataset_import_jobs"}
    assert clients.personalize.list_campaigns()["campaigns"] == []
    again = destroyed(clients, folder / "kept.yaml")
    assert "There is no stack kept-pipeline here; nothing was done." in again
    assert f"still there: bucket {deployed.bucket}" in again
