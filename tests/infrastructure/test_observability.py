"""The dashboard and the alarms: they read what the handlers emit, in the order of the flow."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.shared.decision import KINDS
from lambdas.shared.metric_names import NAMESPACE, OFFLINE_METRICS, MetricName
from tests.infrastructure.conftest import Synthesized, flat

NDCG = "normalized_discounted_cumulative_gain_at_10"
LAMBDAS = Path(__file__).resolve().parents[2] / "lambdas"


def emitted() -> set[str]:
    """Read out of the handlers' sources which metrics they emit.

    ``emit(MetricName.X)`` emits X; ``emit(decision.kind)`` whatever decision is told, so every
    ``MetricName.X`` that a handler or the state machine makes a decision of counts as well; the
    gate emits the service's own metrics under their own names.
    """
    names: set[str] = set()
    for file in LAMBDAS.rglob("*.py"):
        if file.parent.name in {"shared", "observe"} and file.name != "announce.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "MetricName":
                names.add(MetricName[node.attr].value)
    return names | set(OFFLINE_METRICS)


def decided(stack: Synthesized) -> set[str]:
    """Read out of the state machines which decisions they tell by themselves."""
    machines = stack.of_type("AWS::StepFunctions::StateMachine").values()
    text = " ".join(flat(machine["Properties"]["DefinitionString"]) for machine in machines)
    return {kind.value for kind in KINDS if f'"{kind}"' in text or f"'{kind}'" in text}


def dashboard(stack: Synthesized) -> list[dict[str, Any]]:
    [resource] = stack.of_type("AWS::CloudWatch::Dashboard").values()
    widgets: list[dict[str, Any]] = json.loads(flat(resource["Properties"]["DashboardBody"]))[
        "widgets"
    ]
    return widgets


def shown(stack: Synthesized) -> Iterator[str]:
    for widget in dashboard(stack):
        for metric in widget["properties"].get("metrics", ()):
            if metric[0] == NAMESPACE:
                yield metric[1]


def alarms(stack: Synthesized) -> dict[str, dict[str, Any]]:
    found = stack.of_type("AWS::CloudWatch::Alarm").values()
    return {alarm["Properties"]["AlarmName"]: alarm["Properties"] for alarm in found}


def test_every_metric_that_is_read_is_emitted_by_a_handler(stack: Synthesized) -> None:
    watched = {a["MetricName"] for a in alarms(stack).values() if a["Namespace"] == NAMESPACE}
    read = set(shown(stack)) | watched

    assert len(read) > 15
    assert read <= emitted() | decided(stack)


def test_the_dashboard_reads_in_the_order_of_the_flow(movielens: Synthesized) -> None:
    titles = [widget["properties"].get("title", "") for widget in dashboard(movielens)]
    order = ("Drops", "Runs", "Decisions", NDCG, "Campaign utilization", "A run's cost", "Alarms")
    positions = [next(i for i, t in enumerate(titles) if t.startswith(word)) for word in order]

    assert positions == sorted(positions)


def test_every_solution_has_its_offline_metrics_over_time(movielens: Synthesized) -> None:
    [widget] = [
        w for w in dashboard(movielens) if w["properties"].get("title", "").startswith(NDCG)
    ]
    solutions = {metric[3] for metric in widget["properties"]["metrics"]}

    assert solutions == {
        "user-personalization",
        "similar-items",
        "personalized-ranking",
        "popularity",
    }


@pytest.mark.parametrize("topic", ["run-failed", "run-timed-out", "budget-refused"])
def test_what_goes_wrong_with_a_run_raises_an_alarm(movielens: Synthesized, topic: str) -> None:
    assert f"movielens-{topic}" in alarms(movielens)


def test_each_campaign_has_an_alarm_for_being_idle_and_one_for_being_busy(
    movielens: Synthesized,
) -> None:
    names = alarms(movielens)

    for solution in ("user-personalization", "similar-items", "personalized-ranking", "popularity"):
        assert names[f"movielens-idle-{solution}"]["MetricName"] == MetricName.CAMPAIGN_IDLE
        busy = names[f"movielens-busy-{solution}"]
        assert busy["Namespace"] == "AWS/Personalize"
        assert busy["Statistic"] == "Sum"
        assert busy["Threshold"] == 0.9 * 300
        assert busy["EvaluationPeriods"] * busy["Period"] == 15 * 60


def test_a_ranking_campaign_is_measured_by_its_own_operation(movielens: Synthesized) -> None:
    busy = alarms(movielens)["movielens-busy-personalized-ranking"]

    assert busy["MetricName"] == "GetPersonalizedRanking"


def test_a_pending_job_is_no_alarm(stack: Synthesized) -> None:
    for alarm in alarms(stack).values():
        assert alarm["TreatMissingData"] == "notBreaching"


def test_every_alarm_tells_the_topic_and_the_topic_lets_alarms_in(stack: Synthesized) -> None:
    [topic] = stack.of_type("AWS::SNS::Topic")
    [policy] = stack.of_type("AWS::SNS::TopicPolicy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    allowed = [s for s in statements if s["Effect"] == "Allow"]

    assert all(a["AlarmActions"] == [{"Ref": topic}] for a in alarms(stack).values())
    assert [s["Principal"]["Service"] for s in allowed] == ["cloudwatch.amazonaws.com"]
    assert all("aws:SourceAccount" in s["Condition"]["StringEquals"] for s in allowed)


def test_every_function_and_machine_is_traced(stack: Synthesized) -> None:
    for function in stack.of_type("AWS::Lambda::Function").values():
        assert function["Properties"]["TracingConfig"] == {"Mode": "Active"}
    for machine in stack.of_type("AWS::StepFunctions::StateMachine").values():
        assert machine["Properties"]["TracingConfiguration"] == {"Enabled": True}
