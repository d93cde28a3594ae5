"""What the machine may do with its own executions: start the next one, look at another."""

from aws_cdk import aws_iam as iam

from stacks.workflow.stage import Parts


def start_grant(parts: Parts) -> iam.PolicyStatement:
    """Return the permission to start a run that waited."""
    machine = parts.names.state_machine
    return iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine])


def describe_grant(parts: Parts) -> iam.PolicyStatement:
    """Return the permission to see whether another run still goes on."""
    executions = f"{parts.names.executions}:*"
    return iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[executions])
