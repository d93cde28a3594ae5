"""Promote: whether a new solution version may serve, and the way back if it should not have."""
