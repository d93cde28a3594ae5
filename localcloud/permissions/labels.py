"""Names that people know: `FunctionsTrainRole`, whatever the role was called when deployed."""

import re

from localcloud.permissions.template import Deployed

# CDK ends a logical id in eight characters of a hash.
_HASH = re.compile(r"[0-9A-F]{8}$")


def label(logical: str) -> str:
    """A logical id without its hash."""
    return _HASH.sub("", logical)


def role_labels(*stacks: Deployed) -> dict[str, str]:
    """Each role's ARN → its label."""
    return {
        stack.arn(logical): label(logical)
        for stack in stacks
        for logical in stack.of_type("AWS::IAM::Role")
    }
