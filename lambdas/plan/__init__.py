"""Plan: what a run would do, told before it happens; and what it does only when it is confirmed."""
