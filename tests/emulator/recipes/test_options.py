import pytest

from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.fitting.searching import search_space
from personalize_emulator.recipes.fitting.settings import related_settings, signal_settings
from personalize_emulator.recipes.options import Options, read_options


def options(recipe: str, **values: str) -> Options:
    return read_options(recipe, {"algorithmHyperParameters": values})


def test_what_a_solution_leaves_out_has_the_services_default() -> None:
    read = options("aws-user-personalization", bptt="16")

    assert read.parameters == {"hidden_dimension": "149", "bptt": "16", "recency_mask": "true"}


def test_an_unknown_hyperparameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidJob, match="no hyperparameter depth; it has: bptt, hidden_dimension"):
        options("aws-user-personalization", depth="3")


@pytest.mark.parametrize("value", ["31", "257", "many"])
def test_a_value_outside_its_range_is_refused(value: str) -> None:
    with pytest.raises(InvalidJob, match="hidden_dimension is"):
        options("aws-user-personalization", hidden_dimension=value)


def test_a_larger_hidden_dimension_is_a_smaller_penalty() -> None:
    small, large = (
        signal_settings(options("aws-user-personalization", hidden_dimension=value))
        for value in ("40", "200")
    )
    assert small.taste_ridge > large.taste_ridge


def test_the_retired_family_starts_from_its_own_default() -> None:
    assert signal_settings(options("aws-hrnn")) == signal_settings(
        options("aws-user-personalization")
    )


@pytest.mark.parametrize(
    ("recipe", "name"),
    [
        ("aws-user-personalization", "recency_mask"),
        ("aws-user-personalization-v2", "apply_recency_bias"),
    ],
)
def test_recency_can_be_switched_off(recipe: str, name: str) -> None:
    assert signal_settings(options(recipe)).recency
    assert not signal_settings(options(recipe, **{name: "false"})).recency


def test_half_a_discount_is_neutral_for_sims() -> None:
    weights = [
        related_settings("aws-sims", options("aws-sims", popularity_discount_factor=value))
        for value in ("0", "0.5", "1")
    ]
    assert [weight.popularity for weight in weights] == [1.0, 0.0, -1.0]


def test_the_search_keeps_to_the_ranges_of_the_solution() -> None:
    ranges = {
        "integerHyperParameterRanges": [{"name": "bptt", "minValue": 4, "maxValue": 8}],
        "categoricalHyperParameterRanges": [{"name": "recency_mask", "values": ["true"]}],
    }
    space = search_space("aws-user-personalization", {"algorithmHyperParameterRanges": ranges})
    assert [(p.name, p.low, p.high, p.choices) for p in space] == [
        ("bptt", 4.0, 8.0, ()),
        ("recency_mask", None, None, ("true",)),
    ]


def test_only_tunable_hyperparameters_can_be_searched() -> None:
    ranges = {"categoricalHyperParameterRanges": [{"name": "apply_recency_bias", "values": ["a"]}]}

    with pytest.raises(InvalidJob, match="can't tune 'apply_recency_bias'"):
        search_space("aws-user-personalization-v2", {"algorithmHyperParameterRanges": ranges})
