"""Synthesizes the stack, brings its assets into the cloud and drives CloudFormation.

Knows the assembly that `python app.py` writes and nothing of the code that wrote it.
"""
