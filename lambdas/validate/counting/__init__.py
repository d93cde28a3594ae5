"""Counting: what the records of a file, of a part of it, or of many parts, add up to, exactly."""
