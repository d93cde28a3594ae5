"""Words for states that read and write single items of the pipeline's table, without a Lambda."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_iam as iam

from stacks.turns import Turns
from stacks.workflow.states import State, catch, expression

_TIMES_OUT = 30
_PASSING = (
    *("DynamoDB.InternalServerError", "DynamoDB.ProvisionedThroughputExceededException"),
    *("DynamoDB.RequestLimitExceeded", "DynamoDB.ThrottlingException"),
    *("DynamoDB.SdkClientException", "DynamoDB.TransactionConflictException", "States.Timeout"),
)
CONDITION = "DynamoDB.ConditionalCheckFailedException"


def text(jsonata: str) -> dict[str, str]:
    """Return an attribute value: the string that ``jsonata`` evaluates to."""
    return {"S": expression(jsonata)}


def item(
    action: str,
    turns: Turns,
    arguments: Mapping[str, Any],
    *,
    then: str,
    failed: str,
    step: str,
    otherwise: str | None = None,
    assign: Mapping[str, Any] | None = None,
) -> State:
    """Return a task on one item.

    Args:
        action: ``getItem``, ``putItem`` or ``updateItem``.
        turns: The table.
        arguments: The request without the table's name.
        then: The next state.
        failed: Where an error leads that is not worth another try.
        step: What the step is called in a message.
        otherwise: Where a condition leads that does not hold.
        assign: Variables and their expressions over ``$states.result``.
    """
    task: State = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::dynamodb:{action}",
        "Arguments": {"TableName": turns.table.table_name, **arguments},
        "TimeoutSeconds": _TIMES_OUT,
        "Retry": [
            {
                "ErrorEquals": list(_PASSING),
                "IntervalSeconds": 1,
                "MaxAttempts": 8,
                "BackoffRate": 2.0,
                "MaxDelaySeconds": 60,
                "JitterStrategy": "FULL",
            }
        ],
        "Catch": [
            *([{"ErrorEquals": [CONDITION], "Next": otherwise}] if otherwise else []),
            *catch(failed, step=step),
        ],
        "Output": expression("$states.input"),
        "Next": then,
    }
    return task | ({"Assign": dict(assign)} if assign else {})


def table_grant(turns: Turns, *actions: str) -> iam.PolicyStatement:
    """Return what the state machine may do with the table."""
    return iam.PolicyStatement(
        actions=[f"dynamodb:{action}" for action in actions], resources=[turns.table.table_arn]
    )
