"""Agreement of two reviewers: published values, a second implementation, and defined results at the edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from helpers import screening
from helpers.screening.coefficients import ac1, kappa
from screening.small_update import decided

# Two abstractors, three kinds of pregnancy: data and values printed in the vignette "overview" of Gwet's own R package
# irrCAC 1.0 (cran.r-project.org/web/packages/irrCAC/vignettes/overview.html): kappa 0.7964094 (se 0.05891072), AC1
# 0.8493305 (se 0.04321747), intervals (0.68, 0.913) and (0.764, 0.935).
ABSTRACTORS = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]], dtype=float)

# A printout of SAS PROC FREQ that the tests of statsmodels quote (statsmodels/stats/tests/test_inter_rater.py): kappa
# 0.4842, ASE 0.1380, 95% limits 0.2137 and 0.7547.
SAS = np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]], dtype=float)

# Run for this file with the Python package irrCAC 0.4.4, CAC(table, digits=10).gwet() and .cohen().
IRRCAC = [  # table, AC1 with limits, kappa with standard error
    ([[28, 13], [7, 27]], (0.4667614646, 0.26326244, 0.67026049), (0.4699646643, 0.1003141543)),
    ([[118, 5], [2, 0]], (0.9407763376, 0.89532306, 0.98622962), (-0.0233918129, 0.0122867567)),
    ([[40, 9], [6, 45]], (0.7007481297, 0.55917067, 0.84232559), (0.6995192308, 0.0713936027)),
    ([[7, 3], [5, 985]], (0.9918220645, 0.98612583, 0.9975183), (0.6323529412, 0.1207104838)),
    ([[0, 3], [4, 20]], (0.665190434, 0.38579281, 0.94458806), (-0.1454545455, 0.0571661919)),
]


def said(table) -> pd.DataFrame:
    """Decisions of Anna and Ben that give a table of counts."""
    words = ("include", "exclude")
    pairs = [(a, b) for i, a in enumerate(words) for j, b in enumerate(words) for _ in range(int(table[i][j]))]
    rows = [
        (f"r{n}", who, word) for n, pair in enumerate(pairs) for who, word in zip(("Anna", "Ben"), pair, strict=True)
    ]
    return decided(*rows)


def of(table) -> screening.Agreement:
    return screening.agreement(said(table), "title_abstract")


def test_kappa_and_ac1_match_the_values_that_gwet_prints():
    found, other = kappa(ABSTRACTORS), ac1(ABSTRACTORS)
    assert_allclose([found.value, other.value], [0.7964094, 0.8493305], atol=5e-8)
    assert_allclose([other.low, other.high], [0.764, 0.935], atol=5e-4)
    assert_allclose((found.high - found.low) / 2 / stats.norm.ppf(0.975), 0.05891072, atol=5e-9)
    assert_allclose((other.high - other.low) / 2 / stats.t.ppf(0.975, 99), 0.04321747, atol=5e-9)


def test_kappa_and_its_interval_match_the_printout_of_sas():
    found = kappa(SAS)
    assert_allclose([found.value, found.low, found.high], [0.4842, 0.2137, 0.7547], atol=5e-5)


@pytest.mark.parametrize(("table", "coefficient", "cohen"), IRRCAC)
def test_two_by_two_tables_match_a_second_package(table, coefficient, cohen):
    found = of(table)
    assert_allclose([found.ac1, found.ac1_low, found.ac1_high], coefficient, atol=1e-8)
    spread = (kappa(np.array(table, dtype=float)).high - found.kappa) / stats.norm.ppf(0.975)
    assert_allclose([found.kappa, spread], cohen, atol=1e-10)


def numeric(table: np.ndarray, value, step: float = 1e-6) -> float:
    """Standard error of a coefficient by the delta method with numeric derivatives: an implementation of its own."""
    n, p = table.sum(), (table / table.sum()).ravel()
    slope = np.empty_like(p)
    for k in range(len(p)):
        up, down = p.copy(), p.copy()
        up[k] += step
        down[k] -= step
        slope[k] = (value(up.reshape(table.shape)) - value(down.reshape(table.shape))) / (2 * step)
    return float(np.sqrt((p @ slope**2 - (p @ slope) ** 2) / n))


def kappa_by_formula(p: np.ndarray) -> float:
    expected = p.sum(axis=1) @ p.sum(axis=0)
    return (np.trace(p) - expected) / (1 - expected)


def ac1_by_formula(p: np.ndarray) -> float:
    mean = (p.sum(axis=1) + p.sum(axis=0)) / 2
    expected = float(np.sum(mean * (1 - mean))) / (len(p) - 1)
    return (np.trace(p) - expected) / (1 - expected)


cells = st.integers(1, 200)


@given(st.tuples(cells, cells, cells, cells))
def test_intervals_match_the_delta_method_with_numeric_derivatives(counts):
    table = np.array(counts, dtype=float).reshape(2, 2)
    z, t = stats.norm.ppf(0.975), stats.t.ppf(0.975, table.sum() - 1)
    for found, formula, quantile in ((kappa(table), kappa_by_formula, z), (ac1(table), ac1_by_formula, t)):
        assert_allclose(found.value, formula(table / table.sum()), rtol=1e-9, atol=1e-12)
        spread = quantile * numeric(table, formula)
        assert_allclose(found.low, max(found.value - spread, -1), rtol=1e-4, atol=1e-6)
        assert_allclose(found.high, min(found.value + spread, 1), rtol=1e-4, atol=1e-6)


@given(st.tuples(*[st.integers(0, 9)] * 4).filter(any))
def test_every_coefficient_is_a_number_in_its_range_or_none_with_a_reason(counts):
    found = of(np.array(counts).reshape(2, 2))
    for value in (
        found.kappa,
        found.pabak,
        found.ac1,
        found.ac1_low,
        found.ac1_high,
        found.kappa_low,
        found.kappa_high,
    ):
        assert value is None or -1 <= value <= 1
    assert found.observed is not None
    assert (found.kappa is None) == (counts[1] == counts[2] == 0 and (counts[0] == 0 or counts[3] == 0))
    if None in (found.kappa, found.kappa_low, found.ac1_low):
        assert len(found.notes) > 1


@given(st.tuples(*[st.integers(0, 9)] * 4).filter(any))
def test_swapping_the_reviewers_or_the_decisions_changes_no_coefficient(counts):
    table = np.array(counts).reshape(2, 2)
    values = [[a.kappa, a.pabak, a.ac1, a.ac1_low] for a in (of(table), of(table.T), of(table[::-1, ::-1]))]
    for other in values[1:]:
        assert [v is None for v in other] == [v is None for v in values[0]]
        assert_allclose([v for v in other if v is not None], [v for v in values[0] if v is not None], atol=1e-12)


def test_pabak_is_twice_the_observed_agreement_less_one():
    found = of([[40, 9], [6, 45]])
    assert (found.n, found.observed, round(found.pabak, 10)) == (100, 0.85, 0.7)


def test_the_counts_are_kept_with_the_reviewers_in_their_places():
    found = of([[1, 2], [3, 4]])
    assert found.reviewers == ("Anna", "Ben")
    assert found.table.loc["include", "exclude"] == 2
    assert found.table.loc["exclude", "include"] == 3


def test_a_rare_decision_is_said_to_lower_kappa():
    rare, balanced = of([[7, 3], [5, 985]]), of([[40, 9], [6, 45]])
    assert any(note.startswith("Only 1% of the decisions read include") for note in rare.notes)
    assert not any(note.startswith("Only") for note in balanced.notes)
    for found in (rare, balanced):
        assert "when one decision is rare" in found.notes[-1]


def test_nothing_in_common_gives_no_number_and_a_reason():
    apart = decided(("r1", "Anna", "include"), ("r2", "Ben", "include"))
    for decisions in (screening.empty(), decided(("r1", "Anna", "include")), apart):
        found = screening.agreement(decisions, "title_abstract")
        assert (found.n, found.observed, found.kappa, found.pabak, found.ac1) == (0, None, None, None, None)
        assert len(found.notes) == 1


def test_one_decision_throughout_leaves_kappa_undefined_and_says_so():
    found = of([[0, 0], [0, 9]])
    assert (found.kappa, found.pabak, found.ac1) == (None, 1.0, 1.0)
    assert "kappa is not defined" in found.notes[0]


def test_full_agreement_has_no_interval_of_no_width():
    found = of([[4, 0], [0, 9]])
    assert (found.kappa, found.kappa_low, found.ac1, found.ac1_high) == (1.0, None, 1.0, None)
    assert "no interval" in found.notes[0]


def test_one_report_gives_no_interval():
    found = of([[0, 1], [0, 0]])
    assert (found.n, found.observed, found.ac1_low, found.kappa_low) == (1, 0.0, None, None)


def test_unsure_keeps_a_report_in_and_is_counted():
    rows = decided(
        ("r1", "Anna", "unsure"), ("r1", "Ben", "include"), ("r2", "Anna", "exclude"), ("r2", "Ben", "exclude")
    )
    found = screening.agreement(rows, "title_abstract")
    assert found.observed == 1
    assert found.notes[0].startswith("Decisions that read unsure: 1.")


def test_a_consensus_is_not_counted_as_agreement():
    own = decided(("r1", "Anna", "include"), ("r1", "Ben", "exclude"))
    agreed = decided(("r1", "Anna", "exclude"), ("r1", "Ben", "exclude"), stage="consensus")
    assert screening.agreement(pd.concat([own, agreed]), "title_abstract").observed == 0


def test_of_more_than_two_reviewers_every_pair_can_be_had():
    rows = [(f"r{n}", who, "include") for n in range(4) for who in ("Anna", "Ben", "Carla") if who != "Ben" or n < 2]
    decisions = decided(*rows)
    found = screening.agreement(decisions, "title_abstract")
    assert (found.reviewers, found.n) == (("Anna", "Carla"), 4)
    assert "more than two reviewers" in " ".join(found.notes)
    pairs = screening.agreements(decisions, "title_abstract")
    assert [(a.reviewers, a.n) for a in pairs] == [(("Anna", "Ben"), 2), (("Anna", "Carla"), 4), (("Ben", "Carla"), 2)]


def test_an_unknown_reviewer_is_named():
    with pytest.raises(ValueError, match="no decision by Dora"):
        screening.agreement(said([[1, 1], [1, 1]]), "title_abstract", reviewers=("Anna", "Dora"))


@pytest.mark.parametrize("table", [[[0, 4], [3, 0]], [[0, 1], [1, 0]], [[0, 40], [40, 0]]])
def test_ac1_has_no_interval_of_no_width_where_the_two_always_differ(table):
    found = ac1(np.array(table, dtype=float))
    assert (round(found.value, 12), found.low, found.high) == (-1.0, None, None)
    assert any("No interval can be given for AC1" in note for note in of(table).notes)


@pytest.mark.parametrize("table", [[[5, 3], [0, 0]], [[0, 7], [0, 2]], [[1, 0], [99, 0]], [[0, 0], [2, 8]]])
def test_kappa_has_no_interval_where_one_reviewer_decides_the_same_throughout(table):
    found = kappa(np.array(table, dtype=float))
    assert abs(found.value) < 1e-12
    assert (found.low, found.high) == (None, None)
    assert any("No interval can be given for kappa" in note for note in of(table).notes)


def test_a_single_difference_among_many_reports_still_has_an_interval():
    found = ac1(np.array([[999_998.0, 1], [0, 1]]))
    assert found.low < found.value < found.high


@pytest.mark.parametrize("counts", [[[0, 5], [0, 5]], [[5, 5], [0, 0]], [[0, 4], [0, 0]]])
def test_an_interval_of_no_width_is_none(counts):
    found = of(np.array(counts))
    assert found.kappa_low is None or found.kappa_high - found.kappa_low > 1e-6
    assert found.ac1_low is None or found.ac1_high - found.ac1_low > 1e-6
    assert any("of no width" in note or "not defined" in note for note in found.notes) or None not in (
        found.kappa_low,
        found.ac1_low,
    )


def test_where_all_agree_ac1_is_told_without_an_interval():
    from helpers.update.agreed import agreement_lines

    assert "AC1 1.00" in agreement_lines(of(np.array([[3, 0], [0, 4]])))[0]
