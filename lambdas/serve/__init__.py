"""Serve: the campaign of each solution, moved to the version that may serve."""
