"""A guard that no change of rows could break would be no guard."""

from __future__ import annotations

import pytest

from helpers.audit.cells import Cells
from helpers.audit.recipes import RecipeError
from helpers.guards import Guard, broken
from helpers.guards.check import statements_of

from .small_changes import small_changes


@pytest.fixture(scope="module")
def expectations(root, review) -> list[tuple[str, Guard]]:
    stated = statements_of(root, review)
    return list(dict.fromkeys((one.text, guard) for one in stated for guard in one.guards if guard.kind == "expect"))


def test_every_guard_of_the_review_fails_under_a_small_change_of_rows(review, expectations):
    assert len(expectations) > 300
    cells = Cells(review.tables)
    unbreakable = {
        guard.text: sentence
        for sentence, guard in expectations
        if not any(breaks(guard, changed) for _, changed in small_changes(guard.text, cells))
    }
    assert unbreakable == {}


def breaks(guard: Guard, cells: Cells) -> bool:
    """Whether the guard is judged on these cells, and does not hold."""
    try:
        return broken(guard, cells) is not None
    except RecipeError:
        return False


def test_a_guard_that_speaks_of_no_row_is_refused(review):
    with pytest.raises(RecipeError, match="speaks of no row"):
        broken(Guard("expect", "at_most(1, 2)"), Cells(review.tables))


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ('none("counts: tretment=csa")', "no column"),
        ('none("count: treatment=csa")', "no table"),
        ('none("counts: treatment=cas")', "no code"),
        ('none("counts: study.desgin=case_report")', "no column"),
        ('none("")', "empty|cannot be read|should stand"),
        ("most(no-such-row)", "no evidence row"),
        ('every("counts: measure=death", "treatmnt=csa")', "no column"),
    ],
)
def test_a_slip_in_a_guard_is_no_guard_that_always_holds(review, recipe, message):
    with pytest.raises(RecipeError, match=message):
        broken(Guard("expect", recipe), Cells(review.tables))
