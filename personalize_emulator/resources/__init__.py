"""The control plane: what exists, what state it is in, and what may happen to it."""
