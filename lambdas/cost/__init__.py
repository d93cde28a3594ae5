"""Cost: what a run and a month will cost, whether that is allowed, and what it cost in the end."""
