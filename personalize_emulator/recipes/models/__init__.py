"""Trained models as they are served: arrays read from disk, questions answered, nothing changed."""
