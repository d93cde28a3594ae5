"""What a decision means, for somebody who was woken by it."""

from typing import NamedTuple

from lambdas.shared.decision import Decision, Kind
from lambdas.shared.metric_names import MetricName

# SNS: a subject is ASCII, has no line break and fewer than 100 characters.
SUBJECT_LENGTH = 99


class Words(NamedTuple):
    """A headline about ``{subject}``, what it means for what serves, and what to do."""

    headline: str
    meaning: str
    to_do: str


NOTHING = "Nothing."
WORDS: dict[Kind, Words] = {
    MetricName.DROP_ACCEPTED: Words(
        "drop {subject} is good", "Its run goes on; what serves is unchanged.", NOTHING
    ),
    MetricName.DROP_REFUSED: Words(
        "drop {subject} was refused",
        "Nothing was created or billed, and what served before serves on.",
        "Mend the files as the reason says and drop them again. It can wait until morning.",
    ),
    MetricName.BUDGET_GRANTED: Words(
        "the budget covers {subject}", "Its run goes on; what serves is unchanged.", NOTHING
    ),
    MetricName.BUDGET_REFUSED: Words(
        "the budget does not cover {subject}",
        "It was not started and billed nothing, and what served before serves on.",
        "Raise cost.budget in the pipeline file and drop again, or leave it. It can wait.",
    ),
    MetricName.VERSION_PROMOTED: Words(
        "{subject} serves a new version",
        "The campaign and its ARN are the same; its answers come from the new version.",
        "Nothing. If its answers are wrong, roll back: see docs/promotion.md.",
    ),
    MetricName.VERSION_HELD: Words(
        "{subject} keeps its old version",
        "The new version is not promoted; what served before serves on, unchanged.",
        "Look at the drop's data in the morning, or widen promotion.gate in the pipeline file.",
    ),
    MetricName.APPROVAL_REQUESTED: Words(
        "{subject} waits for your approval",
        "A new version passed the gate and the smoke test. The old one serves until you agree.",
        "Approve or decline with one of the commands below.",
    ),
    MetricName.VERSION_ROLLED_BACK: Words(
        "{subject} was rolled back",
        "The version before serves again, with the answers it gave before.",
        "Find out what was wrong with the version that was withdrawn; no run promotes it again.",
    ),
    MetricName.ROLLBACK_REFUSED: Words(
        "{subject} could not be rolled back",
        "Nothing changed: what served before serves on.",
        "Act on the reason, then roll back again.",
    ),
    MetricName.CAMPAIGN_DELETED: Words(
        "campaign {subject} was deleted",
        "It answers no more and bills no more; its solution and versions are kept.",
        "If it is missed: drop data again, and the next promoted version makes it anew.",
    ),
    MetricName.CAMPAIGN_LOWERED: Words(
        "campaign {subject} was made smaller",
        "It answers as before and bills less; above its new minimum it scales by itself.",
        NOTHING,
    ),
    MetricName.RUN_SUCCEEDED: Words(
        "the run of drop {subject} is done", "What was promoted serves.", NOTHING
    ),
    MetricName.RUN_FAILED: Words(
        "the run of drop {subject} failed",
        "What served before serves on.",
        "Read the reason; once it is mended, drop again: the run adopts what is already there.",
    ),
}


def subject(pipeline: str, decision: Decision) -> str:
    """Return the subject of a notification, in the form that SNS takes."""
    text = f"{pipeline}: {WORDS[decision.kind].headline.format(subject=decision.subject)}"
    plain = text.encode("ascii", "replace").decode().replace("\n", " ")
    return plain if len(plain) <= SUBJECT_LENGTH else f"{plain[: SUBJECT_LENGTH - 3]}..."


def message(pipeline: str, decision: Decision, execution_arn: str) -> str:
    """Return the notification's text: what, why, what it means, what to do, where to look."""
    words = WORDS[decision.kind]
    headline = words.headline.format(subject=decision.subject)
    lines = [
        f"{pipeline}: {headline}.",
        "",
        f"Why: {decision.reason}",
        f"What it means: {words.meaning}",
        f"What to do: {words.to_do}",
    ]
    if decision.kind == MetricName.APPROVAL_REQUESTED:
        lines += ["", *_commands(str(decision.detail["taskToken"]))]
    link = execution_url(execution_arn)
    return "\n".join([*lines, "", f"Execution: {link or execution_arn}"])


def execution_url(execution_arn: str) -> str | None:
    """Return the console's page of an execution; None if the ARN is not one of Step Functions."""
    parts = execution_arn.split(":")
    if parts[:1] != ["arn"] or "states" not in parts or len(parts) < 8:  # noqa: PLR2004 ARN parts
        return None
    region = parts[3]
    host = f"https://{region}.console.aws.amazon.com"
    return f"{host}/states/home?region={region}#/v2/executions/details/{execution_arn}"


def _commands(token: str) -> list[str]:
    command = f"aws stepfunctions send-task-success --task-token '{token}' --task-output"
    return [
        f"""To approve: {command} '{{"approved": true}}'""",
        f"""To decline: {command} '{{"approved": false, "reason": "..."}}'""",
    ]
