"""The journeys of a user on the local cloud: the synthesized template, the real state machine.

Each test goes on where the one before it ended, as a user's week would.
"""

import html
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from localcloud.clients import Clients
from localcloud.data.generated import Size, generate
from localcloud.data.tables import write_drop
from localcloud.destroy import DestroyOptions, destroy
from localcloud.errors import RunError
from localcloud.inventory import inventory
from localcloud.run import RunOptions, read_pipeline, run
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
from scripts.answers import Answers, differences, read
from scripts.e2e_aws import Journey as AwsJourney
from tests.browser import DESKTOP, needs_browser, texts_that_hide_each_other, visit
from tests.e2e.laptop import OnTheLaptop

# What a title may do to a page, to a spreadsheet's quotes and to a terminal's markup.
NASTY = """<script>alert(1)</script> & "[/b]" """
PIPELINE = """\
name: journey
datasets:
  interactions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ITEM_ID, type: string }
      - { name: TIMESTAMP, type: long }
      - { name: EVENT_TYPE, type: string }
      - { name: EVENT_VALUE, type: ["float", "null"] }
  items:
    fields:
      - { name: ITEM_ID, type: string }
      - { name: TITLE, type: ["string", "null"] }
      - { name: GENRES, type: ["string", "null"], categorical: true }
      - { name: YEAR, type: ["int", "null"] }
      - { name: CREATION_TIMESTAMP, type: ["long", "null"] }
solutions:
  - { name: personal, recipe: aws-user-personalization-v2 }
  - { name: popular, recipe: aws-popularity-count }
"""


@dataclass(frozen=True)
class Journey:
    """A pipeline file, data and a cloud that runs."""

    folder: Path
    cloud: CloudSettings
    clients: Clients

    @property
    def pipeline(self) -> Path:
        return self.folder / "journey.yaml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "out" / "summary.json").read_text()))

    def run(self, data: Path | None = None) -> str:
        """Run as the command does; returns what it printed."""
        printed = StringIO()
        options = RunOptions(
            pipeline=self.pipeline,
            data=data or self.data,
            out=self.folder / "out",
            endpoint=self.clients.endpoint,
            cloud=self.cloud,
        )
        run(options, Console(file=printed, width=160))
        return printed.getvalue()

    def destroy(self) -> str:
        printed = StringIO()
        options = DestroyOptions(
            pipeline=read_pipeline(self.pipeline),
            endpoint=self.clients.endpoint,
            cloud=self.cloud,
        )
        destroy(options, Console(file=printed, width=160))
        return printed.getvalue()

    def campaigns(self) -> dict[str, tuple[str, str]]:
        """Name → (ARN, version) of every campaign."""
        personalize = self.clients.personalize
        arns = [c["campaignArn"] for c in personalize.list_campaigns()["campaigns"]]
        described = [personalize.describe_campaign(campaignArn=arn)["campaign"] for arn in arns]
        return {c["name"]: (c["campaignArn"], c["solutionVersionArn"]) for c in described}

    def recommends(self, campaign: str, user: str = "1") -> list[str]:
        answer = self.clients.personalize_runtime.get_recommendations(
            campaignArn=campaign, userId=user
        )
        return [item["itemId"] for item in answer["itemList"]]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    folder = tmp_path_factory.mktemp("journey")
    (folder / "journey.yaml").write_text(PIPELINE)
    data = generate(Size(users=150, films=120, ratings=25), seed=1)
    films = [replace(film, title=NASTY + film.title) for film in data.films]
    write_drop(replace(data, films=films), folder / "data")
    settings = CloudSettings(port=0, state_dir=folder / "cloud", permissions="enforce")
    with running_cloud(settings) as cloud:
        yield Journey(folder, settings, Clients(endpoint=cloud.endpoint))


def test_a_drop_becomes_live_campaigns(journey: Journey) -> None:
    printed = journey.run()

    summary = journey.summary
    assert summary["executionArn"].startswith("arn:aws:states:us-east-1:000000000000:execution:")
    assert summary["stateTransitions"] > 20
    assert {"validate", "imports", "train", "serve", "report"} <= {
        stage["name"] for stage in summary["stages"]
    }
    assert [(s["name"], s["status"], s["answers"]) for s in summary["solutions"]] == [
        ("personal", "ACTIVE", True),
        ("popular", "ACTIVE", True),
    ]
    assert "NDCG@10" in printed


def test_the_summary_has_metrics_under_the_services_names(journey: Journey) -> None:
    for solution in journey.summary["solutions"]:
        assert {"coverage", "normalized_discounted_cumulative_gain_at_10"} <= set(
            solution["metrics"]
        )
        assert solution["trainingSeconds"] > 0
        assert "/journey-" in solution["solutionVersionArn"]


def test_what_learns_tastes_beats_what_counts(journey: Journey) -> None:
    ndcg = "normalized_discounted_cumulative_gain_at_10"
    personal, popular = (s["metrics"][ndcg] for s in journey.summary["solutions"])

    assert personal > 1.2 * popular


