"""Recipes are a small language of their own: what they mean, and what they refuse."""

from __future__ import annotations

import pandas as pd
import pytest
from planted import Case, review_of

from helpers import audit
from helpers.audit import Verdict
from helpers.audit.cells import Cells
from helpers.audit.recipes import Call, Cell, Constant, RecipeError, cells_of, parse
from helpers.audit.relations import judge
from helpers.faults import ReviewError


def case_of(**rows: dict) -> Case:
    case = Case("x")
    for name, cells in rows.items():
        case.count(name, **cells)
    return case


def judged(recipe: str, **rows: dict):
    return judge(parse(recipe), Cells(review_of([case_of(**rows)]).tables))


def test_a_recipe_is_read_into_a_tree():
    tree = parse(" equals( a-row.total , sum_of(b/2, product(c-1.percent_printed, 24)) ) ")
    inner = Call("sum_of", (Cell("b/2"), Call("product", (Cell("c-1", "percent_printed"), Constant(24)))))
    assert tree == Call("equals", (Cell("a-row", "total"), inner))
    assert list(cells_of(tree)) == [Cell("a-row", "total"), Cell("b/2"), Cell("c-1", "percent_printed")]


@pytest.mark.parametrize(
    "recipe",
    [
        "",
        "a-row",
        "12",
        "equals(a, b",
        "equals(a, b))",
        "equals(a b)",
        "equals()",
        "equals(a,, b)",
        "a == b",
        "__import__('os').system('true')",
        "equals(a, b.__class__)",
        "().__class__",
        "equals(a, lambda: 1)",
        "sum_of(" * 30 + "a" + ")" * 30,
        "equals(" + "a, " * 5_000 + "a)",
    ],
)
def test_what_is_no_recipe_is_refused(recipe):
    with pytest.raises(RecipeError):
        parse(recipe)


@pytest.mark.parametrize(
    ("recipe", "verdict"),
    [
        ("equals(x-a, x-a)", "reproduced"),
        ("equals(x-a, sum_of(x-a, x-b))", "differs"),
        ("equals(x-b, difference(x-a.total, x-a))", "reproduced"),
        ("prints(x-a.percent_printed, percent(x-a, x-a.total))", "reproduced"),  # 8 of 12 is 66.7, printed 67
        ("prints(x-b.percent_printed, percent(x-a, x-a.total))", "rounding"),  # 66: cut off
        ("prints(x-c.percent_printed, percent(x-a, x-a.total))", "differs"),  # 65
        ("fits(x-a.percent_printed, x-a.total)", "reproduced"),
        ("fits(x-b.percent_printed, x-a.total)", "rounding"),
        ("fits(x-d.percent_printed, x-a.total)", "differs"),  # 70 lies between 8 and 9 of 12
        ("equals(x-a, counts_behind(x-d.percent_printed, x-a.total))", "differs"),
        ("at_most(x-b, up_to(x-a))", "reproduced"),
        ("more_than(x-a, largest(x-b, x-b.total))", "reproduced"),
        ("equals(3, rows_of(x-a, x-b, x-c))", "reproduced"),
        ("equals(2, references(x-a))", "reproduced"),
        ("same(x-a.condition, x-b.condition)", "differs"),
        ("equals(x-d, x-a)", "cannot_be_checked"),  # no count printed
    ],
)
def test_what_a_recipe_finds(recipe, verdict):
    rows = {
        "a": {"events": 8, "total": 12, "percent_printed": 67.0, "refs": "27;28", "condition": "sjia"},
        "b": {"events": 4, "total": 6, "percent_printed": 66.0, "condition": "kd"},
        "c": {"events": 1, "percent_printed": 65.0},
        "d": {"percent_printed": 70.0},
    }
    assert judged(recipe, **rows).verdict == verdict


@pytest.mark.parametrize(
    ("recipe", "told"),
    [
        ("equals(0, x-a)", ("0", "2", "It is 2, not 0.")),  # nobody printed the constant
        ("equals(x-b, x-a)", ("5", "2", "One side gives 5, the other 2.")),
        ("equals(x-a, references(x-a))", ("2", "2 references (27, 28)", "2 references (27, 28); printed 2.")),
        ("at_most(rows_of(x-a), x-b)", ("1 row", "5", "1 row lies within 5.")),
        ("at_most(sum_of(rows_of(x-a, x-b), x-a), x-b)", ("2 rows + 2 = 4", "5", "2 rows + 2 = 4 lies within 5.")),
        ("at_most(rows_of(x-a, x-b), x-b)", ("2 rows", "5", "2 rows lie within 5.")),
        (
            "equals(x-b, difference(x-b, up_to(x-a)))",
            ("5", "5 − none to 2 = 3 to 5", "5 − none to 2 = 3 to 5; printed 5."),
        ),
    ],
)
def test_what_was_found_is_told_in_plain_words(recipe, told):
    assert judged(recipe, a={"events": 2, "refs": "27; 28"}, b={"events": 5}).told == told


