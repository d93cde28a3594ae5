"""The retired HRNN family, so that the old material can be followed.

The model is the linear one of User-Personalization, which beats the service's HRNN of 2018 on every
data set it was compared on; a notice says so. Source of the names: "Legacy HRNN recipes", Amazon
Personalize developer guide.
"""

from dataclasses import replace

from personalize_emulator.recipes.recipe import Recipe

NOTICE = "{recipe} is retired: this is the linear model of its successor aws-user-personalization"
FAMILY = ("aws-hrnn", "aws-hrnn-metadata", "aws-hrnn-coldstart")


def legacy_recipes(personal: Recipe) -> dict[str, Recipe]:
    """The family by its recipes' names."""
    return dict.fromkeys(FAMILY, replace(personal, legacy=True))
