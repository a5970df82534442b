"""Lists out and decisions in: two people, each alone; nothing half taken over; nothing decided twice or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.cli import updating
from helpers.update.state import read_update

from .conftest import FIRST, SECOND, THIRD, UPDATE, Review, ris
from .rehearsal import filled
from .small import ALL, decisions, screened
from .tools import AS_THE_TOOL


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
def test_lists_for_other_tools_carry_abstracts(review: Review, form: str) -> None:
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


def test_a_file_that_names_nobody_waits_for_the_name_of_its_reviewer(started: Review) -> None:
    sheet = decisions(started, "team-a.csv", "title_abstract", ALL, "")
    answer = started.update("screen", "--decisions", sheet, "--json", status=1)
    assert answer.rules == ["reviewer"]
    assert '--reviewer "NAME"' in answer.document["faults"][0]["fix"]
    assert read_update(started.root, UPDATE).written_decisions.empty
    started.update("screen", "--decisions", sheet, "--reviewer", "Ann Li")
    assert set(read_update(started.root, UPDATE).decisions["reviewer"]) == {"Ann Li"}


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
    started.update("link", "--pair", one, "same_report", "known:inventa2011", "--person", "O. Operator")
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


NOBODYS = "TY  - JOUR\nTI  - x\nN1  - review-id: {}\nN1  - decision: include\nER  - \n\n"


@pytest.mark.parametrize("at_once", [False, True])
def test_one_file_under_two_names_is_not_two_reviewers(started: Review, at_once: bool) -> None:
    text = "".join(NOBODYS.format(report) for report in read_update(started.root, UPDATE).to_screen)
    monday, tuesday = (started.write(f"ann-{day}.ris", text) for day in ("monday", "tuesday"))
    one, other = ("--decisions", monday, "--reviewer", "Ann Li"), ("--decisions", tuesday, "--reviewer", "Ben Ode")
    if not at_once:
        started.update("screen", *one)
        started.update("screen", "--decisions", tuesday, "--reviewer", "li, ann")  # the same person once more
    before = started.files()
    answer = started.update("screen", *(one if at_once else ()), *other, "--json", status=1)
    assert answer.rules == ["copied-list"]
    assert "Ann Li" in answer.err
    assert started.files() == before
    started.update("screen", *(one if at_once else ()), *other, "--anyway")
    assert set(read_update(started.root, UPDATE).decisions["reviewer"]) == {"Ann Li", "Ben Ode"}


def test_a_name_beside_the_file_may_not_contradict_the_name_within_it(started: Review) -> None:
    sheet = decisions(started, "a.csv", "title_abstract", ALL, "Ann Li")
    answer = started.update("screen", "--decisions", sheet, "--reviewer", "Ben Ode", "--json", status=1)
    assert answer.rules == ["reviewer-differs"]
    assert read_update(started.root, UPDATE).written_decisions.empty
    started.update("screen", "--decisions", sheet, "--reviewer", "LI, Ann")


def test_there_is_one_name_for_each_file_or_none(started: Review) -> None:
    a, b = (decisions(started, f"{n}.csv", "title_abstract", ALL, "") for n in "ab")
    files = ("--decisions", a, "--decisions", b)
    assert started.update("screen", *files, "--reviewer", "Ann", "--json", status=2).rules == ["reviewer-each"]
    settled = ("--resolved", a, "--reviewer", "Ann")
    assert started.update("screen", *settled, "--json", status=2).rules == ["reviewer-each"]
    assert started.update("screen", "--out", a.parent / "x", *files, "--json", status=2).rules == ["option"]
    assert read_update(started.root, UPDATE).written_decisions.empty


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        (("Zoë Li", "li zoe"), "reviewer-twice"),
        (("<b>Ann</b>", "Ben"), "reviewer-name"),
        (tuple("abcdefghi"), "reviewers"),
    ],
)
def test_lists_are_for_different_people_with_plain_names(started: Review, names: tuple[str, ...], rule: str) -> None:
    words = [word for name in names for word in ("--reviewer", name)]
    out = started.root.parent / "lists"
    assert started.update("screen", "--out", out, *words, "--json", status=2).rules == [rule]
    assert not out.exists()


def test_a_title_that_begins_with_a_number_sign_is_no_help_row(review: Review) -> None:
    title = "#2041 Long rest for invented fever of the lakes, a series of eight people"
    review.update("start", UPDATE, "--embase", review.write("x.ris", ris(FIRST, title, THIRD)))
    a, _ = lists(review, "--format", "asreview", "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    back = AS_THE_TOOL["asreview"](a, review.root.parent / "back.csv", {FIRST: "include", title: "include"})
    assert "back.csv: 2 decisions read (asreview)" in review.update("screen", "--decisions", back).out
    assert len(read_update(review.root, UPDATE).decisions) == 2


def test_a_decision_written_into_a_row_of_help_is_told(started: Review) -> None:
    report = read_update(started.root, UPDATE).to_screen[0]
    sheet = started.write(
        "a.csv", f"report_id,decision,reviewer\n# help,include,Ann\n# help,,Ann\n{report},include,Ann\n"
    )
    answer = started.update("screen", "--decisions", sheet, "--json", status=1)
    assert [(fault["rule"], fault["row"]) for fault in answer.document["faults"]] == [("unknown-record", 2)]


def test_rows_that_an_open_quote_swallows_are_told(started: Review) -> None:
    a, b, c = read_update(started.root, UPDATE).to_screen
    text = f'report_id,decision,reviewer,title\n{a},include,Ann,"5 children\n{b},include,Ann,\n{c},include,Ann,\n'
    answer = started.update("screen", "--decisions", started.write("a.csv", text), "--json", status=1)
    assert [(fault["rule"], fault["row"]) for fault in answer.document["faults"]] == [("quote-open", 2)]


def test_a_column_of_decisions_that_stands_twice_is_refused(started: Review) -> None:
    report = read_update(started.root, UPDATE).to_screen[0]
    sheet = started.write("a.csv", f"report_id,decision,reviewer,Decision\n{report},include,Ann,exclude\n")
    assert started.update("screen", "--decisions", sheet, "--json", status=1).rules == ["column-twice"]


def test_a_consensus_before_two_have_decided_is_refused(started: Review) -> None:
    a = decisions(started, "a.csv", "title_abstract", ALL, "Ann Li")
    started.update("screen", "--decisions", a)
    before = started.files()
    out = decisions(started, "c.csv", "title_abstract", dict.fromkeys(ALL, "exclude"), "")
    answer = started.update("screen", "--resolved", out, "--json", status=1)
    assert [(fault["rule"], fault["row"]) for fault in answer.document["faults"]] == [
        ("no-conflict", row) for row in (2, 3, 4)
    ]
    assert started.files() == before
    b = decisions(started, "b.csv", "title_abstract", dict.fromkeys(ALL, "include"), "Ben Ode")
    answer = started.update("screen", "--decisions", b, "--resolved", out, "--json", status=1)
    assert {fault["rule"] for fault in answer.document["faults"]} <= {"no-conflict"}
    assert started.files() == before


def test_a_consensus_settles_only_what_two_differ_on(started: Review) -> None:
    a = decisions(started, "a.csv", "title_abstract", ALL, "Ann Li")
    b = decisions(started, "b.csv", "title_abstract", ALL | {SECOND: "include"}, "Ben Ode")
    started.update("screen", "--decisions", a, "--decisions", b)
    before = started.files()
    every = decisions(started, "c.csv", "title_abstract", dict.fromkeys(ALL, "exclude"), "")
    answer = started.update("screen", "--resolved", every, "--json", status=1)
    assert [fault["message"].split(",")[0] for fault in answer.document["faults"]] == [
        "both reviewers say include",
        "both reviewers say exclude",
    ]
    assert started.files() == before
    one = decisions(started, "d.csv", "title_abstract", {SECOND: "exclude"}, "")
    started.update("screen", "--resolved", one)
    assert read_update(started.root, UPDATE).phase("title_abstract").is_settled


def test_a_consensus_ends_when_the_reviewers_agree_after_all(started: Review) -> None:
    a = decisions(started, "a.csv", "title_abstract", ALL, "Ann Li")
    b = decisions(started, "b.csv", "title_abstract", ALL | {SECOND: "include"}, "Ben Ode")
    started.update("screen", "--decisions", a, "--decisions", b)
    settled = decisions(started, "c.csv", "title_abstract", {SECOND: "exclude"}, "")
    started.update("screen", "--resolved", settled)
    changed = decisions(started, "a2.csv", "title_abstract", {SECOND: "include"}, "Ann Li")
    said = started.update("screen", "--phase", "title_abstract", "--decisions", changed, "--replace").out
    assert "1 settled together before: both reviewers agree by now, and their own decisions count." in said
    assert len(read_update(started.root, UPDATE).phase("title_abstract").of("include")) == 2
    assert "consensus" not in set(read_update(started.root, UPDATE).written_decisions["stage"])


def test_a_day_as_a_spreadsheet_in_the_us_writes_it_is_taken(
    review: Review, exports: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "_today", lambda: "2026-11-20")
    review.update("start", UPDATE, "--pubmed", exports[0], "--embase", exports[1])
    monkeypatch.setattr(updating, "_today", lambda: "2026-12-20")
    a, b, _ = read_update(review.root, UPDATE).to_screen
    head = "report_id,decision,reviewer,decided_on\n"
    review.update("screen", "--decisions", review.write("a.csv", f"{head}{a},include,Ann,11/25/2026\n"))
    assert list(read_update(review.root, UPDATE).decisions["decided_on"]) == ["2026-11-25"]
    either = review.write("b.csv", f"{head}{b},include,Ann,12/11/2026\n")
    answer = review.update("screen", "--decisions", either, "--json", status=1)
    assert answer.rules == ["date"]
    assert "other way round" in answer.err


def test_one_members_decisions_can_be_asked_of_a_file_that_all_share(started: Review) -> None:
    a, _ = lists(started, "--format", "rayyan")
    back = AS_THE_TOOL["rayyan"](a, started.root.parent / "articles.csv", ALL)
    said = started.update("screen", "--decisions", back, "--reviewer", "ben ode").out
    assert "3 decisions by Ann Li passed over; they were not asked for." in said
    assert set(read_update(started.root, UPDATE).decisions["reviewer"]) == {"Ben Ode"}
    started.update("screen", "--decisions", back, "--reviewer", "Ann Li")
    assert started.stands()["screening"]["title_abstract"]["incomplete"] == 0


def test_a_list_of_one_and_the_account_of_another_need_a_word_of_the_operator(started: Review) -> None:
    a, _ = lists(started, "--format", "asreview", "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    back = AS_THE_TOOL["asreview"](a, started.root.parent / "back.csv", ALL, account="ben")
    answer = started.update("screen", "--decisions", back, "--json", status=1)
    assert answer.rules == ["reviewer-differs"]
    assert '--reviewer "NAME"' in answer.document["faults"][0]["fix"]
    started.update("screen", "--decisions", back, "--reviewer", "Ann Li")
    assert set(read_update(started.root, UPDATE).decisions["reviewer"]) == {"Ann Li"}


@pytest.mark.parametrize("form", ["csv", "ris", "rayyan", "asreview"])
def test_decisions_come_back_from_each_tool_under_the_names_of_both(started: Review, form: str) -> None:
    a, b = lists(started, "--format", form, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    out = started.root.parent
    back = [AS_THE_TOOL[form](a, out / f"back-a{a.suffix}", ALL)]
    if form != "rayyan":  # there, both work on one list, and one file holds the decisions of both
        back.append(AS_THE_TOOL[form](b, out / f"back-b{b.suffix}", ALL | {SECOND: "include"}))
    started.update("screen", *(word for path in back for word in ("--decisions", path)))
    update = read_update(started.root, UPDATE)
    title = dict(zip(update.records["record_id"], update.records["title"].str.rstrip("."), strict=True))
    said = {
        (row["reviewer"], title[row["report_id"]]): (row["decision"], row["reason"])
        for row in update.decisions.to_dict("records")
    }
    assert said == {
        ("Ann Li", FIRST): ("include", ""),
        ("Ann Li", SECOND): ("exclude", "too_few"),
        ("Ann Li", THIRD): ("exclude", "no_patients"),
        ("Ben Ode", FIRST): ("include", ""),
        ("Ben Ode", SECOND): ("include", ""),
        ("Ben Ode", THIRD): ("exclude", "no_patients"),
    }
    assert started.stands()["screening"]["title_abstract"]["conflict"] == 1


@pytest.mark.parametrize("form", ["csv", "ris", "rayyan", "asreview"])
def test_a_list_handed_back_as_it_was_decides_nothing_and_says_so(started: Review, form: str) -> None:
    a, _ = lists(started, "--format", form, "--reviewer", "Ann Li", "--reviewer", "Ben Ode")
    back = AS_THE_TOOL[form](a, started.root.parent / f"back{a.suffix}", {})
    said = started.update("screen", "--decisions", back).out
    assert "0 decisions read" in said
    assert "3 reports without a decision yet; they can be handed in later." in said
