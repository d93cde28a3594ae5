"""Validate: a drop is looked at before anything is created or billed."""
