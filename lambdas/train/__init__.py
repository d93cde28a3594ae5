"""Train: solutions, and one version of each for every run."""
