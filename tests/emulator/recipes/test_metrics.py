import numpy as np
import pytest

from personalize_emulator.evaluation.metrics import (
    precision,
    reciprocal_rank,
    service_ndcg,
    tabulate,
    textbook_ndcg,
)


def hits(*ranks: int, k: int = 10) -> np.ndarray:
    row = np.zeros((1, k), dtype=np.bool_)
    row[0, [rank - 1 for rank in ranks]] = True
    return row


def test_the_service_asks_only_how_well_the_hits_are_placed() -> None:
    assert service_ndcg(hits(1)) == pytest.approx(1.0)
    assert service_ndcg(hits(2)) == pytest.approx(1 / np.log2(3))
    assert service_ndcg(hits(1, 3)) == pytest.approx(1.5 / (1 + 1 / np.log2(3)))
    assert service_ndcg(hits()) == pytest.approx(0.0)


def test_the_textbook_also_asks_how_many_were_missed() -> None:
    assert textbook_ndcg(hits(1), np.array([3])) == pytest.approx(1 / (1 + 1 / np.log2(3) + 0.5))
    assert textbook_ndcg(hits(1), np.array([1])) == pytest.approx(1.0)


def test_nothing_relevant_is_no_evidence() -> None:
    assert np.isnan(textbook_ndcg(hits(), np.array([0]))).all()


def test_rank_and_precision_follow_their_formulas() -> None:
    assert reciprocal_rank(hits(4, 6)) == pytest.approx(0.25)
    assert reciprocal_rank(hits()) == pytest.approx(0.0)
    assert precision(hits(4, 6)) == pytest.approx(0.2)


def test_the_names_are_the_services_own() -> None:
    table = tabulate(hits(1, 12, k=25), np.array([4]), coverage=0.5)
    assert table.metrics == {
        "coverage": 0.5,
        "mean_reciprocal_rank_at_25": 1.0,
        "normalized_discounted_cumulative_gain_at_5": 1.0,
        "normalized_discounted_cumulative_gain_at_10": 1.0,
        "normalized_discounted_cumulative_gain_at_25": pytest.approx(
            (1 + 1 / np.log2(13)) / (1 + 1 / np.log2(3))
        ),
        "precision_at_5": 0.2,
        "precision_at_10": 0.1,
        "precision_at_25": 0.08,
    }
    assert not table.textbook_metrics.keys() & table.metrics.keys()
