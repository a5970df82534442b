"""The ledger: rows are added and never changed, a person's word counts before any rule, and nothing decided is lost."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import links
from helpers.faults import ReviewError

TODAY = "2026-11-25"
A, B, C, D = "u1:e:1", "u1:e:2", "u1:e:3", "u1:e:4"


def found(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    """What the rules found: (a, b, relation, is_certain)."""
    cells = [
        (a, b, relation, "title-place" if sure else "title-two-places", f"{a} and {b}.", sure)
        for a, b, relation, sure in rows
    ]
    return pd.DataFrame(cells, columns=list(links.FOUND))


def settled(*rows: tuple[str, str, str, bool], ledger: pd.DataFrame | None = None, today: str = TODAY) -> pd.DataFrame:
    return links.settle(found(*rows), links.empty_ledger() if ledger is None else ledger, today=today)


def said(ledger: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str, str]]:
    now = links.current(ledger)
    return {(r.a, r.b): (r.relation, r.decided_by, r.status) for r in now.itertuples(index=False)}


def by(person: str = "Ana") -> dict[str, str]:
    return {"person": person, "why": "Looked at both.", "today": TODAY}


def test_certain_links_are_decided_and_the_others_are_open():
    ledger = settled((A, B, "same_report", True), (C, A, "comment_on", True), (B, D, "same_report", False))
    assert said(ledger) == {
        (A, B): ("same_report", "rule:title-place", "decided"),
        (C, A): ("comment_on", "rule:title-place", "decided"),
        (B, D): ("same_report", "rule:title-two-places", "open"),
    }
    assert list(ledger.columns) == list(links.LEDGER)


def test_only_same_report_merges_and_only_when_it_is_decided():
    ledger = settled((A, B, "same_report", True), (C, A, "comment_on", True), (C, D, "same_report", False))
    assert links.reports([A, B, C, D], ledger).to_dict() == {A: A, B: A, C: C, D: D}


def test_a_decision_of_a_person_survives_every_rerun_of_the_rules():
    ledger = links.decide(settled((A, B, "same_report", True)), A, B, "unrelated", **by())
    for rows in ([(A, B, "same_report", True)], [(A, B, "same_report", False)], [], [(A, B, "comment_on", True)]):
        ledger = settled(*rows, ledger=ledger, today="2027-06-30")
        assert said(ledger)[(A, B)] == ("unrelated", "person:Ana", "decided")
    assert links.reports([A, B], ledger).to_dict() == {A: A, B: B}


def test_a_person_answers_an_open_question():
    ledger = links.decide(settled((A, B, "same_report", False)), B, A, "same_report", **by())
    assert said(ledger) == {(A, B): ("same_report", "person:Ana", "decided")}
    assert links.reports([A, B], ledger).tolist() == [A, A]
    assert len(links.questions(ledger)) == 0


def test_a_person_may_link_what_no_rule_found():
    ledger = links.decide(links.empty_ledger(), B, A, "abstract_of", **by())
    assert said(ledger) == {
        (B, A): ("abstract_of", "person:Ana", "decided")
    }  # b is not turned: the abstract comes first


def test_the_last_person_counts_and_saying_the_same_again_adds_no_row():
    once = links.decide(links.empty_ledger(), A, B, "same_report", **by("Ana"))
    assert len(links.decide(once, B, A, "same_report", **by("Ana"))) == 1
    twice = links.decide(once, A, B, "unrelated", **by("Ben"))
    assert said(twice) == {(A, B): ("unrelated", "person:Ben", "decided")}
    assert len(twice) == 2


def test_rows_are_added_and_never_changed():
    first = settled((A, B, "same_report", True), (B, C, "same_report", False))
    ledger = links.decide(first, B, C, "same_study", **by())
    ledger = settled((A, B, "same_report", False), ledger=ledger)
    link = links.current(ledger)["link_id"][1]
    ledger = links.undo(ledger, link, person="Ben", why="A slip.", today=TODAY)
    pd.testing.assert_frame_equal(ledger.iloc[: len(first)], first)
    assert ledger["link_id"].is_unique
    assert set(ledger["status"]) == {"decided", "open", "undone"}


def test_ids_of_links_do_not_depend_on_what_else_is_in_the_ledger():
    alone = settled((A, B, "same_report", True))
    among = settled((C, D, "same_report", True), (A, B, "same_report", True), (B, D, "same_study", False))
    pick = among[(among["a"] == A) & (among["b"] == B)]
    assert pick["link_id"].tolist() == alone["link_id"].tolist()


def test_undoing_a_person_gives_the_word_back_to_the_rules():
    ledger = links.decide(settled((A, B, "same_report", True)), A, B, "unrelated", **by())
    (link,) = links.current(ledger)["link_id"]
    ledger = links.undo(ledger, link, person="Ben", why="They are one.", today=TODAY)
    assert said(ledger) == {(A, B): ("same_report", "rule:title-place", "decided")}


def test_undoing_a_rule_keeps_the_pair_apart_for_good():
    ledger = settled((A, B, "same_report", True))
    ledger = links.undo(ledger, links.current(ledger)["link_id"][0], person="Ben", why="Two abstracts.", today=TODAY)
    ledger = settled((A, B, "same_report", True), ledger=ledger, today="2027-06-30")
    assert said(ledger) == {(A, B): ("unrelated", "person:Ben", "decided")}


def test_undoing_a_decision_that_no_rule_shares_leaves_no_link():
    ledger = links.decide(links.empty_ledger(), A, B, "same_report", **by())
    ledger = links.undo(ledger, ledger["link_id"][0], person="Ana", why="A slip.", today=TODAY)
    assert said(ledger) == {} and len(ledger) == 2
    again = links.decide(ledger, A, B, "same_report", **by())
    assert said(again) == {(A, B): ("same_report", "person:Ana", "decided")} and again["link_id"].is_unique


def test_what_does_not_count_cannot_be_undone():
    ledger = links.decide(settled((A, B, "same_report", True)), A, B, "unrelated", **by())
    for link, message in ((ledger["link_id"][0], "no longer counts"), ("nothing", "no such link")):
        with pytest.raises(ReviewError, match=message):
            links.undo(ledger, link, person="Ben", why="Why not.", today=TODAY)


def test_a_decision_needs_a_known_relation_two_records_a_person_and_a_reason():
    with pytest.raises(ReviewError) as caught:
        links.decide(links.empty_ledger(), A, A, "cousin_of", person=" ", why="", today=TODAY)
    assert {fault.rule for fault in caught.value.faults} == {
        "relation-known",
        "link-of-two",
        "person-named",
        "reason-given",
    }


def test_a_link_that_the_rules_no_longer_find_is_taken_back_with_a_row():
    ledger = settled((A, B, "same_report", True), (C, D, "same_report", True))
    ledger = settled((C, D, "same_report", True), ledger=ledger, today="2027-06-30")
    assert set(said(ledger)) == {(C, D)}
    assert ledger["status"].tolist() == ["decided", "decided", "undone"]
    assert len(settled((C, D, "same_report", True), ledger=ledger)) == 3
    assert set(said(settled((A, B, "same_report", True), (C, D, "same_report", True), ledger=ledger))) == {
        (A, B),
        (C, D),
    }


def test_a_chain_of_merges_against_a_persons_word_is_refused_with_the_chain():
    ledger = settled((A, B, "same_report", True), (B, C, "same_report", True), (C, D, "same_report", True))
    ledger = links.decide(ledger, A, D, "unrelated", **by())
    with pytest.raises(ReviewError) as caught:
        links.reports([A, B, C, D], ledger)
    (fault,) = caught.value.faults
    assert f"{A} = {B} = {C} = {D}" in fault.message and "Ana" in fault.message
    mended = links.decide(ledger, B, C, "unrelated", **by("Ben"))
    assert links.reports([A, B, C, D], mended).tolist() == [A, A, C, C]


def test_a_chain_may_not_merge_a_comment_with_its_paper_against_a_person():
    ledger = settled((A, B, "same_report", True), (B, C, "same_report", True))
    ledger = links.decide(ledger, C, A, "comment_on", **by())
    with pytest.raises(ReviewError, match="comment on"):
        links.reports([A, B, C], ledger)


def test_a_report_is_named_by_its_first_record_whatever_the_order_of_the_links():
    rows = [(A, C, "same_report", True), (C, D, "same_report", True)]
    for order in (rows, rows[::-1]):
        assert links.reports([A, B, C, D], settled(*order)).to_dict() == {A: A, B: B, C: A, D: A}


def test_a_record_that_joins_a_known_study_takes_its_id():
    ledger = settled(("known:novak2023", B, "same_report", True), (A, B, "same_report", True))
    assert links.reports([A, B, C], ledger).to_dict() == {A: "known:novak2023", B: "known:novak2023", C: C}
    assert links.reports(["known:novak2023", A, B, C], ledger)[A] == "known:novak2023"


def test_a_question_is_asked_once_for_all_copies_of_two_reports():
    ledger = settled(
        (A, B, "same_report", True),
        (A, C, "same_report", False),
        (B, C, "same_report", False),
        (C, D, "same_report", True),
        (B, D, "same_report", False),
    )
    assert list(zip(*(links.questions(ledger)[column] for column in ("a", "b")), strict=True)) == [(A, C)]


def test_an_answer_for_one_pair_of_copies_answers_for_all():
    ledger = settled((A, B, "same_report", True), (A, C, "same_report", False), (B, C, "same_report", False))
    ledger = links.decide(ledger, B, C, "unrelated", **by())
    assert len(links.questions(ledger)) == 0
