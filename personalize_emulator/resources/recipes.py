"""The catalogue's operations: recipes, algorithms, feature transformations."""

from typing import Final

from botocore.model import StructureShape

from personalize_emulator.api.model import load_api
from personalize_emulator.catalogue import OFFERED_SINCE, Parameter, Recipe, recipes
from personalize_emulator.errors import ResourceNotFoundException
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.reading import member_shape, paginate, pick
from personalize_emulator.values import Payload

_DATES: Final = {"creationDateTime": OFFERED_SINCE, "lastUpdatedDateTime": OFFERED_SINCE}


def _shape(operation_name: str, member: str) -> StructureShape:
    return member_shape(load_api().by_target[f"AmazonPersonalize.{operation_name}"], member)


_RECIPE: Final = _shape("DescribeRecipe", "recipe")
_SUMMARY: Final = _shape("ListRecipes", "recipes")


def _on_offer(call: Call) -> list[Recipe]:
    return list(recipes(legacy=call.backend.settings.legacy_recipes))


def _view(recipe: Recipe) -> Payload:
    return {
        "name": recipe.name,
        "recipeArn": recipe.arn,
        "algorithmArn": recipe.algorithm_arn,
        "featureTransformationArn": recipe.transformation_arn,
        "status": "ACTIVE",
        "description": recipe.description,
        "recipeType": recipe.type,
        "domain": recipe.domain,
        **_DATES,
    }


def _find(call: Call, arn: str, attribute: str) -> Recipe:
    for recipe in _on_offer(call):
        if getattr(recipe, attribute) == arn:
            return recipe
    msg = f"Resource Arn {arn} does not exist."
    raise ResourceNotFoundException(msg)


@operation("ListRecipes")
def list_recipes(call: Call, request: Payload) -> Payload:
    """List custom recipes, or a domain's use cases."""
    domain = request.get("domain")
    chosen = [r for r in _on_offer(call) if domain is None or r.domain == domain]
    entries = [(number, pick(_SUMMARY, _view(recipe))) for number, recipe in enumerate(chosen)]
    page, more = paginate(entries, request, "ListRecipes")
    return {"recipes": page} | more


@operation("DescribeRecipe")
def describe_recipe(call: Call, request: Payload) -> Payload:
    """Describe a recipe."""
    return {"recipe": pick(_RECIPE, _view(_find(call, request["recipeArn"], "arn")))}


@operation("DescribeAlgorithm")
def describe_algorithm(call: Call, request: Payload) -> Payload:
    """Describe a recipe's algorithm: hyperparameters, ranges, what may be tuned."""
    recipe = _find(call, request["algorithmArn"], "algorithm_arn")
    return {
        "algorithm": {
            "name": recipe.name,
            "algorithmArn": recipe.algorithm_arn,
            "algorithmImage": {"name": recipe.name, "dockerURI": f"emulated/{recipe.name}"},
            "defaultHyperParameters": {p.name: p.default for p in recipe.parameters},
            "defaultHyperParameterRanges": _ranges(recipe),
            "defaultResourceConfig": {
                "maxNumberOfTrainingJobs": "40",
                "maxParallelTrainingJobs": "10",
            },
            "trainingInputMode": "File",
            **_DATES,
        }
    }


def _ranges(recipe: Recipe) -> Payload:
    return {
        "integerHyperParameterRanges": [
            _range(p) | {"minValue": int(p.low), "maxValue": int(p.high)}
            for p in recipe.parameters
            if p.whole and p.low is not None and p.high is not None
        ],
        "continuousHyperParameterRanges": [
            _range(p) | {"minValue": p.low, "maxValue": p.high}
            for p in recipe.parameters
            if not p.whole and p.low is not None
        ],
        "categoricalHyperParameterRanges": [
            _range(p) | {"values": list(p.choices)} for p in recipe.parameters if p.choices
        ],
    }


def _range(parameter: Parameter) -> Payload:
    return {"name": parameter.name, "isTunable": parameter.tunable}


@operation("DescribeFeatureTransformation")
def describe_feature_transformation(call: Call, request: Payload) -> Payload:
    """Describe what a recipe does to the data before training."""
    recipe = _find(call, request["featureTransformationArn"], "transformation_arn")
    return {
        "featureTransformation": {
            "name": recipe.name,
            "featureTransformationArn": recipe.transformation_arn,
            "defaultParameters": recipe.features,
            "status": "ACTIVE",
            **_DATES,
        }
    }
