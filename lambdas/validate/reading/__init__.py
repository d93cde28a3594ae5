"""Reading: bytes, lines and records of a CSV file; what is there, before anything is judged."""
