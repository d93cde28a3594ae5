"""The pipeline file: one model, used at synthesis, by the handlers and by the command line.

``pipeline.Pipeline`` is the whole of it; ``loader.load_pipeline`` reads a file, and it alone needs
PyYAML, which the handlers do without: settings reach them as arguments. Nothing is imported here,
so that a handler that needs one part loads no more (a cold start).
"""
