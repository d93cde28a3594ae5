"""What can go wrong in training and serving a recipe.

RecipeError
├── TrainingError         the data or the configuration does not allow a model
│   ├── InsufficientData  fewer interactions, users or items than the service asks for
│   └── InvalidJob        the job names a recipe, column or hyperparameter that does not exist
├── UnsupportedRequest    the recipe does not answer this kind of question
└── ModelFormatError      a model folder is not one that this version can load
"""


class RecipeError(Exception):
    """Base of all errors of this package."""


class TrainingError(RecipeError):
    """Training ended without a model; the message becomes the ``failureReason``."""


class InsufficientData(TrainingError):  # noqa: N818 - reads as the service's own wording
    """The datasets are below the service's minimum."""


class InvalidJob(TrainingError):  # noqa: N818
    """The job asks for something that the recipe does not have."""


class ModelFormatError(RecipeError):
    """The folder does not hold a loadable model."""


class UnsupportedRequest(RecipeError):  # noqa: N818
    """The recipe does not answer this kind of question."""
