"""Filters: made, replaced where their expression changed, renewed where they move with the date."""
