"""The buckets: every version, every delete marker, every upload that was never completed."""
