"""What the stages share: the configuration model, the client helpers, errors, observability."""
