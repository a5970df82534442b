"""Hypothesis strategies for sets of studies, and how many examples to draw."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st


def examples(number: int) -> settings:
    """The same examples on every run, without a clock: a busy machine must not fail a test."""
    return settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )


def study_lists(least: int = 1, most: int = 7, patients: int = 40) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Lists of (events, total)."""
    study = st.integers(1, patients).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    return st.lists(study, min_size=least, max_size=most)
