"""Tell a decision: a notification, an event and a metric, by one handler, from any stage."""

from dataclasses import dataclass
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns

from lambdas.shared.metric_names import MetricName
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, catch, expression, retries


@dataclass(frozen=True, kw_only=True)
class Telling:
    """The handler that tells decisions, and the topic that people subscribe to."""

    function: lambda_.Function
    topic: sns.Topic

    def tell(self, decision: str, *, then: str) -> State:
        """Return a state that tells a decision; whether or not it is heard, ``then`` follows.

        Args:
            decision: JSONata of the decision.
            then: The next state.
        """
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": self._arguments(expression(decision)),
            "TimeoutSeconds": 60,
            "Retry": retries(),
            # Without an Assign: what failed before keeps its words.
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": then}],
            "Output": expression("$states.input"),
            "Next": then,
        }

    def ask(
        self,
        decision: dict[str, Any],
        *,
        hours: int,
        answer: str,
        then: str,
        silent: str,
        unheard: str,
    ) -> State:
        """Return a state that tells a decision and waits until a person answers.

        Args:
            decision: The decision; the task's token goes with it.
            hours: How long to wait.
            answer: The variable that the answer goes to.
            then: Where an answer leads.
            silent: Where a silence leads.
            unheard: Where it leads that nobody could be asked; ``failure`` then says why.
        """
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": self._arguments(decision),
            "TimeoutSeconds": hours * 3600,
            "Catch": [
                {"ErrorEquals": ["States.Timeout"], "Next": silent},
                *catch(unheard, step="the question"),
            ],
            "Assign": {answer: expression("$states.result")},
            "Output": expression("$states.input"),
            "Next": then,
        }

    def _arguments(self, decision: object) -> State:
        payload = {
            "decision": decision,
            "executionArn": expression("$execution"),
            "dropId": expression("$dropId"),
            "topicArn": self.topic.topic_arn,
        }
        return {"FunctionName": self.function.function_arn, "Payload": payload}


def accepting(telling: Telling, *, then: str) -> Stage:
    """Return the state that tells of a drop that is sound."""
    entry = "Tell that the drop is good"
    decision = (
        f"{{'kind': '{MetricName.DROP_ACCEPTED.value}', 'subject': $dropId, 'reason': "
        "$join($validation.objects.(dataset & ' has ' & $string(rows) & ' rows'), ', ') & '.'}"
    )
    states = {entry: telling.tell(decision, then=then)}
    return Stage(entry=entry, states=states, functions=(telling.function,))


def hold(reason: str, *, then: str) -> State:
    """Return a state that assigns the decision to hold a version; ``reason`` is JSONata."""
    decision = {
        "kind": MetricName.VERSION_HELD.value,
        "subject": expression("$plan.name"),
        "reason": expression(f"'Held because ' & {reason} & '.'"),
    }
    return {"Type": "Pass", "Assign": {"decision": decision}, "Next": then}


def failure_in_words() -> str:
    """Return JSONata of ``failure`` as a clause; a handler's error arrives wrapped in JSON."""
    cause = "$failure.cause"
    inner = f"$substring($trim($substringAfter({cause}, '\"errorMessage\":')), 1)"
    for separator in (",", ", "):
        inner = f"$substringBefore({inner}, '\"{separator}\"errorType')"
    words = f"($contains({cause}, '\"errorMessage\":') ? {inner} : {cause})"
    return f"$failure.step & ' failed: ' & {words}"


def telling(parts: Parts, *, topic: sns.Topic) -> Telling:
    """Return the one teller of the pipeline's decisions."""
    stack = Stack.of(topic)
    bus = f"arn:{stack.partition}:events:{stack.region}:{stack.account}:event-bus/default"
    function = parts.functions.make(
        "observe",
        description="Tells each decision: a notification, an event, a metric",
        grants=[
            iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
            iam.PolicyStatement(actions=["events:PutEvents"], resources=[bus]),
        ],
    )
    return Telling(function=function, topic=topic)
