"""What the stages are built from: the pipeline, its names, its bucket, and the makers."""

from dataclasses import dataclass, field
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambdas.shared.settings.pipeline import Pipeline
from stacks.functions import Functions
from stacks.names import Names
from stacks.personalize_role import PersonalizeRole
from stacks.storage import DataBucket
from stacks.turns import Turns


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The constructs that stages work with."""

    pipeline: Pipeline
    names: Names
    data: DataBucket
    role: PersonalizeRole
    functions: Functions
    turns: Turns


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of the machine.

    Attributes:
        entry: Its first state.
        states: Its states by name.
        functions: The handlers that its states call.
        grants: What the state machine itself may do for them.
    """

    entry: str
    states: dict[str, dict[str, Any]]
    functions: tuple[lambda_.Function, ...] = ()
    grants: tuple[iam.PolicyStatement, ...] = field(default=())
