"""The notebook: an instance in service cannot be deleted, so it is stopped first."""
