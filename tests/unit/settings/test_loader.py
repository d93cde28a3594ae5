"""A mistake in a pipeline file is named with its line and with what was meant."""

from pathlib import Path

import pytest

from lambdas.shared.settings.loader import load_pipeline, parse_pipeline
from lambdas.shared.settings.problems import SettingsError
from tests.unit.settings.conftest import HEAD, Refuse, parse

PIPELINES = sorted((Path(__file__).resolve().parents[3] / "pipelines").glob("*.yaml"))


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.stem)
def test_every_shipped_pipeline_is_sound(path: Path) -> None:
    assert load_pipeline(path).name == path.stem


def test_the_minimal_pipeline_has_ten_lines() -> None:
    [minimal] = [path for path in PIPELINES if path.stem == "minimal"]

    assert len(minimal.read_text().splitlines()) <= 10


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_pipeline("name: films\nsolutons: []\n", source="films.yaml")

    assert str(caught.value) == "films.yaml:2: solutons: unknown key; did you mean solutions?"


def test_an_unknown_key_deep_inside_is_compared_with_its_neighbours(refused: Refuse) -> None:
    tail = "solutions:\n  - name: a\n    recipe: aws-sims\n    campaign: {minProvisonedTPS: 1}\n"

    [problem] = refused(tail)

    assert problem.dotted == "solutions[0].campaign.minProvisonedTPS"
    assert problem.line == len(HEAD.splitlines()) + 4
    assert problem.message.endswith("did you mean minProvisionedTPS?")


def test_an_unknown_key_like_nothing_lists_what_is_known(refused: Refuse) -> None:
    [problem] = refused("notebook: {xyzzy: 1}\n")

    assert "instanceType" in problem.message
    assert "volumeSizeInGB" in problem.message


def test_several_mistakes_are_reported_together_in_the_order_of_the_file(refused: Refuse) -> None:
    tail = "solutions:\n  - {name: a, recipe: aws-hrnn}\n  - {name: a, recipe: aws-simz}\n"

    problems = refused(tail)

    assert [problem.dotted for problem in problems] == [
        "solutions[0].recipe",
        "solutions[1].name",
        "solutions[1].recipe",
    ]


def test_a_key_that_stands_twice_is_refused_with_both_lines() -> None:
    with pytest.raises(SettingsError, match=r"films.yaml:3: name: stands twice, first on line 1"):
        parse_pipeline("name: films\nsolutions: []\nname: again\n", source="films.yaml")


def test_what_is_no_yaml_names_the_line() -> None:
    with pytest.raises(SettingsError, match=r"films.yaml:2: the pipeline: no YAML"):
        parse_pipeline("name: films\nsolutions: ]\n", source="films.yaml")


@pytest.mark.parametrize(("text", "words"), [("", "empty"), ("[1]", "must be keys with values")])
def test_what_is_no_mapping_is_refused(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        parse_pipeline(text, source="films.yaml")


FIELD = "datasets:\n  interactions:\n    fields: [{name: %s, type: %s}]\n"
MAP = "map: {interactions: {columns: {USER_ID: %s}}}\n"


@pytest.mark.parametrize(
    ("tail", "place", "words"),
    [
        (FIELD % ("A", "txt"), "interactions.fields[0].type", "must be string, int, long, float"),
        (FIELD % ("A", "[int, nul]"), "interactions.fields[0].type[1]", "or null, not 'nul'"),
        (FIELD % ("A B", "int"), "interactions.fields[0].name", "must be letters, digits and _"),
        ("datasets: {interactions: {fields: 3}}\n", "interactions.fields", "must be a list ("),
        ("solutions: [x]\n", "solutions[0]", "must be keys with values (key: value), not 'x'"),
        (MAP % "{column: a, dat: x}", "USER_ID.dat", "unknown key; did you mean date?"),
        (MAP % "{column: 3}", "USER_ID.column", "must be a text, not 3"),
        (MAP % "3", "USER_ID", "must be a text or keys with values (key: value)"),
    ],
)
def test_a_wrong_value_is_refused_in_plain_words(tail: str, place: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_pipeline(f"name: films\n{tail}", source="films.yaml")

    [problem] = caught.value.problems
    assert problem.dotted.endswith(place)
    assert words in problem.message


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match=r"nowhere.yaml: the pipeline: cannot be read"):
        load_pipeline("nowhere.yaml")


def test_a_recipe_may_be_given_by_its_arn() -> None:
    arn = "arn:aws:personalize:::recipe/aws-sims"

    [solution] = parse(f"solutions: [{{name: a, recipeArn: '{arn}'}}]\n").solutions

    assert solution.recipe == "aws-sims"


def test_retired_recipes_pass_where_they_are_asked_for() -> None:
    text = "name: films\nsolutions: [{name: a, recipe: aws-hrnn}]\n"

    pipeline = parse_pipeline(text, source="films.yaml", legacy_recipes=True)

    assert pipeline.solutions[0].recipe == "aws-hrnn"


def test_automatic_training_is_off_unless_asked_for() -> None:
    [solution] = parse("solutions: [{name: a, recipe: aws-sims}]\n").solutions

    assert solution.perform_auto_training is False


def test_a_use_case_needs_what_it_trains_on() -> None:
    text = "datasetGroup: {domain: VIDEO_ON_DEMAND}\nrecommenders:\n"
    text += "".join(
        f"  - {{name: {name}, recipe: aws-vod-{name}}}\n" for name in ("more-like-x", "top-picks")
    )
    with pytest.raises(SettingsError) as caught:
        parse_pipeline(f"name: films\n{text}", source="films.yaml")

    assert "aws-vod-more-like-x needs the items dataset" in str(caught.value)
    assert "aws-vod-top-picks needs" not in str(caught.value)


def test_a_domain_has_no_actions() -> None:
    text = """\
name: shop
datasetGroup: {domain: ECOMMERCE}
datasets:
  actions: {fields: [{name: ACTION_ID, type: string}, {name: VALUE, type: long}]}
solutions: [{name: nudges, recipe: aws-next-best-action}]
"""
    with pytest.raises(SettingsError) as caught:
        parse_pipeline(text, source="shop.yaml")

    assert "the domain ECOMMERCE has no actions" in str(caught.value)
    assert "aws-next-best-action needs a dataset group without a domain" in str(caught.value)
