"""Scenarios: faults and durations on demand, for tests and for those who rehearse their alarms."""
