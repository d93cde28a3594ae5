"""Numbers and times as people read them."""

import pytest

from lambdas.report.words import dollars, duration, metric_name, number, size


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (2.04, "2 s"),
        (9.46, "9.5 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (125, "2 min 05 s"),
        (3600, "1 h"),
        (3900, "1 h 05 min"),
        (48 * 3600, "2 d"),
        (7.5 * 86400, "7 d 12 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_sizes_have_units_of_thousands() -> None:
    assert [size(n) for n in (12, 1979, 1_979_173, 3e9, 2e12)] == [
        "12 B",
        "2.0 kB",
        "2.0 MB",
        "3.0 GB",
        "2.0 TB",
    ]


def test_dollars_below_a_cent_keep_their_digits() -> None:
    assert [dollars(a) for a in (None, 0, 0.004, 1234.5)] == ["—", "$0.00", "$0.0040", "$1,234.50"]


def test_a_number_that_is_missing_is_a_dash() -> None:
    assert [number(0.25), number(None)] == ["0.2500", "—"]


def test_metric_names_are_shortened_and_unknown_ones_kept() -> None:
    assert metric_name("normalized_discounted_cumulative_gain_at_10") == "NDCG@10"
    assert metric_name("coverage") == "Coverage"
    assert metric_name("something_new_at_5") == "something_new_at_5"
