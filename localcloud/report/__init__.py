"""A run for programs (summary.json), for a browser (report.html) and for the terminal."""