def test_clicks_change_what_is_recommended(journey: Journey) -> None:
    live = journey.summary["liveEvents"]

    assert len(live["clicked"]) == 3
    assert live["before"] != live["after"]


def test_the_report_is_one_file_that_asks_nobody(journey: Journey) -> None:
    page = (journey.folder / "out" / "report.html").read_text()

    assert "journey" in page
    assert "<svg" in page
    assert "after live events" in page
    assert "<script" not in page
    assert 'src="http' not in page
    assert metrics_on(page) == metrics_of(journey.summary)


@needs_browser
def test_the_report_in_a_browser_is_quiet_and_says_what_the_summary_says(
    journey: Journey, tmp_path: Path
) -> None:
    file, summary = journey.folder / "out" / "report.html", journey.summary

    seen = visit(file, tmp_path, width=DESKTOP)

    assert (seen.console, seen.requests) == ([], [])
    charts = re.findall(r'<svg [^>]*class="([a-z ]+)"', seen.dom)
    assert charts == ["gantt", "chart bars", "chart points"]
    assert metrics_on(seen.dom) == metrics_of(summary)
    for solution in summary["solutions"]:
        assert f"<code>{solution['campaignArn']}</code>" in seen.dom
    assert summary["executionArn"] in seen.dom
    assert html.escape(NASTY, quote=False) in seen.dom
    assert texts_that_hide_each_other(file.read_text(), tmp_path, width=DESKTOP) == []


def test_what_validation_saw_is_shown_beside_it(journey: Journey) -> None:
    page = (journey.folder / "out" / "validation.html").read_text()

    assert "interactions" in page
    assert "Events by month" in page
    assert "<svg" in page
    assert "<script" not in page


def metrics_on(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-metric="([^"]+)">([^<]+)<', page))


def metrics_of(summary: dict[str, Any]) -> dict[str, str]:
    return {
        f"{solution['name']}/{metric}": f"{value:.4f}"
        for solution in summary["solutions"]
        for metric, value in solution["metrics"].items()
    }


def test_a_second_drop_updates_the_same_campaigns(journey: Journey) -> None:
    before = journey.campaigns()

    journey.run()

    after = journey.campaigns()
    assert {name: arn for name, (arn, _) in after.items()} == {
        name: arn for name, (arn, _) in before.items()
    }
    versions = {s["name"]: s["solutionVersionArn"] for s in journey.summary["solutions"]}
    assert all(versions[name] not in before[f"journey-{name}"] for name in versions)
    assert all(solution["answers"] for solution in journey.summary["solutions"])


def column_missing(folder: Path) -> None:
    file = folder / "interactions.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line.partition(",")[2] for line in lines) + "\n")


def too_few_rows(folder: Path) -> None:
    file = folder / "interactions.csv"
    file.write_text("\n".join(file.read_text().splitlines()[:500]) + "\n")


def empty_file(folder: Path) -> None:
    (folder / "interactions.csv").write_text("")


@pytest.mark.parametrize(
    ("broken", "said"),
    [(column_missing, "USER_ID"), (too_few_rows, "499"), (empty_file, "empty")],
)
def test_a_broken_drop_creates_nothing_and_what_served_serves_on(
    journey: Journey, tmp_path: Path, broken: Any, said: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(journey.data, data)
    broken(data)
    before = inventory(journey.clients, "journey"), journey.campaigns()
    [(campaign, _), *_] = journey.campaigns().values()

    with pytest.raises(RunError) as refused:
        journey.run(data)

    assert "interactions" in str(refused.value)
    assert said in str(refused.value)
    assert (inventory(journey.clients, "journey"), journey.campaigns()) == before
    assert len(journey.recommends(campaign)) > 0


def test_destroy_leaves_nothing(journey: Journey) -> None:
    printed = journey.destroy()

    assert "Nothing of journey is left." in printed
    assert inventory(journey.clients, "journey") == []
    assert journey.clients.personalize.list_dataset_groups()["datasetGroups"] == []


def test_deploying_again_works_and_so_does_the_journey_for_an_account(
    journey: Journey, tmp_path: Path
) -> None:
    said: list[str] = []
    answers = Answers(tmp_path / "answers.jsonl")
    pipeline = read_pipeline(journey.pipeline)
    cloud = OnTheLaptop(journey.clients, journey.pipeline, journey.destroy)
    aws = AwsJourney(pipeline, cloud, answers, lambda: journey.data, poll_seconds=0.5)

    aws.go(said.append)

    assert said == [step.words for step in (*aws.steps(), *aws.last_steps())]
    assert inventory(journey.clients, "journey") == []
    kept = read(answers.file)
    assert {"GetRecommendations", "ListExecutions"} <= {one["operation"] for one in kept}
    assert {one["error"] for one in kept} == {None}
    assert differences(kept, kept) == []
