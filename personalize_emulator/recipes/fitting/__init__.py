"""From a dataset and a recipe's hyperparameters to a served model."""
