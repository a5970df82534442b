"""What the rules say of a pair: one case for each rule and guard, and hard cases that real exports hold."""

from __future__ import annotations

import numpy as np
import pytest
from link_cases import CASES, GUARDED, Case, records_of
from look_alikes import COPIES, LOOK_ALIKES

from helpers import links
from helpers.links.compare import compare
from helpers.links.deciding import fits, is_guarded
from helpers.links.prepared import prepare
from helpers.links.rules import GUARDS, RULES

BY_NAME = {rule.name: rule for rule in RULES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule or 'no-link'}: {case.reason}")
def test_the_rule_that_decides_on_a_pair(case):
    found = links.find_links(records_of(case))
    assert found["rule"].tolist() == ([case.rule] if case.rule else [])
    if case.rule:
        expected = BY_NAME[case.rule]
        assert (found["relation"][0], found["is_certain"][0]) == (expected.relation, expected.is_certain)
        assert expected.says in found["why"][0]


def test_every_rule_decides_on_some_case():
    assert {case.rule for case in CASES if case.rule} == set(BY_NAME)


@pytest.mark.parametrize(("name", "a", "b"), GUARDED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_guard_keeps_two_records_apart_whatever_else_agrees(name, a, b):
    case = Case("", a, b, name)
    evidence = compare(prepare(records_of(case)), np.array([0]), np.array([1]), every=True)
    assert fits(evidence, dict(GUARDS)[name]).all() and is_guarded(evidence).all()
    found = links.find_links(records_of(case))
    assert not (found["is_certain"] & (found["relation"] == links.SAME_REPORT)).any()


@pytest.mark.parametrize(("name", "a", "b"), LOOK_ALIKES, ids=[name for name, *_ in LOOK_ALIKES])
def test_two_reports_that_look_alike_are_not_merged(name, a, b):
    found = links.find_links(records_of(Case("", a, b, name)))
    merged = found[found["is_certain"] & (found["relation"] == links.SAME_REPORT)]
    assert merged["rule"].tolist() == []


@pytest.mark.parametrize(("name", "a", "b"), COPIES, ids=[name for name, *_ in COPIES])
def test_copies_are_merged_however_databases_differ(name, a, b):
    found = links.find_links(records_of(Case("", a, b, name)))
    assert found["is_certain"].tolist() == [True], found["rule"].tolist()
    assert found["relation"].tolist() == [links.SAME_REPORT]


def test_every_guard_has_a_case():
    assert {name for name, *_ in GUARDED} == {name for name, _ in GUARDS}


def test_the_dependent_record_comes_first():
    for name in ("correction", "comment", "abstract", "preprint"):
        case = next(case for case in CASES if case.rule == name)
        for turned in (case, case._replace(a=case.b, b=case.a)):
            records = records_of(turned)
            dependent = records["record_id"][0 if turned is case else 1]
            assert links.find_links(records)["a"].tolist() == [dependent]


def test_a_reason_puts_what_agrees_and_what_differs_side_by_side():
    case = next(case for case in CASES if case.rule == "title-two-places" and case.a.get("volume") == "60")
    (why,) = links.find_links(records_of(case))["why"]
    assert "Agree: title, authors, journal, year." in why
    assert "volume (60 | 63)" in why and "pages (S42 | 366-375)" in why


def test_a_reason_names_what_cannot_be_compared():
    case = next(case for case in CASES if case.rule == "title-volume")
    (why,) = links.find_links(records_of(case))["why"]
    assert "Not comparable: pages." in why


def test_ids_that_are_empty_or_stand_twice_are_refused():
    records = records_of(CASES[0])
    for wrong in (records["record_id"][0], ""):
        with pytest.raises(Exception, match="record-id-once"):
            links.find_links(records.assign(record_id=wrong))
