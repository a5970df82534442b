"""Search strategies as files: what PRISMA-S asks for, and slips that PubMed would pass over."""

from __future__ import annotations

import pytest

from helpers.update.strategies import parse_strategy
from helpers.update.strategy_strings import DATE_TAGS, FIELD_TAGS, Line, date_tags

from .test_fetch import ITEMS


def slips(string: str, database: str = "PubMed", items: str = ITEMS) -> list[str]:
    items = items.replace("PubMed", database)
    return [fault.rule for fault in parse_strategy(f"{items}\n{string}", file="x.txt", database=database)[1]]


@pytest.mark.parametrize(
    "string",
    [
        '("a phrase"[tiab] OR "Another"[Mesh:NoExp]) AND (child*[Title/Abstract] OR "Child"[MeSH Terms])',
        'alpha[tiab] NOT ("Animals"[Mesh] NOT "Humans"[Mesh])',
        "alpha beta gamma AND delta[tw]",
        '"alpha beta"[tiab:~3] AND case reports[pt] AND english[la]',
        '(\n  alpha[tiab] OR\n  "beta and gamma"[tiab]\n)\nAND delta[nm]',
        "arthritis, juvenile/drug therapy[majr]",
        "#1 alpha[tiab] OR beta[tiab]\n\n#2 gamma[tiab]\n# a remark\n#3 #1 AND #2",
        '#1 alpha[tiab]\n#2 #1 NOT (beta[tiab] AND "gamma #9"[tiab])',
        '"2020/01/01"[dp] : "2021/01/01"[dp] AND alpha[tiab]',
        "book[book] AND TNF-alpha[tiab]",
    ],
)
def test_a_sound_string_has_no_slip(string):
    assert slips(string) == []


@pytest.mark.parametrize(
    ("string", "rule"),
    [
        ("(alpha[tiab] AND beta[tiab]", "balanced-brackets"),
        ("alpha[tiab]) AND beta[tiab]", "balanced-brackets"),
        ("alpha[tiab AND beta[tiab]", "balanced-brackets"),
        ('"alpha[tiab] AND beta[tiab]', "balanced-quotes"),
        ("“alpha”[tiab]", "straight-quotes"),
        ("alpha[tiab] or beta[tiab]", "operators-upper-case"),
        ("alpha[tiab] And beta[tiab]", "operators-upper-case"),
        ("alpha[tiab] AND OR beta[tiab]", "operator-placement"),
        ("alpha[tiab] AND NOT beta[tiab]", "operator-placement"),
        ("OR alpha[tiab]", "operator-placement"),
        ("alpha[tiab] OR", "operator-placement"),
        ("(alpha[tiab] OR)", "operator-placement"),
        ("alpha[tiab] AND ()", "operator-placement"),
        ("alpha[tiab] beta[tiab]", "operator-missing"),
        ('"alpha" "beta"', "operator-missing"),
        ("alpha[tiab]\nbeta[tiab]", "operator-missing"),
        ("(alpha OR beta)[tiab]", "tag-after-term"),
        ("alpha[tiab] AND beta[tiab] OR gamma[tiab]", "mixed-operators"),
        ("alpha[tiabb]", "field-tags"),
        ("alpha[]", "field-tags"),
        ("mas*[tiab]", "truncation"),
        ("*alpha[tiab]", "truncation"),
        ("#1 alpha[tiab]\n#2 #1 AND #3", "references"),
        ("#1 alpha[tiab]\n#2 beta[tiab] AND #2", "references"),
        ("#1 alpha[tiab]\n#2 beta[tiab]\n#3 gamma[tiab] AND #1", "references"),
        ("alpha[tiab] AND #1", "references"),
        ("#1 alpha[tiab]\n#3 #1 AND beta[tiab]", "numbers"),
        ("#1 alpha[tiab]\nAND beta[tiab]", "numbers"),
        ("#1 alpha[tiab]\n#2\n#3 #1 AND #2", "empty-line"),
        ("", "string-given"),
        ("# only a remark", "string-given"),
    ],
)
def test_each_slip_is_found_and_nothing_else(string, rule):
    assert set(slips(string)) == {rule}


def test_a_slip_is_told_with_its_line():
    _, faults = parse_strategy(f"{ITEMS}\n#1 alpha[tiab]\n#2 #1 AND beta[tiabb]\n", file="x.txt", database="PubMed")
    assert [(one.file, one.row, one.value) for one in faults] == [("x.txt", 9, "[tiabb]")]


def test_references_are_put_in_as_they_stand_and_nested():
    text = f'{ITEMS}\n#1 a[tiab] OR b[tiab]\n#2 #1 NOT "x #1"[tiab]\n#3 #2 AND #1\n'
    strategy, faults = parse_strategy(text, file="x", database="PubMed")
    assert faults == []
    assert strategy.query == '((a[tiab] OR b[tiab]) NOT "x #1"[tiab]) AND (a[tiab] OR b[tiab])'


def test_a_string_of_another_database_is_only_looked_over_for_brackets_and_quotes():
    assert slips("'alpha'/exp AND child*:ti,ab or x", database="Embase") == []
    assert slips("('alpha'/exp", database="Embase") == ["balanced-brackets"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("# limits: none\n", "", "prisma-s"),
        ("# limits: none", "# limits:", "prisma-s"),
        ("# limits: none", "# limits: <none?>", "prisma-s"),
        ("# date run:", "# date run: last week", "date-run"),
        ("# database: PubMed", "# database: Embase", "database"),
        ("# date run:", "# date run:\n# date field: yesterday", "date-field"),
    ],
)
def test_an_item_that_is_missing_or_makes_no_sense_is_named(old, new, rule):
    _, faults = parse_strategy(f"{ITEMS.replace(old, new)}\nalpha[tiab]", file="x", database="PubMed")
    assert [one.rule for one in faults] == [rule]


def test_a_long_item_goes_on_and_the_day_of_creation_limits_unless_told():
    items = ITEMS.replace("limits: none", "limits: none, because\n#    every language counts")
    strategy, _ = parse_strategy(f"{items}\nalpha[tiab]", file="x", database="PubMed")
    assert strategy.items["limits"] == "none, because every language counts"
    assert strategy.date_field == "crdt"
    strategy, _ = parse_strategy(f"{ITEMS}# date field: edat\n\nalpha[tiab]", file="x", database="PubMed")
    assert strategy.date_field == "edat"


def test_a_limit_by_date_is_found_in_the_string():
    assert [*date_tags([Line(9, 'alpha[tiab] AND 2020:2023[Date - Publication] AND "edat"[tiab]')])] == [
        (9, "[Date - Publication]")
    ]
    assert DATE_TAGS < FIELD_TAGS