SHARES = {"a": 74.2, "b": 67.7, "c": 41.9, "d": 32.3}  # of 31: 23, 21, 13 and 10


@pytest.mark.parametrize(
    ("most", "names", "verdict", "said"),
    [
        (37, "abcd", "reproduced", "The only size up to 37 that gives 74.2%, 67.7%, 41.9%, 32.3% = 31; printed 31."),
        (30, "abcd", "differs", "No group of up to 30 gives 74.2%, 67.7%, 41.9%, 32.3%."),
        (62, "abcd", "cannot_be_checked", "leave several sizes open: 31 and 62."),
        (37, "ae", "differs", "No group of up to 37 gives 74.2%, 80.3%."),
    ],
)
def test_shares_printed_to_a_digit_can_leave_one_size_of_the_group(most, names, verdict, said):
    rows = {name: {"percent_printed": share} for name, share in (SHARES | {"e": 80.3}).items()}
    shares = ", ".join(f"x-{name}.percent_printed" for name in names)
    found = judged(f"equals(x-size, only_total({most}, {shares}))", size={"events": 31}, **rows)
    assert found.verdict == verdict
    assert said in found.told[2]


def test_years_are_later_not_more():
    cells = Cells({"studies": pd.DataFrame({"study_id": ["a2011", "b2012"], "year": [2011, 2012]})})
    assert judge(parse("more_than(a2011.year, b2012.year)"), cells).told[2] == "2011 is not later than 2012."
    assert judge(parse("more_than(b2012.year, a2011.year)"), cells).told[2] == "2012 is later than 2011."


@pytest.mark.parametrize("total", [0, 1])
def test_a_group_of_nobody_has_no_share(total):
    found = judged("fits(x-a.percent_printed, x-a.total)", a={"total": total, "percent_printed": 50.0})
    assert found.verdict == Verdict.DIFFERS
    assert (
        judged("prints(x-a.percent_printed, percent(x-a, 0))", a={"events": 0, "percent_printed": 0.0}).verdict
        == "differs"
    )


def test_every_broken_claim_is_named_at_once():
    recipes = ["equals(x-a, x-b", "equals(x-a, no-such-row)", "equals(x-a.no_column, x-a)", "guess(x-a)", "equals(x-a)"]
    recipes += ["equals(x-a, root_of(x-a))", "sum_of(x-a, x-a)", "within(x-a, 12)", "p_fits(x-a)"]
    cases = [Case(f"claim-{n}", f"claim-{n}", recipe) for n, recipe in enumerate(recipes)]
    review = review_of([case_of(a={"events": 1}), *cases])
    review.tables["claims"].loc[0, "slip_id"] = "no-such-slip"
    with pytest.raises(ReviewError) as raised:
        audit.audit(review)
    assert len(raised.value.faults) == len(recipes) + 1
    assert all(f.file == "data/claims.csv" and f.fix for f in raised.value.faults)


def test_a_claim_without_recipe_must_say_why():
    review = review_of([case_of(a={"events": 1}), Case("c", "c", "equals(x-a, x-a)")])
    review.tables["claims"]["recipe"] = pd.Series([None], dtype="string")
    with pytest.raises(ReviewError, match="lacks a reason"):
        audit.audit(review)


def test_words_stand_against_a_coded_cell_and_nowhere_else():
    """A label that a journal prints, for example, against the one in our table."""
    assert judged('same(x-a.condition, "Systemic JIA")', a={}).verdict == "reproduced"
    told = judged('same(x-a.condition, "Kawasaki disease")', a={}).told
    assert told == ("Systemic JIA", "Kawasaki disease", "One says Systemic JIA, the other Kawasaki disease.")
    for recipe in ('same("a", "b")', 'equals(x-a, "12")', 'same(x-a.condition, "sjia, x-b)'):
        with pytest.raises(RecipeError):
            judged(recipe, a={"events": 12})
