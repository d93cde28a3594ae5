"""Quiet: no new run starts, and none is under way, before anything is deleted."""
