"""Jobs that read from S3 and write to S3: batch inference, segments, exports, deletions."""
