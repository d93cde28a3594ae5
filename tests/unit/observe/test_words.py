"""What a decision means, for somebody who was woken by it."""

import pytest

from lambdas.observe.words import SUBJECT_LENGTH, WORDS, execution_url, message, subject
from lambdas.shared.decision import KINDS, Decision
from lambdas.shared.metric_names import MetricName

EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:movies-pipeline:drop-7"


def decision(kind: MetricName, about: str = "movies-sims") -> Decision:
    return Decision.model_validate(
        {
            "kind": kind,
            "subject": about,
            "reason": "Because it is so.",
            "detail": {"taskToken": "TOKEN=="},
        }
    )


def test_every_decision_has_words() -> None:
    assert set(WORDS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_says_what_why_what_it_means_what_to_do_and_where(kind: MetricName) -> None:
    text = message("movies", decision(kind), EXECUTION)

    assert text.startswith("movies: ")
    for part in ("movies-sims", "Why: Because it is so.", "What it means: ", "What to do: "):
        assert part in text
    assert EXECUTION in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("about", ["movies-sims", "x" * 300, "a\nb", "Amélie 日本"])
def test_a_subject_has_the_form_that_sns_takes(kind: MetricName, about: str) -> None:
    text = subject("movies", decision(kind, about))

    assert 0 < len(text) <= SUBJECT_LENGTH
    assert text.isascii()
    assert text.isprintable()


def test_an_approval_brings_the_commands_that_answer_it() -> None:
    text = message("movies", decision(MetricName.APPROVAL_REQUESTED), EXECUTION)

    assert "--task-token 'TOKEN==' --task-output '{\"approved\": true}'" in text
    assert "TOKEN==" not in message("movies", decision(MetricName.VERSION_HELD), EXECUTION)


def test_the_link_leads_to_the_execution_in_its_region() -> None:
    assert execution_url(EXECUTION) == (
        "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1"
        f"#/v2/executions/details/{EXECUTION}"
    )
    assert execution_url("by hand") is None
