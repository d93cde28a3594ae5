"""Jobs: batch inference, batch segments, exports and data deletions."""
