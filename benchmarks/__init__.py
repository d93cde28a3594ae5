"""The tables of ``make bench``: each row beside a peer measured in the same run."""
