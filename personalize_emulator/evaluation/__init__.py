"""Splits and metrics by the service's rules, and the tables made of them."""
