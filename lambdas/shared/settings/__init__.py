"""The pipeline file: one model, used at synthesis, by the handlers and by the command line.

``lambdas.shared.settings.loader.load_pipeline`` reads a file; it alone needs PyYAML, which the
handlers do without: settings reach them as arguments.
"""

from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem, SettingsError

__all__ = ["Pipeline", "Problem", "SettingsError"]
