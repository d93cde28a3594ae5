"""Small templates deployed through CloudFormation, and state machines run in them."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from localcloud.clients import Clients

Template = dict[str, Any]

TRUSTED_BY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


def role(*statements: dict[str, Any]) -> Template:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    properties: dict[str, Any] = {"AssumeRolePolicyDocument": TRUSTED_BY}
    if statements:
        properties["Policies"] = [{"PolicyName": "own", "PolicyDocument": policy}]
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def function(code: str, *, role_id: str = "Role", layers: list[Any] | None = None) -> Template:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": [role_id, "Arn"]},
            "Code": {"ZipFile": code},
            "Timeout": 20,
            **({"Layers": layers} if layers else {}),
        },
    }


def state_machine(definition: dict[str, Any], *, role_id: str = "Role", **names: str) -> Template:
    """`names` maps placeholders `${Name}` of the definition to logical ids of functions."""
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": {"Fn::GetAtt": [role_id, "Arn"]},
            "DefinitionString": json.dumps(definition),
            "DefinitionSubstitutions": {
                name: {"Fn::GetAtt": [logical_id, "Arn"]} for name, logical_id in names.items()
            },
        },
    }


@dataclass
class Deployer:
    """Deploys templates as stacks of its own and deletes them."""

    clients: Clients
    stacks: list[str] = field(default_factory=list)

    def deploy(self, resources: Template, outputs: dict[str, Any] | None = None) -> dict[str, str]:
        name = f"test-{uuid.uuid4().hex[:12]}"
        self.stacks.append(name)
        template = {
            "Resources": resources,
            "Outputs": {key: {"Value": value} for key, value in (outputs or {}).items()},
        }
        self.clients.cloudformation.create_stack(
            StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
        )
        stack = self._settled(name)
        assert stack["StackStatus"] == "CREATE_COMPLETE", self._reasons(name)
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def run(self, resources: Template, execution_input: Any = None) -> dict[str, Any]:
        """Deploy resources with a state machine named `Machine` and run it once."""
        outputs = self.deploy(resources, {"Arn": {"Ref": "Machine"}})
        return self.execute(outputs["Arn"], execution_input)

    def execute(self, machine: str, execution_input: Any = None) -> dict[str, Any]:
        states = self.clients.stepfunctions
        arn = states.start_execution(
            stateMachineArn=machine, input=json.dumps(execution_input or {})
        )["executionArn"]
        deadline = time.monotonic() + 30
        while (execution := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"{arn} still runs"
            time.sleep(0.05)
        return dict(execution)

    def delete_all(self) -> None:
        for name in self.stacks:
            self.clients.cloudformation.delete_stack(StackName=name)

    def _settled(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while True:
            [stack] = self.clients.cloudformation.describe_stacks(StackName=name)["Stacks"]
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                return dict(stack)
            assert time.monotonic() < deadline, f"{name} is still {stack['StackStatus']}"
            time.sleep(0.05)

    def _reasons(self, name: str) -> list[str]:
        events = self.clients.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        return [event.get("ResourceStatusReason", "") for event in events]
