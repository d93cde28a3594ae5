"""Real interactions to try the pipeline with, fetched, cached, and mapped into a drop's files."""
