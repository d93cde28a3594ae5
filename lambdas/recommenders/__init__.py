"""Recommenders: what a domain dataset group has in place of solutions and campaigns."""
