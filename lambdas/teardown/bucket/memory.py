"""Forget the data that were in the bucket: a run after a teardown by hand must not seek them."""

from lambdas.shared.clients import Client
from lambdas.shared.teardown_settings import Memory


def forget(memory: Memory, dynamodb: Client) -> None:
    """Take the attributes that speak of data from their items; the table may be gone.

    Whose turn it is stays: a run that has begun meanwhile still keeps others from running.
    """
    for key, attributes in memory.attributes.items():
        names = {f"#{name}": name for name in attributes}
        try:
            dynamodb.update_item(
                TableName=memory.table,
                Key={"pk": {"S": key}},
                UpdateExpression=f"REMOVE {', '.join(names)}",
                ExpressionAttributeNames=names,
            )
        except dynamodb.exceptions.ResourceNotFoundException:
            return
