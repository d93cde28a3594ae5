"""What runs in the account: one folder a stage, and what they share."""
