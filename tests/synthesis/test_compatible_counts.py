from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from helpers import synthesis


@examples(60)
@given(st.integers(1, 400), st.data(), st.integers(0, 2), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_the_true_count_is_always_among_those_that_fit(n, data, decimals, rounding):
    x = data.draw(st.integers(0, n))
    printed = (Decimal(100 * x) / n).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    assert x in synthesis.compatible_counts(str(printed), n)


@examples(60)
@given(st.integers(1, 400), st.integers(0, 100))
def test_each_count_that_fits_rounds_to_what_is_printed_and_no_other_does(n, percent):
    expected = tuple(x for x in range(n + 1) if abs(200 * x - 2 * percent * n) <= n)
    assert synthesis.compatible_counts(str(percent), n) == expected


def test_truncated_percentages_are_found_only_where_asked_for():
    assert synthesis.compatible_counts("66", 3) == ()
    assert synthesis.compatible_counts("66", 3, rounding="truncated") == (2,)
    assert synthesis.compatible_counts("66", 3, rounding="any") == (2,)
    assert synthesis.compatible_counts("67", 3) == (2,)
    assert synthesis.compatible_counts("49", 2, rounding="truncated") == ()
    assert synthesis.compatible_counts("50", 2, rounding="truncated") == (1,)


def test_decimals_are_read_from_the_text_or_given():
    assert synthesis.compatible_counts("50.0%", 201) == ()
    assert synthesis.compatible_counts("50", 201) == (100, 101)
    assert synthesis.compatible_counts(50.0, 201, decimals=0) == (100, 101)


def test_tables_span_the_p_values_of_all_counts_that_fit():
    found = synthesis.compatible_tables(["10", "25"], [350, 120])
    assert found.tables == ((34, 30), (35, 30), (36, 30))
    compared = [synthesis.compare_proportions(a, 350, b, 120) for a, b in found.tables]
    low, high = found.pvalue_range("fisher")
    assert low == min(c.fisher_pvalue for c in compared) < max(c.fisher_pvalue for c in compared) == high
    assert found.pvalue_range("chi2_corrected")[1] == pytest.approx(max(c.chi2_corrected_pvalue for c in compared))
    assert found.pvalues["chi2"] == pytest.approx([c.chi2_pvalue for c in compared])
    assert found.to_frame()["events_1"].tolist() == [a for a, _ in found.tables]


def test_the_test_behind_a_printed_p_value_is_recognised():
    found = synthesis.compatible_tables(["75", "27"], [12, 15])
    assert found.tests_that_print("0.02") == ("fisher",)
    assert found.tests_that_print("0.01") == ("chi2",)
    assert found.tests_that_print("<0.05") == ("fisher", "chi2", "chi2_corrected")
    assert found.tests_that_print("> .05") == ()


def test_three_groups_are_tested_together():
    found = synthesis.compatible_tables(["30", "70", "83"], [10, 10, 6])
    assert found.tables == ((3, 7, 5),)
    assert found.pvalue_range("fisher")[0] == pytest.approx(0.1173333, abs=1e-6)
    assert found.pvalues["chi2"] == found.pvalues["chi2_corrected"]


def test_a_percentage_that_no_count_gives_is_named():
    found = synthesis.compatible_tables(["35", "27"], [12, 15])
    assert found.tables == ()
    assert found.pvalue_range() is None
    assert found.notes == ("No whole number out of 12 prints as 35%.",)
    assert repr(found).endswith("no whole numbers fit")
    assert found.to_frame().empty


@pytest.mark.parametrize(
    ("percents", "totals", "rule"),
    [
        (["101", "5"], [10, 10], "0 to 100"),
        (["x", "5"], [10, 10], "0 to 100"),
        (["nan", "5"], [10, 10], "0 to 100"),
        (["5"], [10], "two or more groups"),
        (["5", "6"], [10], "two or more groups"),
        (["5", "6"], [10, 0], "total >= 1"),
        (["50", "50"], [100_000, 100_000], "at most"),
    ],
)
def test_bad_percentages_are_refused(percents, totals, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        synthesis.compatible_tables(percents, totals)


def test_an_unreadable_p_value_is_refused():
    with pytest.raises(synthesis.SynthesisError, match="cannot be read"):
        synthesis.prints_as(0.03, "ns")
