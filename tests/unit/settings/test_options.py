"""Options of solutions, campaigns and jobs: each member known, about something that exists."""

import pytest

from lambdas.shared.settings.loader import parse_pipeline
from lambdas.shared.settings.problems import SettingsError
from lambdas.shared.settings.recipes import RECIPES
from personalize_emulator.catalogue import Recipe as Emulated
from personalize_emulator.catalogue import recipes
from tests.unit.settings.conftest import Refuse, parse

SIMS, USER = "aws-sims", "aws-user-personalization"
RETRAIN = "solutions: [{name: a, recipe: aws-sims}]\nschedules: {retrain: '"
TYPO = "autoTrainingConfig: {schedulingExpresion: rate(2 days)}"
RARE = "autoTrainingConfig: {schedulingExpression: rate(31 days)}"


@pytest.mark.parametrize(
    ("recipe", "config", "place", "words"),
    [
        (SIMS, TYPO, "autoTrainingConfig.schedulingExpresion", "mean schedulingExpression?"),
        (SIMS, RARE, "autoTrainingConfig.schedulingExpression", "must be rate(1 day) to"),
        (SIMS, "hpoConfig: {}", "hpoConfig", "performHPO is false"),
        (
            SIMS,
            "eventValueThreshold: '3 EUR'",
            "eventValueThreshold",
            "must be a number, not '3 EUR'",
        ),
        (
            SIMS,
            "algorithmHyperParameters: {min_cointeraction: '3'}",
            "algorithmHyperParameters.min_cointeraction",
            "did you mean min_cointeraction_count?",
        ),
        (
            "aws-popularity-count",
            "algorithmHyperParameters: {bptt: '3'}",
            "algorithmHyperParameters.bptt",
            "it has none",
        ),
        (
            SIMS,
            "trainingDataConfig: {excludedDatasetColumns: {ITEMS: [GENRE]}}",
            "trainingDataConfig.excludedDatasetColumns.ITEMS",
            "did you mean GENRES?",
        ),
        (
            SIMS,
            "trainingDataConfig: {includedDatasetColumns: {USERS: [AGE]}}",
            "trainingDataConfig.includedDatasetColumns.USERS",
            "no USERS dataset",
        ),
        (
            SIMS,
            "trainingDataConfig: {includedDatasetColumns: {ITEM: [PRICE]}}",
            "trainingDataConfig.includedDatasetColumns.ITEM",
            "unknown key; did you mean ITEMS?",
        ),
        (
            SIMS,
            "optimizationObjective: {itemAttribute: PRICE}",
            "optimizationObjective",
            "aws-sims takes none; these do: aws-user-personalization-v2",
        ),
        (
            USER,
            "optimizationObjective: {itemAttribute: GENRES}",
            "optimizationObjective.itemAttribute",
            "no numeric column of the items; known: PRICE",
        ),
    ],
)
def test_a_solutions_configuration_is_refused_where_it_is_wrong(
    refused: Refuse, recipe: str, config: str, place: str, words: str
) -> None:
    more = "performAutoTraining: true, " if "autoTraining" in config else ""

    [problem] = refused(
        f"solutions: [{{name: a, recipe: {recipe}, {more}solutionConfig: {{{config}}}}}]\n"
    )

    assert problem.dotted == f"solutions[0].solutionConfig.{place}"
    assert words in problem.message


@pytest.mark.parametrize(
    ("recipe", "config", "place", "words"),
    [
        (
            USER,
            "itemExplorationConfig: {explorationWeight: '1.5'}",
            "itemExplorationConfig.explorationWeight",
            "1.5 is not from 0 to 1",
        ),
        (
            USER,
            "itemExplorationConfig: {explorationWeigth: '1'}",
            "itemExplorationConfig.explorationWeigth",
            "unknown key; did you mean explorationWeight?",
        ),
        (
            SIMS,
            "rankingInfluence: {FRESHNESS: 2}",
            "rankingInfluence.FRESHNESS",
            "less than or equal to 1",
        ),
    ],
)
def test_a_campaigns_configuration_is_refused_where_it_is_wrong(
    refused: Refuse, recipe: str, config: str, place: str, words: str
) -> None:
    campaign = f"campaign: {{campaignConfig: {{{config}}}}}"

    [problem] = refused(f"solutions: [{{name: a, recipe: {recipe}, {campaign}}}]\n")

    assert problem.dotted == f"solutions[0].campaign.campaignConfig.{place}"
    assert words in problem.message


