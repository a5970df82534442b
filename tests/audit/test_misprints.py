"""A misprint is named only when it is the only one that reconciles the numbers and upsets nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planted import Case, review_of

from helpers import audit


def audited(case: Case, claim_id: str, *more: Case):
    return next(c for c in audit.audit(review_of([case, *more])).claims if c.claim_id == claim_id)


def two_of_twelve() -> tuple[Case, str]:
    """Two of twelve printed as 15%, and the row that says so; the count and the size of the study stand firm."""
    case = Case("kang")
    study = {"level": "study", "study_id": "kang", "condition": "kd", "how_obtained": "from_table"}
    size = case.count("size", events=12, measure="patients", treatment="none", **study)
    dead = case.count(
        "death", events=2, total=12, percent_printed=15.0, as_printed="2/12 (15%)", adds_up_to=size, **study
    )
    case.count("alive", events=10, total=12, as_printed="10/12", adds_up_to=size, **study)
    return case, dead


def test_a_wrong_percentage_of_a_count_that_stands_firm_is_named():
    case, dead = two_of_twelve()
    found = audited(case, f"percent-{dead}")
    assert (
        "15% " in found.hypothesis and "read as 17%" in found.hypothesis
    )  # 2/13 would be 15% too, but the study has 12
    assert "hypothesis, not a correction" in found.hypothesis


@pytest.mark.parametrize(
    ("slip", "said", "status"),
    [
        ({"likely": "17%"}, "The only single misprint that", "not a correction"),
        ({"likely": None}, "A single misprint would explain it too: 15%", "not a correction"),
        ({"likely": "17%", "is_proved": True}, "The only single misprint that", "The known slip says what shows it."),
    ],
)
def test_a_misprint_is_as_sure_as_the_slip_behind_it(slip, said, status):
    case, dead = two_of_twelve()
    review = replace(review_of([case]), corrections=({"id": "slip", "rows": [dead]} | slip,))
    found = next(c for c in audit.audit(review).claims if c.claim_id == f"percent-{dead}")
    assert found.slips == ("slip",)
    assert found.hypothesis.startswith(said)
    assert found.hypothesis.endswith(f"{status}.".replace("..", "."))


def test_two_numbers_that_both_stand_firm_leave_no_misprint():
    one, other = Case("one"), Case("other")
    total = one.count("all", events=120)
    for name, events in {"sjia": 78, "sle": 14, "kd": 14, "rest": 14}.items():
        one.count(name, events=events, adds_up_to=total)
    other.count("kd", events=15, total=58, percent_printed=26.0)
    claim = Case("same", "same", "equals(one-kd, other-kd)")
    assert audited(one, "same", other, claim).hypothesis == (
        "No single misprint would explain it without upsetting another check."
    )


def test_shares_that_are_swapped_are_named():
    case = Case("aytac")
    case.comparisons.append(
        {"comparison_id": "c", "p_printed": None, "p_relation": None, "p_value": None, "locator": "p1"}
    )
    case.comparisons[0] |= {"section": "non_sjia", "source_id": "made-up"}
    for number, share in enumerate([68.0, 33.0], start=1):
        case.groups.append({"comparison_id": "c", "group_no": number, "group": "g", "total": None, "events": None})
        case.groups[-1]["percent_printed"] = share
    first = case.count("abstract-1", percent_printed=33.3)
    second = case.count("abstract-2", percent_printed=67.7)
    claims = [Case("one", "one", f"prints(c/1, {first}.percent_printed)")]
    claims += [Case("two", "two", f"prints(c/2, {second}.percent_printed)")]
    assert "68% and 33% (p1) read the other way round" in audited(case, "one", *claims).hypothesis


def test_several_possible_misprints_are_not_chosen_between():
    case = Case("x")
    row = case.count("row", total=6, percent_printed=30.0)
    assert audited(case, f"grim-{row}").hypothesis.startswith("More than one single misprint")


def test_nothing_is_guessed_about_numbers_we_worked_out_ourselves():
    case = Case("x")
    case.count("a", events=6, how_obtained="derived")
    case.count("b", events=5, how_obtained="derived")
    assert audited(case, "same", Case("same", "same", "equals(x-a, x-b)")).hypothesis == ""
