"""Checks that know the recipes, the schemas and the limits: what is refused, in which words."""

import pytest

from lambdas.shared.settings.loader import parse_pipeline
from lambdas.shared.settings.problems import SettingsError
from tests.unit.settings.conftest import HEAD, Refuse, parse

SIMS = "solutions: [{name: a, recipe: aws-sims}]\n"
HRNN = "solutions: [{name: a, recipe: aws-user-personalization}]\n"


@pytest.mark.parametrize(
    ("tail", "place", "words"),
    [
        # Recipes.
        (
            "solutions: [{name: a, recipe: aws-hrnn-coldstart}]",
            "solutions[0].recipe",
            "its successor is aws-user-personalization-v2",
        ),
        (
            "solutions: [{name: a, recipe: aws-simms}]",
            "solutions[0].recipe",
            "did you mean aws-sims?",
        ),
        (
            "solutions: [{name: a, recipe: aws-next-best-action}]",
            "solutions[0].recipe",
            "needs the actions dataset; add datasets.actions",
        ),
        (
            "solutions: [{name: a, recipe: aws-ecomm-recommended-for-you}]",
            "solutions[0].recipe",
            "name it under recommenders",
        ),
        (
            "recommenders: [{name: a, recipe: aws-sims}]",
            "recommenders[0].recipe",
            "is trained by solutions",
        ),
        (
            "recommenders: [{name: a, recipe: aws-vod-most-popular}]",
            "recommenders[0].recipe",
            "needs datasetGroup.domain VIDEO_ON_DEMAND, here it is not given",
        ),
        # Training.
        (
            "solutions: [{name: a, recipe: aws-sims, trainingMode: UPDATE}]",
            "solutions[0].trainingMode",
            "aws-sims trains FULL only; aws-user-personalization can both",
        ),
        (
            "solutions: [{name: a, recipe: aws-sims, performAutoML: true}]",
            "solutions[0].performAutoML",
            "deprecated",
        ),
        (
            "solutions: [{name: a, recipe: aws-sims, solutionConfig: {hpoConfg: {}}}]",
            "solutions[0].solutionConfig.hpoConfg",
            "did you mean hpoConfig?",
        ),
        (
            "solutions: [{name: a, recipe: aws-sims, solutionConfig: {autoTrainingConfig: {}}}]",
            "solutions[0].solutionConfig.autoTrainingConfig",
            "performAutoTraining is false",
        ),
        (
            "solutions: [{name: a, recipe: aws-sims, solutionConfig: {eventValueThreshold: '1'}}]",
            "solutions[0].solutionConfig.eventValueThreshold",
            "no column EVENT_VALUE",
        ),
        # Campaigns.
        (
            "solutions: [{name: a, recipe: aws-item-affinity, campaign: {}}]",
            "solutions[0].campaign",
            "has no campaigns",
        ),
        (
            (
                "solutions: [{name: a, recipe: aws-sims, campaign: {campaignConfig: "
                "{itemExplorationConfig: {explorationWeight: '0.3'}}}}]"
            ),
            "solutions[0].campaign.campaignConfig.itemExplorationConfig",
            "does not explore",
        ),
        (
            (
                "promotion: {gate: [{minimum: 0.1}], approval: {required: true}, smokeTest: {}}\n"
                "solutions: [{name: a, recipe: aws-sims, campaign: {campaignConfig: "
                "{syncWithLatestSolutionVersion: true}}}]"
            ),
            "solutions[0].campaign.campaignConfig.syncWithLatestSolutionVersion",
            "so promotion.gate and promotion.approval and promotion.smokeTest cannot hold",
        ),
        (
            "solutions: [{name: a, recipe: aws-sims, performIncrementalUpdate: true}]",
            "solutions[0].performIncrementalUpdate",
            "aws-sims has none; only aws-semantic-similarity has",
        ),
        # Names.
        (
            "solutions: [{name: a, recipe: aws-sims}, {name: a, recipe: aws-sims}]",
            "solutions[1].campaign",
            "films-a is the campaign of solutions[0] too",
        ),
        (
            f"solutions: [{{name: {'a' * 60}, recipe: aws-sims}}]",
            "solutions[0].name",
            "shorten it by 3",
        ),
        (
            "solutions: [" + ", ".join(f"{{name: s{i}, recipe: aws-sims}}" for i in range(6)) + "]",
            "solutions",
            "7 campaigns, the trial's included; a dataset group has room for 5",
        ),
        # Money.
        (
            (
                "solutions: [{name: a, recipe: aws-sims}, {name: b, recipe: aws-next-best-action}]"
                "\ncost: {campaigns: {deleteWhenIdle: true}}"
            ),
            "cost.campaigns.deleteWhenIdle",
            "counts no requests to the campaign of b (aws-next-best-action)",
        ),
        (
            (
                "solutions: [{name: b, recipe: aws-next-best-action}]\n"
                "cost: {campaigns: {lowerWhenIdle: true}}"
            ),
            "cost.campaigns.lowerWhenIdle",
            "leave lowerWhenIdle out",
        ),
        # Filters.
        (
            "filters: [{name: f, filterExpression: 'EXCLUDE ItemID WHERE Items.GENRE = \"a\"'}]",
            "filters[0].filterExpression",
            "items have no column GENRE; did you mean GENRES?",
        ),
        (
            "filters: [{name: f, filterExpression: 'EXCLUDE ItemID WHERE Users.AGE > 3'}]",
            "filters[0].filterExpression",
            "this pipeline has no users dataset",
        ),
        (
            "filters: [{name: f, filterExpression: 'EXCLUDE ItemID WHERE Films.AGE > 3'}]",
            "filters[0].filterExpression",
            "there is no dataset Films",
        ),
        (
            (
                "filters: [{name: f, filterExpression: "
                "'EXCLUDE ItemID WHERE Interactions.TIMESTAMP > 3'}]"
            ),
            "filters[0].filterExpression",
            "interactions can only be filtered by EVENT_TYPE, not by TIMESTAMP",
        ),
        (
            "filters: [{name: f, filterExpression: 'EXCLUDE ItemID WHEN Items.PRICE > 3'}]",
            "filters[0].filterExpression",
            "WHEN at character 16 stands where WHERE is expected",
        ),
        (
            "filters: [{name: f, filterExpression: 'EXCLUDE ItemID WHERE Items.PRICE > {{now}}'}]",
            "filters[0].filterExpression",
            "add rotation",
        ),
        (
            (
                "filters: [{name: f, filterExpression: 'EXCLUDE ItemID WHERE Items.PRICE > {{x}}'"
                ", rotation: {}}]"
            ),
            "filters[0].filterExpression",
            "{{x}} is no moment",
        ),
        (
            (
                "filters: [{name: f, rotation: {}, "
                "filterExpression: 'EXCLUDE ItemID WHERE Items.PRICE > 3'}]"
            ),
            "filters[0].rotation",
            "nothing in the expression moves",
        ),
        # Jobs.
        (
            "batchInference: [{name: b, solution: z}]\n" + SIMS,
            "batchInference[0].solution",
            "there is no solution z; known: a",
        ),
        (
            "batchSegments: [{name: b, solution: a}]\n" + SIMS,
            "batchSegments[0].solution",
            "aws-sims has batch inference jobs only",
        ),
        (
            "batchInference: [{name: b, solution: a, filter: z}]\n" + SIMS,
            "batchInference[0].filter",
            "there is no filter z; known: none",
        ),
        (
            (
                "batchInference: [{name: b, solution: a, batchInferenceJobMode: THEME_GENERATION, "
                "itemName: GENRES}]\n" + SIMS
            ),
            "batchInference[0].batchInferenceJobMode",
            "only aws-similar-items",
        ),
        (
            "exports: [{name: e, dataset: users}]",
            "exports[0].dataset",
            "has no users dataset",
        ),
        (
            (
                "metricAttribution: {metrics: "
                "[{metricName: m, eventType: e, expression: SUM(Items.GENRES)}]}"
            ),
            "metricAttribution.metrics[0].expression",
            "Items.GENRES is no numeric column",
        ),
        # Schedules.
        (
            "schedules: {update: rate(1 day)}\n" + SIMS,
            "schedules.update",
            "no solution's recipe has the training mode UPDATE",
        ),
        ("schedules: {batch: rate(1 day)}", "schedules.batch", "there are no batch jobs"),
        ("schedules: {retrain: every day}", "schedules.retrain", "must be a rate or a cron"),
    ],
)
def test_it_is_refused_where_it_stands(tail: str, place: str, words: str, refused: Refuse) -> None:
    found = {problem.dotted: problem for problem in refused(tail + "\n")}

    assert place in found
    assert words in found[place].message
    line = found[place].line
    assert line is not None
    assert line > len(HEAD.splitlines())