def test_a_batch_job_explores_no_more_than_its_recipe(refused: Refuse) -> None:
    config = "{itemExplorationConfig: {explorationWeight: '0.1'}}"

    [problem] = refused(
        f"solutions: [{{name: a, recipe: {SIMS}}}]\n"
        f"batchInference: [{{name: b, solution: a, batchInferenceJobConfig: {config}}}]\n"
    )

    assert problem.message == "aws-sims does not explore; leave it out"


@pytest.mark.parametrize(
    ("tail", "place", "words"),
    [
        ("schedules: {timeZone: Europe/Zurick}", "schedules.timeZone", "mean Europe/Zurich?"),
        (f"{RETRAIN}cron(61 3 ? * 1 *)'}}", "schedules.retrain", "61 is not from 0 to 59"),
        (f"{RETRAIN}cron(0 3 ? jan-13 1 *)'}}", "schedules.retrain", "13 is not from 1 to 12"),
        (f"{RETRAIN}cron(0 3 * * * *)'}}", "schedules.retrain", "has to be ?"),
        (
            "solutions: [{name: trial-a, recipe: aws-sims}]",
            "solutions[0].name",
            "films-trial-a would be taken for a trial campaign",
        ),
        ("tags: {'AWS:x': y}", "tags.AWS:x", "AWS's own"),
        (f"tags: {dict.fromkeys(map(str, range(50)), 'v')}", "tags", "51 tags"),
        ("map: {item: {}}", "map.item", "unknown key; did you mean items?"),
    ],
)
def test_what_no_account_takes_is_refused(
    refused: Refuse, tail: str, place: str, words: str
) -> None:
    [problem] = refused(f"{tail}\n")

    assert problem.dotted == place
    assert words in problem.message


@pytest.mark.parametrize(
    "moment",
    [
        *("0 3 ? * MON-FRI *", "0/15 8-18 * * ? *", "0 3 L * ? 2030"),
        *("30 4 ? JAN,JUN 2#1 *", "0 0 1W * ? *"),
    ],
)
def test_every_form_of_a_cron_expression_passes(moment: str) -> None:
    assert parse(f"{RETRAIN}cron({moment})'}}\n").schedules.retrain == f"cron({moment})"


def test_metadata_are_columns_of_items() -> None:
    text = (
        "name: films\nsolutions: [{name: a, recipe: aws-sims, campaign: {campaignConfig: "
        "{enableMetadataWithRecommendations: true}}}]\n"
    )

    with pytest.raises(SettingsError, match=r"films.yaml:2: .*add datasets.items"):
        parse_pipeline(text, source="films.yaml")


def test_what_is_left_out_of_a_configuration_is_left_to_the_service() -> None:
    config = "{hpoConfig: {hpoResourceConfig: {maxNumberOfTrainingJobs: '4'}}, eventsConfig: {}}"
    tail = f"solutions: [{{name: a, recipe: aws-sims, performHPO: true, solutionConfig: {config}}}]"

    [solution] = parse(tail).solutions

    jobs = {"maxNumberOfTrainingJobs": "4"}
    given = {"hpoConfig": {"hpoResourceConfig": jobs}, "eventsConfig": {}}
    assert solution.solution_config.api == given
    assert solution.model_dump(by_alias=True, mode="json")["solutionConfig"] == given


@pytest.mark.parametrize("recipe", recipes(legacy=True), ids=lambda recipe: recipe.name)
def test_what_the_checks_know_of_a_recipe_is_what_the_emulated_service_knows(
    recipe: Emulated,
) -> None:
    known = RECIPES[recipe.name]

    assert set(known.hyperparameters) == {one.name for one in recipe.parameters}
    assert (known.exploration, known.optimizes) == (recipe.explores, recipe.optimizes)
