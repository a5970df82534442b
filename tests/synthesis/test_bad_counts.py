from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from helpers import synthesis

ENTRIES = [
    synthesis.pool_proportions,
    synthesis.leave_one_out,
    synthesis.influence,
    synthesis.cumulative,
    synthesis.multiverse,
    synthesis.small_study_test,
    lambda x, n, **options: synthesis.subgroups(x, n, ["a"] * len(x), **options),
]
CASES = [
    ([3, -1], [5, 5], r"study b: events = -1; rule `events >= 0`"),
    ([3, 2.5], [5, 5], r"study b: events = 2.5; rule: a whole number"),
    ([3, math.nan], [5, 5], r"study b: events is missing"),
    ([3, None], [5, 5], r"study b: events is missing"),
    ([3, "2"], [5, 5], r"study b: events is missing or not a number \('2'\)"),
    ([3, math.inf], [5, 5], r"study b: events = inf; rule: a whole number"),
    ([3, 6], [5, 5], r"study b: events = 6, total = 5; rule `events <= total`"),
    ([3, 0], [5, 0], r"study b: total = 0; rule `total >= 1`"),
    ([3, 1], [5, math.nan], r"study b: total is missing"),
]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize(("x", "n", "rule"), CASES)
def test_each_entry_names_the_study_and_the_rule(entry, x, n, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        entry(x, n, studies=["a", "b"])


@pytest.mark.parametrize(
    ("x", "n", "rule"),
    [([], [], "no studies were given"), ([1, 2], [3], "2 events but 1 totals"), ([1], [3, 4], "1 events but 2 totals")],
)
def test_empty_and_unequal_input_is_refused(x, n, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        synthesis.pool_proportions(x, n)


@pytest.mark.parametrize(
    ("x", "n", "rule"),
    [
        (3, 5, "events = 3; rule: a sequence, one entry per study"),
        ([3], 5, "totals = 5; rule: a sequence, one entry per study"),
        (None, [5], "events = None; rule: a sequence"),
        (np.array(3), [5], "rule: a sequence"),
        ({1: 3}, [5], "events = {1: 3}; rule: a sequence"),
        ([3], {1: 5}, "totals = {1: 5}; rule: a sequence"),
        ({3, 4}, [5, 6], "events = {3, 4}; rule: a sequence"),
    ],
)
def test_what_is_no_sequence_of_studies_is_refused(x, n, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        synthesis.pool_proportions(x, n)


def test_all_faults_are_listed_at_once():
    with pytest.raises(ValueError) as caught:
        synthesis.pool_proportions([-1, 2, 9, None], [5, 0, 5, 5], studies=["a", "b", "c", "d"])
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["study a", "study b", "study c", "study d"]
    assert "4 faults" in str(caught.value)


def test_one_fault_is_singular():
    with pytest.raises(ValueError, match=r"cannot be used \(1 fault\)"):
        synthesis.pool_proportions([-1, 2], [5, 5])


@pytest.mark.parametrize("level", [np.float32(0.9), np.float64(0.9), Fraction(9, 10)])
def test_a_level_of_any_real_type_is_accepted(level):
    found, expected = (synthesis.pool_proportions([1, 3, 4], [4, 7, 9], level=v) for v in (level, 0.9))
    assert type(found.level) is float
    assert [found.ci_low, found.ci_high] == pytest.approx([expected.ci_low, expected.ci_high], rel=1e-6)
    assert synthesis.proportion_ci(1, 4, level=level).ci_low == pytest.approx(
        synthesis.proportion_ci(1, 4, level=0.9).ci_low, rel=1e-6
    )


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"method": "magic"}, "method = 'magic' is unknown; rule: one of glmm, fixed, logit-dl"),
        ({"method": "logit"}, "unknown"),
        ({"method": None}, "unknown"),
        ({"ci": "exact"}, "ci = 'exact' is unknown"),
        ({"method": "glmm", "ci": "hksj"}, "does not have"),
        ({"method": "logit-dl", "ci": "profile"}, "does not use"),
        ({"method": "arcsine-pm", "ci": "profile-t"}, "does not use"),
        ({"shared_with": [None]}, "2 studies but 1 entries of shared_with"),
        ({"level": 95}, "above 0 and below 1"),
        ({"level": math.nan}, "above 0 and below 1"),
        ({"level": True}, "above 0 and below 1"),
        ({"studies": ["a"]}, "one label for each study"),
        ({"definitions": ["a"]}, "one definition for each study"),
    ],
)
def test_unknown_options_are_refused(options, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        synthesis.pool_proportions([1, 2], [3, 4], **options)


def test_single_and_paired_proportions_have_the_same_rules():
    with pytest.raises(synthesis.SynthesisError, match="events <= total"):
        synthesis.proportion_ci(5, 4)
    with pytest.raises(synthesis.SynthesisError, match="method = 'wald' is unknown"):
        synthesis.proportion_ci(1, 4, "wald")
    with pytest.raises(synthesis.SynthesisError, match="study b: total = 0"):
        synthesis.compare_proportions(1, 4, 0, 0)


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, lambda v: np.array(v, dtype=float), iter])
def test_whole_numbers_of_any_container_and_type_are_accepted(kind):
    expected = synthesis.pool_proportions([1, 3, 4], [4, 7, 9])
    assert synthesis.pool_proportions(kind([1, 3, 4]), kind([4, 7, 9])).estimate == expected.estimate
