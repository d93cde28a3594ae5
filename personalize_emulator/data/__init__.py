"""Datasets: their schemas, how a CSV becomes columns, and where the columns are kept."""
