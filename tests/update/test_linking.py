"""Pairs that rules cannot decide: a short list out, a person's word in; it wins, lasts, and can be taken back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from helpers.update.state import read_update

from .conftest import ABSTRACT, FIRST, UPDATE, Review, ris
from .rehearsal import filled


def sheet(review: Review) -> Path:
    path = review.root.parent / "links.csv"
    review.update("link", "--out", path)
    return path


def relation(review: Review) -> list[tuple[str, str]]:
    return [(link["relation"], link["decided_by"].split(":")[0]) for link in review.stands()["links"]]


def test_the_list_shows_both_records_side_by_side_with_the_reason(asked: Review) -> None:
    text = sheet(asked).read_text(encoding="utf-8-sig")
    (row,) = [r for r in csv.DictReader(io.StringIO(text)) if not r["link_id"].startswith("#")]
    assert {row["title_a"].rstrip("."), row["title_b"].rstrip(".")} == {FIRST, ABSTRACT}
    assert row["reason"]
    assert row["relation"] == ""
    assert "# relation: one of same_report, correction_of" in text


def test_the_next_step_names_list_and_person(asked: Review) -> None:
    assert asked.stands()["step"] == "link"
    assert asked.stands()["next"].startswith("review update link --out ")
    asked.update("link")
    wanted = 'review update link --decisions _update/2024-06-30/worklists/links.csv --person "YOUR NAME"'
    assert asked.stands()["next"] == wanted


@pytest.mark.parametrize(("said", "reports"), [("abstract_of", 2), ("same_report", 1), ("unrelated", 2)])
def test_a_persons_decision_counts_and_survives_a_rerun(asked: Review, said: str, reports: int) -> None:
    path = filled(sheet(asked), asked.root.parent / "done.csv", lambda row: {"relation": said, "why": "both read"})
    asked.update("link", "--decisions", path, "--person", "O. Operator")
    assert asked.stands()["step"] == "screen"
    assert relation(asked) == [(said, "person")]
    late = asked.write("late.ris", ris("Something else about invented fever"))
    asked.update("import", "--other", late)  # the rules run again over all records
    assert (said, "person") in relation(asked)
    assert len(read_update(asked.root, UPDATE).to_screen) == reports + 1


def test_handing_the_same_list_in_twice_changes_nothing(asked: Review) -> None:
    path = filled(sheet(asked), asked.root.parent / "done.csv", lambda row: {"relation": "abstract_of"})
    asked.update("link", "--decisions", path, "--person", "O. Operator")
    before = asked.files()
    assert (
        "0 decisions by O. Operator taken over"
        in asked.update("link", "--decisions", path, "--person", "O. Operator").out
    )
    assert asked.files() == before


def test_half_a_list_can_be_handed_in(asked: Review) -> None:
    path = filled(sheet(asked), asked.root.parent / "done.csv", lambda row: {})
    assert "1 left open" in asked.update("link", "--decisions", path, "--person", "O. Operator").out
    assert asked.stands()["step"] == "link"


def test_everything_that_is_wrong_with_a_list_is_said_at_once_and_nothing_taken(asked: Review) -> None:
    def spoil(row: dict[str, str]) -> dict[str, str]:
        return {"relation": "twins", "a": "../../etc/passwd"}

    before = asked.files()
    path = filled(sheet(asked), asked.root.parent / "done.csv", spoil)
    answer = asked.update("link", "--decisions", path, "--person", "O. Operator", "--json", status=1)
    assert answer.rules == ["known-pair", "relation"]
    assert asked.files() == before


def test_nobody_decides_without_a_name(asked: Review) -> None:
    path = filled(sheet(asked), asked.root.parent / "done.csv", lambda row: {"relation": "unrelated"})
    assert asked.update("link", "--decisions", path, "--json", status=2).rules == ["option"]


def test_a_decision_taken_back_is_asked_again_and_the_ledger_keeps_both(asked: Review) -> None:
    path = filled(sheet(asked), asked.root.parent / "done.csv", lambda row: {"relation": "same_report"})
    asked.update("link", "--decisions", path, "--person", "O. Operator")
    (link,) = asked.stands()["links"]
    asked.update("undo", link["link_id"], "--person", "O. Operator", "--why", "two papers")
    assert asked.stands()["step"] == "link"
    ledger = read_update(asked.root, UPDATE).ledger
    assert list(ledger["status"]) == ["open", "decided", "undone"]


def test_two_records_that_no_rule_has_found_can_be_linked(started: Review) -> None:
    a, b, _ = read_update(started.root, UPDATE).records["record_id"]
    started.update("link", "--pair", a, "same_study", b, "--person", "O. Operator", "--why", "same registry number")
    assert ("same_study", "person") in relation(started)
    wrong = started.update("link", "--pair", a, "same_study", "nobody:1:1", "--person", "O.", "--json", status=2)
    assert wrong.rules == ["known-record"]


def test_merges_that_contradict_a_person_are_refused(started: Review) -> None:
    a, b, c = read_update(started.root, UPDATE).records["record_id"]
    for pair in ((a, "same_report", b), (b, "same_report", c)):
        started.update("link", "--pair", *pair, "--person", "O. Operator")
    before = started.files()
    answer = started.update("link", "--pair", a, "unrelated", c, "--person", "P. Person", "--json", status=1)
    assert answer.rules == ["chain-contradicts"]
    assert started.files() == before


def test_a_whole_update_can_be_taken_back_and_is_kept_aside(started: Review) -> None:
    before = read_update(started.root, UPDATE).records
    assert "would lose: 2 imports" in started.update("status").out
    started.update("undo", UPDATE)
    assert started.stands()["update_id"] is None
    assert not (started.root / "data/updates" / UPDATE / "records.csv").exists()
    (aside,) = (started.root / "_update" / UPDATE).glob("taken-back-*/records.csv")
    assert len(aside.read_text().splitlines()) == len(before) + 1
    assert started.update("undo", "2023-06-30", "--json", status=2).rules == ["not-integrated"]
