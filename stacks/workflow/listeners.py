"""What listens to the application: the event tracker, and the attribution of what comes of it."""

from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_iam as iam

from stacks.storage import BATCH
from stacks.workflow.anew import making_anew
from stacks.workflow.polling import SINCE, Awaited, until_active
from stacks.workflow.stage import Parts
from stacks.workflow.states import States, expression, invoke


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A kind of listener.

    Attributes:
        member: The API's word in upper camel case.
        word: The word in ARNs, which end in an identifier of the service or in the name.
        label: What it is called.
        updates: Operations beside Create, List and Describe.
    """

    member: str
    word: str
    label: str
    updates: tuple[str, ...] = ()

    @property
    def entry(self) -> str:
        """Return its first state."""
        return f"Ensure {self.label}"


TRACKER = Listener(
    member="EventTracker",
    word="event-tracker",
    label="the event tracker",
    updates=("TagResource", "ListTagsForResource"),
)
ATTRIBUTION = Listener(
    member="MetricAttribution",
    word="metric-attribution",
    label="the metric attribution",
    updates=("UpdateMetricAttribution",),
)


def listeners(parts: Parts, function_arn: str, *, then: str, failed: str) -> tuple[str, States]:
    """Return the entry and the states that ensure the pipeline's listeners, one after the other."""
    entry, states = then, States()
    for listener in reversed(_of(parts)):
        awaited = Awaited(label=listener.label, member=listener.member, arn="$arn")
        states |= {
            listener.entry: invoke(
                function_arn,
                _payload(parts, listener),
                assign={"arn": expression("$states.result.Payload.arn"), **SINCE},
                then=awaited.entry,
                failed=failed,
                step=listener.label,
            ),
            **until_active(
                awaited, polling=parts.pipeline.operation.polling, then=entry, failed=failed
            ),
        }
        entry = listener.entry
    return entry, states


def _of(parts: Parts) -> list[Listener]:
    pipeline = parts.pipeline
    return [
        *([TRACKER] if pipeline.event_tracker else []),
        *([ATTRIBUTION] if pipeline.metric_attribution else []),
    ]


def _payload(parts: Parts, listener: Listener) -> dict[str, Any]:
    group = {"datasetGroupArn": parts.names.dataset_group}
    pipeline = parts.pipeline
    if listener is TRACKER:
        name = pipeline.event_tracker_name
        return {"step": "eventTracker", "name": name, "tags": parts.names.tags, **group}
    attribution = pipeline.metric_attribution
    assert attribution is not None  # noqa: S101 - a listener is made of what is there
    output: dict[str, Any] = {"roleArn": parts.role.role.role_arn}
    if attribution.publish_to_s3:
        path = f"s3://{parts.data.bucket.bucket_name}/{BATCH}/metrics/"
        output["s3DataDestination"] = {"path": path}
    return {
        "step": "metricAttribution",
        "name": pipeline.metric_attribution_name,
        "metrics": [metric.model_dump(by_alias=True) for metric in attribution.metrics],
        "output": output,
        **group,
    }


def listening(parts: Parts) -> list[iam.PolicyStatement]:
    """Return what the handler may do with the pipeline's listeners."""
    statements = []
    for listener in _of(parts):
        actions = (f"Create{listener.member}", *listener.updates)
        resources = [parts.names.dataset_group, parts.names.arn(listener.word, "*")]
        lists = [f"personalize:List{listener.member}s"]
        if listener is ATTRIBUTION:
            lists.append("personalize:ListMetricAttributionMetrics")
        statements += [_allow([f"personalize:{action}" for action in actions], resources)]
        statements += [_allow(lists, ["*"])]
        if listener is TRACKER:
            trackers = [parts.names.arn(listener.word, "*")]
            statements += [making_anew(parts, listener.member, resources=trackers)]
    return statements


def watching(parts: Parts) -> list[iam.PolicyStatement]:
    """Return what the state machine itself looks at while it waits for them."""
    return [
        _allow([f"personalize:Describe{one.member}"], [parts.names.arn(one.word, "*")])
        for one in _of(parts)
    ]


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)
