"""Lists out and decisions in: two people, each alone; nothing half taken over; nothing decided twice or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.update.state import read_update

from .conftest import FIRST, SECOND, THIRD, UPDATE, Review, ris
from .rehearsal import filled
from .small import ALL, decisions, screened


def lists(review: Review, *words: str) -> list[Path]:
    out = review.root / "_update" / UPDATE / "worklists"
    review.update("screen", "--out", out, *words)
    return sorted(out.glob("title_abstract-reviewer-*"))


def test_each_reviewer_gets_a_list_of_what_is_new(started: Review) -> None:
    a, b = lists(started, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    assert FIRST in a.read_text()
    assert "Ann Li" in a.read_text()
    assert "Ben Ode" not in a.read_text()
    assert started.stands()["next"].count("--decisions") == 2
    assert b.name in started.stands()["next"]


def test_wherever_the_lists_are_written_the_next_step_names_them(started: Review) -> None:
    out = started.root / "_update/mine"
    said = started.update("screen", "--out", out, "--reviewer", "Ann Li", "--reviewer", "Ben Ode").out
    assert said.splitlines()[-1] == (
        "Next: once they are filled in: review update screen"
        " --decisions _update/mine/title_abstract-reviewer-a.csv --decisions _update/mine/title_abstract-reviewer-b.csv"
    )


def test_two_who_never_differ_are_told_so_with_the_figures_that_are_defined(started: Review) -> None:
    a, b = (decisions(started, f"{n}.csv", "title_abstract", ALL | {FIRST: "exclude"}, n) for n in ("Ann", "Ben"))
    said = started.update("screen", "--decisions", a, "--decisions", b).out
    assert "Ann and Ben agree on 100% of 3 reports: kappa not defined, PABAK 1.00" in said


@pytest.mark.parametrize("form", ["csv", "ris", "rayyan", "asreview"])
def test_lists_for_other_tools_carry_abstracts_and_come_back(review: Review, form: str) -> None:
    review.update("start", UPDATE, "--embase", review.write("x.ris", ris(FIRST, AB="Background of the ten patients.")))
    a, _ = lists(review, "--format", form)
    assert "Background of the ten patients." in a.read_text(encoding="utf-8-sig")


def test_lists_with_abstracts_are_never_written_into_the_repository(started: Review) -> None:
    answer = started.update("screen", "--out", started.root / "lists", "--json", status=2)
    assert answer.rules == ["no-abstracts"]
    assert not (started.root / "lists").exists()
    started.update("screen", "--out", started.root.parent / "outside")


def test_agreement_and_conflicts_are_told_and_a_conflict_is_settled_together(started: Review) -> None:
    a = decisions(started, "a.csv", "title_abstract", ALL, "Ann Li")
    b = decisions(started, "b.csv", "title_abstract", ALL | {SECOND: "include"}, "Ben Ode")
    said = started.update("screen", "--decisions", a, "--decisions", b).out
    assert "Ann Li and Ben Ode agree on 67% of 3 reports: kappa" in said
    assert "1 in, 1 out, 1 to settle" in said
    state = started.stands()
    assert state["screening"]["title_abstract"]["agreement"][0]["counts"]["include/include"] == 1
    sheet = started.root / "_update" / UPDATE / "worklists/conflicts-title_abstract.csv"
    assert "Ann Li: exclude" in sheet.read_text()
    settled = filled(sheet, started.root.parent / "c.csv", lambda row: {"decision": "exclude", "reason": "too_few"})
    started.update("screen", "--resolved", settled)
    phase = read_update(started.root, UPDATE).phase("title_abstract")
    assert phase.is_settled
    assert len(phase.of("exclude")) == 2
    assert len(read_update(started.root, UPDATE).written_decisions) == 7  # six of their own, one together: none lost


def test_a_half_filled_list_is_taken_as_far_as_it_goes(started: Review) -> None:
    a = decisions(started, "a.csv", "title_abstract", {FIRST: "include"}, "Ann Li")
    started.update("screen", "--decisions", a)
    assert "Ann Li: 2 of 3 reports still to decide on title and abstract" in started.stands()["waits_for"]
    rest = decisions(started, "rest.csv", "title_abstract", {SECOND: "exclude", THIRD: "exclude"}, "Ann Li")
    started.update("screen", "--decisions", rest)
    assert started.stands()["waits_for"] == ["reviewer B: decide on title and abstract of 3 reports"]


def test_a_file_without_a_reviewer_is_known_by_its_name(started: Review) -> None:
    a = decisions(started, "team-a.csv", "title_abstract", ALL, "")
    b = decisions(started, "team-b.csv", "title_abstract", ALL, "")
    started.update("screen", "--decisions", a, "--decisions", b)
    assert set(read_update(started.root, UPDATE).decisions["reviewer"]) == {"team-a", "team-b"}


def test_two_reviewers_with_one_name_are_refused(started: Review) -> None:
    a, b = (decisions(started, f"{n}.csv", "title_abstract", ALL, "Ann Li") for n in "ab")
    answer = started.update("screen", "--decisions", a, "--decisions", b, "--json", status=1)
    assert "reviewer-twice" in answer.rules
    assert read_update(started.root, UPDATE).written_decisions.empty


def test_decisions_on_unknown_records_and_odd_words_are_all_said_and_none_taken(started: Review) -> None:
    path = started.root.parent / "odd.csv"
    path.write_text(
        "report_id,decision,reason,reviewer\nnobody:1:1,include,,Ann Li\n"
        f"{read_update(started.root, UPDATE).to_screen[0]},perhaps,,Ann Li\n=cmd|x,include,,Ann Li\n"
    )
    answer = started.update("screen", "--decisions", path, "--json", status=1)
    assert len(answer.document["faults"]) == 3
    assert {fault["row"] for fault in answer.document["faults"]} == {2, 3, 4}
    assert read_update(started.root, UPDATE).written_decisions.empty


def test_a_decision_changes_only_on_purpose(started: Review) -> None:
    a, b = (decisions(started, f"{n}.csv", "title_abstract", ALL, f"Reader {n}") for n in "ab")
    started.update("screen", "--decisions", a, "--decisions", b)
    before = started.files()
    assert started.update("screen", "--phase", "title_abstract", "--decisions", a).status == 0
    assert started.files() == before  # the same again is nothing new
    other = decisions(started, "a2.csv", "title_abstract", ALL | {SECOND: "include"}, "Reader a")
    words = ("screen", "--phase", "title_abstract", "--decisions", other)
    assert started.update(*words, "--json", status=1).rules == ["decision-changed"]
    started.update(*words, "--replace")
    assert started.stands()["screening"]["title_abstract"]["conflict"] == 1


def test_full_text_asks_only_for_what_was_kept_and_needs_a_reason(started: Review) -> None:
    a, b = (decisions(started, f"{n}.csv", "title_abstract", ALL, f"Reader {n}") for n in "ab")
    started.update("screen", "--decisions", a, "--decisions", b)
    assert (started.stands()["phase"], started.stands()["screening"]["full_text"]["reports"]) == ("full_text", 1)
    (report,) = read_update(started.root, UPDATE).phase("full_text").reports
    bare = started.write("bare.csv", f"report_id,decision,reason,reviewer\n{report},exclude,,Reader a\n")
    assert started.update("screen", "--decisions", bare, "--json", status=1).rules == ["reason-needed"]
    for who in "ab":
        text = f"report_id,decision,reason,reviewer\n{report},exclude,not_retrieved,Reader {who}\n"
        started.update("screen", "--decisions", started.write(f"{who}.csv", text))
    assert started.stands()["step"] == "merge"  # nothing is included, and that is a result too


def test_screening_waits_for_open_links(asked: Review) -> None:
    answer = asked.update("screen", "--out", asked.root / "_update/lists", "--json", status=1)
    assert answer.rules == ["links-first"]


def test_reports_that_turn_out_to_be_one_after_screening_are_asked_about_again(started: Review) -> None:
    a, b = (decisions(started, f"{n}.csv", "title_abstract", ALL, f"Reader {n}") for n in "ab")
    started.update("screen", "--decisions", a, "--decisions", b)
    one, two, _ = read_update(started.root, UPDATE).records["record_id"]
    started.update("link", "--pair", one, "same_report", two, "--person", "O. Operator")
    state = started.stands()
    assert (state["screening"]["title_abstract"]["reports"], state["screening"]["title_abstract"]["incomplete"]) == (
        2,
        1,
    )
    assert len(read_update(started.root, UPDATE).written_decisions) == 6  # kept until they are decided anew
    again = [decisions(started, f"{n}2.csv", "title_abstract", {FIRST: "include"}, f"Reader {n}") for n in "ab"]
    started.update("screen", "--decisions", again[0], "--decisions", again[1])
    assert read_update(started.root, UPDATE).phase("title_abstract").is_settled


def test_a_link_undone_brings_the_decisions_back_with_the_record(started: Review) -> None:
    screened(started)
    one = read_update(started.root, UPDATE).records["record_id"].iloc[1]
    started.update("link", "--pair", one, "same_report", "known:kostik2022", "--person", "O. Operator")
    assert started.stands()["screening"]["title_abstract"]["reports"] == 2
    (link,) = [k for k in started.stands()["links"] if k["decided_by"] == "person:O. Operator"]
    started.update("undo", link["link_id"], "--person", "O. Operator")
    assert started.stands()["screening"]["title_abstract"]["exclude"] == 2


def test_a_decision_from_before_the_import_is_refused_and_nothing_is_taken_over(started: Review) -> None:
    sheet = started.root.parent / "old.csv"
    report = read_update(started.root, UPDATE).phase("title_abstract").reports[0]
    sheet.write_text(f"report_id,decision,reason,reviewer,decided_on\n{report},include,,Ann Li,2023-01-31\n")
    answer = started.update("screen", "--decisions", sheet, "--json", status=1)
    assert answer.rules == ["decided-after-import"]
    assert read_update(started.root, UPDATE).written_decisions.empty
