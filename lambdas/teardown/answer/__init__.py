"""Answer: CloudFormation waits an hour at most, and is told the truth either way."""
