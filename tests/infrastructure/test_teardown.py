"""The teardown in the template: it comes first, waits quietly, answers in time and always ends."""

import json
import re
from typing import Any

from tests.infrastructure.asl import all_states
from tests.infrastructure.conftest import Synthesized, flat

TEARDOWN = "movielens-teardown"


def custom_resource(stack: Synthesized) -> dict[str, Any]:
    [resource] = stack.of_type("Custom::Teardown").values()
    return resource


def states(stack: Synthesized) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = stack.definition(TEARDOWN)["States"]
    return found


def followers(state: dict[str, Any]) -> set[str]:
    """Return every state that a state may lead to."""
    choices = [choice["Next"] for choice in state.get("Choices", [])]
    catches = [catch["Next"] for catch in state.get("Catch", [])]
    return {*choices, *catches, *(state[key] for key in ("Next", "Default") if key in state)}


def test_the_custom_resource_is_deleted_before_everything_else(stack: Synthesized) -> None:
    [own] = stack.of_type("Custom::Teardown")
    others = set(stack.template["Resources"]) - {own}

    needs = set(custom_resource(stack)["DependsOn"])
    token = custom_resource(stack)["Properties"]["ServiceToken"]["Fn::GetAtt"][0]
    assert others - needs - {token} == set()


def test_nothing_depends_on_the_custom_resource(stack: Synthesized) -> None:
    [own] = stack.of_type("Custom::Teardown")

    for name, resource in stack.template["Resources"].items():
        assert name == own or f'"{own}"' not in json.dumps(resource)


def test_cloudformation_waits_as_long_as_it_can(stack: Synthesized) -> None:
    assert custom_resource(stack)["Properties"]["ServiceTimeout"] == "3600"


def test_a_teardown_that_needs_longer_says_so_before_cloudformation_gives_up(
    movielens: Synthesized,
) -> None:
    machine = states(movielens)
    late = [c for c in machine["Is the step done?"]["Choices"] if "$awaited" in c["Condition"]]
    assert [choice["Next"] for choice in late] == ["Tell the stack that it goes on"]

    seconds = int(late[0]["Condition"].split(">")[1].strip(" %}")) / 1000
    longest_wait = 300  # the cap of the pipeline's polling
    assert (
        seconds + longest_wait + machine["Tell the stack that it goes on"]["TimeoutSeconds"] < 3600
    )
    assert machine["Tell the stack that it goes on"]["Next"] == "Wait before the next look"


def test_every_state_is_reached_and_every_path_comes_to_an_end(movielens: Synthesized) -> None:
    definition = movielens.definition(TEARDOWN)
    machine = definition["States"]
    reached, front = set(), {definition["StartAt"]}
    while front:
        name = front.pop()
        reached.add(name)
        front |= followers(machine[name]) - reached
    ends = {name for name in machine if not followers(machine[name])}

    assert reached == set(machine)
    assert ends == {"Torn down", "Something is left"}


def test_runs_end_before_anything_goes_and_personalize_before_the_data(
    movielens: Synthesized,
) -> None:
    given = states(movielens)["Read the request"]["Assign"]["steps"]
    whole, by_hand = (part.strip(" %}") for part in given.split("?")[1].split(":"))

    assert whole == ("['quiet', 'notebook', 'personalize', 'bucket', 'logs', 'personalize']")
    # By hand the stack stays, and with it the notebook, from where it may have been started.
    assert by_hand == "['quiet', 'personalize', 'bucket', 'personalize']"


def test_a_failed_step_is_reported_and_answered_and_never_ends_the_execution_unheard(
    movielens: Synthesized,
) -> None:
    machine = states(movielens)
    tasks = {name: state for name, state in machine.items() if state["Type"] == "Task"}

    for name, task in tasks.items():
        assert task["Retry"], name
        assert [c["ErrorEquals"] for c in task["Catch"]] == [["States.ALL"]], name
    steps = [n for n, t in tasks.items() if t["Next"] == "Is the step done?"]
    assert len(steps) == 5
    assert {tasks[name]["Catch"][0]["Next"] for name in steps} == {"Report"}
    assert followers(tasks["Report"]) == {"Is the stack waiting?"}


def test_a_dry_run_and_an_empty_step_go_on_without_a_wait(movielens: Synthesized) -> None:
    first = states(movielens)["Is the step done?"]["Choices"][0]

    assert first["Next"] == "Go on to the next step"
    assert first["Condition"].startswith("{% $dryRun or ($remaining = 0")


def test_the_teardown_knows_the_pipelines_names_and_no_others(movielens: Synthesized) -> None:
    scope = states(movielens)["Read the request"]["Assign"]["scope"]

    assert (scope["pipeline"], scope["datasetGroup"]) == ("movielens", "movielens")
    assert set(scope["names"]["schema"]) >= {"movielens-interactions", "movielens-items"}
    assert scope["buckets"] == [f"<{next(iter(movielens.of_type('AWS::S3::Bucket')))}>"]
    assert scope["notebook"] == "movielens-notebook"


def test_every_state_machine_is_stopped_and_every_rule_that_starts_one_is_quieted(
    stack: Synthesized,
) -> None:
    [name] = [
        machine["Properties"]["StateMachineName"]
        for machine in stack.of_type("AWS::StepFunctions::StateMachine").values()
        if machine["Properties"]["StateMachineName"].endswith("-teardown")
    ]
    scope = stack.definition(name)["States"]["Read the request"]["Assign"]["scope"]
    machines = {
        f"<{logical}.Arn>"
        for logical, machine in stack.of_type("AWS::StepFunctions::StateMachine").items()
        if machine["Properties"]["StateMachineName"] != name
    }
    starting = {
        logical
        for logical, rule in stack.of_type("AWS::Events::Rule").items()
        if {flat(target["Arn"]) for target in rule["Properties"]["Targets"]} & machines
    }

    assert set(scope["stateMachines"]) == machines
    assert set(scope["rules"]) >= {f"<{logical}>" for logical in starting}
    assert len(scope["schedules"]) == len(stack.of_type("AWS::Scheduler::Schedule"))


def test_all_that_a_run_remembers_of_data_is_forgotten_with_them(movielens: Synthesized) -> None:
    memory = states(movielens)["Read the request"]["Assign"]["scope"]["memory"]
    remembered: dict[str, set[str]] = {"data": set(), "turn": set()}
    for _, state in all_states(movielens.definition("movielens")):
        given = state.get("Arguments", {})
        key = given.get("Key", {}).get("pk", {}).get("S")
        if key in remembered and "UpdateExpression" in given:
            remembered[key] |= set(re.findall(r"(\w+) = :", given["UpdateExpression"]))

    # Who has the turn, and since which event, speaks of no data.
    remembered["turn"] -= {"holder", "newest"}
    assert {key: set(names) for key, names in memory["attributes"].items()} == remembered
    assert memory["table"] == f"<{next(iter(movielens.of_type('AWS::DynamoDB::Table')))}>"


def test_the_teardowns_arn_is_an_output(stack: Synthesized) -> None:
    arn = flat(stack.template["Outputs"]["TeardownStateMachineArn"]["Value"])

    assert arn.startswith("<TeardownMachine")
