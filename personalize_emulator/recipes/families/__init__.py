"""Recipes by the question they answer, one module a family."""
