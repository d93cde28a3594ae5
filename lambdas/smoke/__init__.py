"""Smoke test: one real question to a campaign before the run is called done."""
