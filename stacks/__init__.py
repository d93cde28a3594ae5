"""What exists in the account: one stack, composed of constructs."""
