"""Tear down: what the pipeline made is deleted, in the service's order, and nothing else."""
