"""What the notebook works with."""

from collections.abc import Mapping
from dataclasses import dataclass

from lambdas.shared.settings.pipeline import Pipeline
from stacks.names import Names
from stacks.personalize_role import PersonalizeRole
from stacks.state_machine import StateMachine
from stacks.storage import DataBucket

# What the names of everything begin with that the notebooks make, after the pipeline's.
PREFIX = "workshop-"
# The schemas among it. They belong to no dataset group and take no tags, so that only whole names
# tell the teardown whose they are.
SCHEMAS = ("interactions", "items", "users", "context")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The parts of the stack that the notebooks read, fill or start.

    Attributes:
        pipeline: The pipeline.
        names: Its ARNs in Personalize.
        data: The bucket of drops, reports and the workshop's own files.
        role: The role that the notebooks hand to Personalize.
        rollback: The state machine that puts an earlier version back.
        outputs: The stack's outputs: all that a notebook knows of the account.
    """

    pipeline: Pipeline
    names: Names
    data: DataBucket
    role: PersonalizeRole
    rollback: StateMachine
    outputs: Mapping[str, str]
