"""The run report's page: complete, escaped, and asking nothing of anybody."""

import re
from html.parser import HTMLParser

import pytest

from lambdas.report.model import RunReport
from lambdas.report.page import render
from tests.unit.report.example import NASTY, report

VOID = {"meta", "link", "br"}


class Outline(HTMLParser):
    """Collects tags, attributes and text; fails on a tag that is closed without being open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline(run: RunReport) -> Outline:
    parsed = Outline()
    parsed.feed(render(run))
    parsed.close()
    assert parsed.open == []
    return parsed


def test_every_part_of_a_run_is_on_the_page() -> None:
    text = " ".join(outline(report()).text)

    for part in (
        "One of two new versions serves",
        "Held because normalized_discounted_cumulative_gain_at_10 fell from 0.1000 to 0.0500",
        "The budget does not cover it.",
        "Toy Story (1995)",
        "train · movies-you · 18 s",
        "100,000",
        "$292.00",
        "0.34 USD estimated for this run",
    ):
        assert part in text


def test_text_taken_from_data_is_escaped() -> None:
    page = outline(report())

    assert NASTY in "".join(page.text)
    assert "script" not in {tag for tag, _ in page.tags}


def test_the_page_refers_to_nothing_outside_itself() -> None:
    page = render(report())
    parsed = outline(report())

    links = {attrs.get("href") for tag, attrs in parsed.tags if tag == "a"}
    assert links == {report().execution_url}
    assert not any({"src", "srcset", "data"} & attrs.keys() for _, attrs in parsed.tags)
    assert "url(" not in page
    assert "@import" not in page
    policy = next(a["content"] for t, a in parsed.tags if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_every_chart_is_there() -> None:
    classes = [attrs.get("class") for tag, attrs in outline(report()).tags if tag == "svg"]

    assert classes == ["gantt", "chart bars", "chart points", "chart lines", "chart lines"]


def test_the_metrics_are_those_of_the_run() -> None:
    page = render(report())
    shown = dict(re.findall(r'data-metric="([^"]+)">([^<]+)<', page))

    assert shown == {
        f"{solution.name}/{name}": f"{value:.4f}"
        for solution in report().solutions
        for name, value in solution.metrics.items()
    }


def test_means_over_users_say_how_far_they_can_be_trusted() -> None:
    page = render(report())
    margins = dict(re.findall(r'data-margin="([^"]+)"> ±&nbsp;([^<]+)<', page))

    # 94 held-out users: 1.96 * sqrt(0.19 * 0.81 / 94)
    assert margins["movies-you/normalized_discounted_cumulative_gain_at_10"] == "0.079"
    assert not [name for name in margins if name.endswith("/coverage")]
    assert "a tenth of 940 users" in page


def test_where_nobody_counted_users_no_margin_is_made_up() -> None:
    uncounted = report().model_copy(update={"datasets": ()})

    assert "data-margin" not in render(uncounted)


def test_the_timeline_is_to_scale() -> None:
    bars = [
        (float(str(attrs["x"]).rstrip("%")), float(str(attrs["width"]).rstrip("%")))
        for tag, attrs in outline(report()).tags
        if tag == "rect" and str(attrs.get("class", "")).startswith("bar color-")
    ]
    longest = report().stages[2]

    assert bars[2] == pytest.approx((9 / 31 * 100, longest.seconds / 31 * 100), abs=0.01)
    assert all(x + width <= 100.001 for x, width in bars)


def test_a_run_that_was_refused_has_a_page_too() -> None:
    full = report()
    refused = RunReport(
        pipeline=full.pipeline,
        drop_id=full.drop_id,
        outcome="refused",
        reason="interactions.csv is empty.",
        execution_arn=full.execution_arn,
        started_at=full.started_at,
        ended_at=full.started_at,
    )

    parsed = outline(refused)

    assert "interactions.csv is empty." in " ".join(parsed.text)
    assert "Nothing was trained." in parsed.text
    assert [tag for tag, _ in parsed.tags if tag == "svg"] == []


def test_where_the_runtime_explains_nothing_the_page_says_so() -> None:
    silent = report().model_copy(update={"explained": False})

    assert "does not say which past items" in " ".join(outline(silent).text)
    assert "does not say which past items" not in " ".join(outline(report()).text)


def test_a_report_survives_being_written_down() -> None:
    written = report().model_dump_json(by_alias=True)

    assert RunReport.model_validate_json(written) == report()
    assert render(RunReport.model_validate_json(written)) == render(report())
