"""What a run leaves for the next: which data were imported last, and what was done to its end."""

from aws_cdk import aws_iam as iam

from lambdas.shared.settings.names import short_hash
from stacks.workflow.items import item, table_grant, text
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, call, choice, expression

_DATA, _TURN = {"pk": {"S": "data"}}, {"pk": {"S": "turn"}}
_READS, _WRITES = "GetItem", "UpdateItem"
# What the two items say of data, a drop that waits included: it goes when the data go.
SAYS_OF_DATA = {
    "data": ("objects", "dropId"),
    "turn": ("done", "newestDrop", "next", "nextBy"),
}


def recalling(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the states of a run without a drop: it works on what was imported last."""
    entry, decide, nothing = "Recall the data", "Is there any?", "There is none yet"
    found = "$exists($states.result.Item.objects) ? $states.result.Item.objects.S : '[]'"
    states: dict[str, State] = {
        entry: item(
            "getItem",
            parts.turns,
            {"Key": _DATA, "ConsistentRead": True},
            assign={
                "validation": expression(
                    f"{{'ok': true, 'message': 'imported before', 'objects': [$parse({found})]}}"
                ),
                "dropId": expression(
                    "$exists($states.result.Item.dropId) ? $states.result.Item.dropId.S : ''"
                ),
            },
            then=decide,
            failed=failed,
            step="the memory of the data",
        ),
        decide: choice(("$count($validation.objects) > 0", then), otherwise=nothing),
        nothing: {
            "Type": "Pass",
            "Assign": {
                "failure": {
                    "step": "the start",
                    "error": "NoData",
                    "cause": "no data was imported yet; a run without a drop needs an earlier drop",
                }
            },
            "Next": failed,
        },
    }
    return Stage(entry=entry, states=states, grants=(_grant(parts, _READS),))


def remembering_data(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the state that keeps which objects were imported."""
    entry = "Remember the data"
    states = {
        entry: item(
            "updateItem",
            parts.turns,
            {
                "Key": _DATA,
                "UpdateExpression": "SET objects = :objects, dropId = :drop",
                "ExpressionAttributeValues": {
                    ":objects": text("$string([$validation.objects])"),
                    ":drop": text("$dropId"),
                },
            },
            then=then,
            failed=failed,
            step="the memory of the data",
        )
    }
    return Stage(entry=entry, states=states, grants=(_grant(parts, _WRITES),))


def looking_for_news(parts: Parts, *, then: str, nothing: str) -> Stage:
    """Return the states that end a run whose data and whose pipeline are those of the last one."""
    entry, decide, stale = "What came?", "Is anything new?", "Nothing is new"
    there = "Is it still there?"
    # The same data are worth another run once the pipeline has changed.
    pipeline = short_hash(parts.pipeline.model_dump_json())
    versions = "$join($sort([$validation.objects.source]), ' ')"
    message = "'Nothing is new in ' & $dropId & ': it was imported and trained before.'"
    report = {"outcome": "succeeded", "error": "", "message": expression(message)}
    unchanged = "$turn.done = $fingerprint and $not($force)"
    states: dict[str, State] = {
        entry: {
            "Type": "Pass",
            "Assign": {"fingerprint": expression(f"$hash({versions} & '{pipeline}', 'SHA-256')")},
            "Next": decide if parts.pipeline.runs.skip_unchanged else then,
        }
    }
    if parts.pipeline.runs.skip_unchanged:
        # What was trained before may have been deleted since: then the same data are news.
        states[decide] = choice((unchanged, there), otherwise=then)
        states[there] = call(
            "personalize:describeDatasetGroup",
            {"DatasetGroupArn": parts.names.dataset_group},
            assign={},
            then=stale,
            failed=then,
            step="the dataset group",
        ) | {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": then}]}
        states[stale] = {"Type": "Pass", "Assign": {"report": report}, "Next": nothing}
    return Stage(entry=entry, states=states)


def remembering_the_run(parts: Parts, *, then: str) -> Stage:
    """Return the states that keep that a run came to its end; a broken one is worth repeating."""
    entry, keep = "Was all of it done?", "Remember the run"
    done = "$report.outcome = 'succeeded' and $fingerprint != '' and 'train' in $parts"
    states = {
        entry: choice((done, keep), otherwise=then),
        keep: item(
            "updateItem",
            parts.turns,
            {
                "Key": _TURN,
                "UpdateExpression": "SET done = :done",
                "ExpressionAttributeValues": {":done": text("$fingerprint")},
            },
            then=then,
            failed=then,
            step="the memory of the run",
        ),
    }
    return Stage(entry=entry, states=states, grants=(_grant(parts, _WRITES),))


def _grant(parts: Parts, action: str) -> iam.PolicyStatement:
    return table_grant(parts.turns, action)
