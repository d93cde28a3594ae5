"""Report: one page a run, beside its drop."""
