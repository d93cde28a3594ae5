"""Start: CloudFormation deletes the stack, so the teardown begins."""
