"""What people and CloudFormation are told."""

import json

from hypothesis import given
from hypothesis import strategies as st

from lambdas.teardown.answer.rules import continues, verdict
from lambdas.teardown.cloudformation import REASON_BYTES, Status, shortened
from lambdas.teardown.progress import Entry
from lambdas.teardown.report.rules import Failure, Told, report_of
from lambdas.teardown.report.step import take

entries = st.lists(
    st.builds(
        Entry,
        kind=st.sampled_from(["campaign", "object version"]),
        name=st.sampled_from(["a", "b"]),
        arn=st.sampled_from(["", "arn:a"]),
        count=st.integers(0, 1000),
    ),
    max_size=6,
).map(tuple)
WAITING = Entry(kind="dataset", name="shop-items", arn="arn:d", reason="import job x is PENDING")


def test_a_clean_teardown_is_a_success() -> None:
    report = report_of(Told(pipeline="shop", deleted=(Entry(kind="campaign", name="a"),)))

    assert report.clean
    assert verdict(report)[0] == Status.SUCCESS
    assert "campaign a" in "\n".join(report.lines)


def test_what_is_kept_because_it_is_not_ours_does_not_fail_the_stack() -> None:
    kept = Entry(kind="campaign", name="theirs", reason="another pipeline's")
    report = report_of(Told(pipeline="shop", kept=(kept,)))

    assert report.clean
    assert "theirs: another pipeline's" in "\n".join(report.lines)


def test_what_is_left_fails_the_stack_by_name_and_reason() -> None:
    report = report_of(Told(pipeline="shop", pending=(WAITING,)))

    status, reason = verdict(report)
    assert (report.clean, status) == (False, Status.FAILED)
    assert "dataset shop-items: import job x is PENDING" in reason


def test_a_step_that_failed_is_named_with_its_message_and_without_its_stack_trace() -> None:
    cause = json.dumps({"errorMessage": "no permission", "stackTrace": ["line 1"]})
    failure = Failure(step="Empty the data bucket", error="AccessRefusedError", cause=cause)

    status, reason = verdict(report_of(Told(pipeline="shop", failure=failure)))

    assert status == Status.FAILED
    assert "'Empty the data bucket': AccessRefusedError: no permission" in reason
    assert "line 1" not in reason


def test_a_failure_whose_cause_is_no_json_is_told_as_it_is() -> None:
    failure = Failure(step="x", error="States.Timeout", cause="took too long")

    assert "took too long" in report_of(Told(pipeline="shop", failure=failure)).summary


def test_objects_of_many_steps_are_one_line_and_a_resource_seen_twice_is_one() -> None:
    page = Entry(kind="object version", name="shop-data", count=1000)
    campaign = Entry(kind="campaign", name="a", arn="arn:a")
    told = Told(pipeline="shop", deleted=(page, page, campaign, campaign))

    report = report_of(told)

    assert [(entry.kind, entry.count) for entry in report.deleted] == [
        ("object version", 2000),
        ("campaign", 1),
    ]
    assert "2,001 gone" in report.summary


def test_a_dry_run_ends_well_with_whatever_it_found_unless_it_failed() -> None:
    failure = Failure(step="x", error="AccessRefusedError", cause="no")

    assert report_of(Told(pipeline="shop", dry_run=True, left=(WAITING,))).ended_well
    assert not report_of(Told(pipeline="shop", dry_run=True, failure=failure)).ended_well
    assert not report_of(Told(pipeline="shop", left=(WAITING,))).ended_well


def test_a_dry_run_says_of_everything_that_it_would() -> None:
    told = Told(pipeline="shop", dry_run=True, deleted=(WAITING,), left=(WAITING,), kept=(WAITING,))
    text = report_of(told).lines

    assert text[0] == "Dry run of the teardown of the pipeline shop: 1 would go, 0 would be left."
    assert [line for line in text[1:] if not line.startswith(" ")] == [
        *("would be deleted (1)", "would be left (1)", "would be kept (1)")
    ]


@given(deleted=entries, left=entries, kept=entries)
def test_a_report_is_clean_exactly_when_nothing_is_left(
    deleted: tuple[Entry, ...], left: tuple[Entry, ...], kept: tuple[Entry, ...]
) -> None:
    report = report_of(Told(pipeline="shop", deleted=deleted, left=left, kept=kept))

    assert report.clean == (not left)
    assert {(e.kind, e.name, e.arn) for e in report.left} == {(e.kind, e.name, e.arn) for e in left}


def test_a_report_of_thousands_fits_a_state_machines_output() -> None:
    many = tuple(Entry(kind="filter", name=f"shop-{n}", arn=f"arn:{n}" * 10) for n in range(5000))
    told = Told(pipeline="shop", deleted=many, left=many).model_dump(by_alias=True, mode="json")

    report = take(told)

    assert len(json.dumps(report)) < 256 * 1024
    assert "5,000 gone, 5,000 left" in report["summary"]
    assert "and 4,700 more" in "\n".join(report["lines"])


def test_a_teardown_that_needs_longer_says_what_for_and_what_to_do() -> None:
    status, reason = continues("arn:execution", "datasets", [WAITING])

    assert status == Status.FAILED
    for part in ("continues", "datasets", "import job x is PENDING", "arn:execution", "again"):
        assert part in reason


@given(st.text(max_size=5000))
def test_a_reason_fits_into_cloudformations_answer(reason: str) -> None:
    short = shortened(reason)

    assert len(json.dumps(short, ensure_ascii=False).encode(errors="replace")) <= REASON_BYTES
    assert reason.startswith(short.removesuffix("…"))
    assert short.endswith("…") or short == reason
