"""The state machine: one module a stage, with its states and the permissions that they need."""