KEYS = "{name: USER_ID, type: string}, {name: ITEM_ID, type: string}, {name: TIMESTAMP, type: long}"


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (
            "{name: EVENT_TYPE, type: string, categorical: true}",
            "EVENT_TYPE is reserved: neither categorical nor textual",
        ),
        ("{name: EVENT_VALUE, type: string}", "EVENT_VALUE is reserved and takes"),
        ("{name: USERID, type: string}", "USERID and USER_ID are one name once underscores"),
        ("{name: TIMESTAMP, type: long}", "TIMESTAMP stands twice"),
        ("{name: NOTE, type: string, textual: true}", "only items have a textual column"),
        ("{name: SIZE, type: float, categorical: true}", "only strings are categorical"),
        ("{name: NOTHING, type: 'null'}", "NOTHING can only be null"),
        (
            ", ".join(f"{{name: M{i}, type: float}}" for i in range(6)),
            "6 metadata columns; interactions take 5",
        ),
    ],
)
def test_a_column_that_the_service_refuses_is_refused_first(column: str, words: str) -> None:
    assert words in refusal_of(f"{KEYS}, {column}")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("{name: USER_ID, type: string}", "ITEM_ID is missing"),
        (KEYS.replace("long", "int"), "TIMESTAMP has to be of type long, not int"),
    ],
)
def test_a_schema_without_the_columns_it_needs_is_refused(fields: str, words: str) -> None:
    assert words in refusal_of(fields)


def refusal_of(fields: str) -> str:
    text = f"name: films\ndatasets: {{interactions: {{fields: [{fields}]}}}}\n"
    with pytest.raises(SettingsError) as caught:
        parse_pipeline(text, source="films.yaml")
    return str(caught.value)


def test_a_domain_asks_for_its_columns(refused: Refuse) -> None:
    messages = [p.message for p in refused("datasetGroup: {domain: ECOMMERCE}\n")]

    assert messages == ["CATEGORY_L1 is missing; the domain ECOMMERCE needs it"]


def test_a_filter_of_users_does_not_fit_a_batch_of_items(refused: Refuse) -> None:
    filters = "filters: [{name: f, filterExpression: 'INCLUDE UserID WHERE Items.PRICE > 3'}]\n"

    [problem] = refused(SIMS + filters + "batchInference: [{name: b, solution: a, filter: f}]\n")

    assert problem.message == "it is a filter of USERID, wanted is ITEMID"


def test_an_update_schedule_passes_where_a_recipe_can_update() -> None:
    assert parse(HRNN + "schedules: {update: rate(1 day)}\n").schedules.update == "rate(1 day)"
