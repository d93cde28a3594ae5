"""Report: what went, what is left and why, in words and in figures."""
