"""What is known since the last search: noted only where it holds, shown at once, and never counted. All signals here are invented."""

from __future__ import annotations

import csv
import json
import random
import re
from pathlib import Path
from typing import Any

import later_update
import pytest
from copies import copy_review
from later_update import append, change
from typer.testing import CliRunner

from helpers import clock, evidence, sections, signals, synthesis
from helpers.cli import app
from helpers.consistency import check as check_data
from helpers.faults import ReviewError
from helpers.guards import check_guards
from helpers.language import load
from helpers.publish import currency
from helpers.report import pages, since
from helpers.settings import load_settings, read_settings
from helpers.tables import read_tables

SIGNAL = {
    "signal_id": "s-2024-invented-paper",
    "kind": "publication",
    "title": "An invented series of treatments that nobody gave",
    "authors": "Inventor A; Fancy B",
    "container": "Journal of Invented Medicine",
    "date": "2024-05",
    "doi": "10.5555/invented.2024",
    "seen_at": "https://example.org/invented",
    "seen_on": "2025-01-02",
    "noted_by": "AB",
    "sections": "treatments",
    "would_change": "perhaps",
    "why": "It is invented.",
}
REAL = {**SIGNAL, "sections": "anakinra"}  # the same in the real review, whose sections are others


def note(root: Path, **cells: Any) -> dict[str, Any]:
    row = SIGNAL | cells
    append(root, "signals", row)
    return row


def rules(root: Path) -> list[str]:
    return sorted(fault.rule for fault in check_data(root) if fault.file == "data/signals.csv")


def read(root: Path) -> Any:
    tables, faults = read_tables(root)
    assert not faults
    return tables


# What is refused


def test_a_signal_that_holds_has_no_fault(second_copy: Path) -> None:
    note(second_copy)
    assert rules(second_copy) == []


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"seen_at": ""}, "required"),
        ({"seen_on": "2999-01-01"}, "signal-future"),
        ({"date": "2999"}, "signal-future"),
        ({"date": "2024-02-30"}, "signal-date"),
        ({"date": "٢٠٢٤"}, "signal-date"),
        ({"title": "word " * 300}, "signal-long"),
        ({"title": "An invented\u202eseires"}, "signal-markup"),
        ({"doi": "10.5555/invented.2011"}, "signal-included"),
        ({"doi": "", "pmid": "99000001"}, "signal-included"),
        ({"title": "An <i>invented</i> series"}, "signal-markup"),
        ({"title": '=HYPERLINK("x")'}, "signal-markup"),
        ({"note": "see [here](https://example.org)"}, "signal-markup"),
        ({"seen_at": "example dot org"}, "signal-address"),
        ({"seen_at": "https://example.org/a; ftp://example.org/b"}, "signal-address"),
        ({"url": "javascript:alert(1)"}, "pattern"),
        ({"rows": "no-such-row"}, "signal-row"),
        ({"kind": "trial"}, "trial-has-status"),
        ({"answer": "waits"}, "answer-whole"),
        ({"answered_in": "soon", "answer": "waits", "answer_why": "x"}, "signal-answer"),
        ({"answered_in": "2024-02-31", "answer": "waits", "answer_why": "x"}, "signal-answer"),
        (
            {"answered_in": "2999-01-01", "answer": "waits", "answer_why": "x"},
            "signal-answer",
        ),  # it would answer for good
    ],
)
def test_what_is_wrong_with_a_signal_is_said_once(second_copy: Path, cells: dict[str, str], rule: str) -> None:
    note(second_copy, **cells)
    assert rules(second_copy) == [rule]


@pytest.mark.parametrize(
    "other",
    [
        {"signal_id": "s-b", "title": "Another title"},
        {"signal_id": "s-b", "doi": "10.5555/other"},  # one publication under two identifiers
        {"signal_id": "s-b", "doi": "", "title": "AN INVENTED SERIES, of treatments that nobody gave."},
    ],
)
def test_the_same_publication_noted_twice_is_one_fault(second_copy: Path, other: dict[str, str]) -> None:
    note(second_copy)
    note(second_copy, **other)
    assert rules(second_copy) == ["signal-twice"]


def test_everything_wrong_is_said_at_once_and_nothing_is_written(second_copy: Path) -> None:
    before = (second_copy / "data/signals.csv").read_bytes()
    with pytest.raises(ReviewError) as refused:
        signals.add(second_copy, SIGNAL | {"title": "<b>x</b>", "seen_at": "nowhere", "date": "2999", "noted_by": ""})
    assert {f.rule for f in refused.value.faults} == {"signal-markup", "signal-address", "signal-future", "required"}
    assert (second_copy / "data/signals.csv").read_bytes() == before


def test_the_command_adds_lists_and_checks(second_copy: Path) -> None:
    def call(*words: str) -> Any:
        done = CliRunner().invoke(app, ["signals", *words, "--root", str(second_copy), "--json"])
        return done.exit_code, json.loads(done.stdout)

    words = ("--kind", "trial", "--title", "An invented trial", "--registry-id", "NCT00000000", "--status", "Going on")
    status, said = call(
        "add", *words, "--seen-at", "https://example.org/t", "--by", "AB", "--would-change", "no", "--why", "Invented."
    )
    assert (status, said["signal_id"]) == (0, "s-nct00000000-invented")
    status, said = call("list")
    assert [(row["signal_id"], row["state"]) for row in said["signals"]] == [("s-nct00000000-invented", "listed")]
    assert call("check")[0] == 0
    status, said = call("answer", "s-nobody", "--update", "2024-06-30", "--answer", "waits", "--why", "x")
    assert (status, said["faults"][0]["rule"]) == (1, "known-signal")


@pytest.mark.parametrize(
    "doi", ["https://doi.org/10.5555/X", "http://dx.doi.org/10.5555/x", "doi: 10.5555/x", "10.5555/x"]
)
def test_a_doi_is_the_same_however_it_is_written(second_copy: Path, doi: str) -> None:
    note(second_copy, doi="10.5555/x")
    words = (
        "--kind",
        "publication",
        "--title",
        "ISSN",
        "--doi",
        doi,
        "--seen-at",
        "https://example.org/t",
        "--by",
        "AB",
    )
    done = CliRunner().invoke(
        app, ["signals", "add", *words, "--would-change", "no", "--why", "x", "--root", str(second_copy), "--json"]
    )
    assert [fault["rule"] for fault in json.loads(done.stdout)["faults"]] == ["signal-twice"]


@pytest.mark.parametrize("cells", [{"title": "ISSN"}, {"title": "x" * 900}, {"title": "ISSN", "date": "٢٠٢٤"}])
def test_an_id_can_be_made_for_any_title(second_copy: Path, cells: dict[str, str]) -> None:
    assert re.fullmatch(r"s-[a-z0-9-]{1,80}", signals.suggested_id(second_copy, cells))


def test_a_table_with_other_columns_is_refused_and_kept(second_copy: Path) -> None:
    path = second_copy / "data/signals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("signal_id,", "id,"), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(ReviewError) as added:
        signals.add(second_copy, SIGNAL)
    with pytest.raises(ReviewError) as answered:
        signals.answer(second_copy, "s-x", update_id="2024-06-30", answer="waits", why="x")
    assert {f.rule for refused in (added, answered) for f in refused.value.faults} == {"columns"}
    assert path.read_bytes() == before


# What it may never touch


APART = re.compile(r"since|signals\.json|feed\.xml|next-search|dictionary\.md|code-lists|data/README")


def counted(root: Path) -> dict[str, Any]:
    """Everything that counts, pools, maps or concludes, as bytes: page parts, headline values, totals, map cells, pools."""
    review = evidence.load(root)
    parts = {name: text for name, text in pages.page_parts(root).items() if not APART.search(name)}
    kd = review.select(level="study", condition="kd", measure="death")
    kd = kd[kd["total"].notna()]
    pooled = synthesis.pool_proportions(list(kd["events"]), list(kd["total"]))
    return {
        **parts,
        "counts": review.tables["counts"].to_csv(),
        "living": {row: repr(total) for row, total in review.living.items()},
        "map": repr(sections.map_rows(review)),
        "pool": (pooled.estimate, pooled.ci_low, pooled.ci_high, pooled.k),
    }


def test_adding_changing_and_removing_signals_moves_nothing_that_counts(tmp_path: Path) -> None:
    data_copy = copy_review(tmp_path)
    before = counted(data_copy)
    assert any("key-messages" in name for name in before)
    chance = random.Random(20260101)
    path = data_copy / "data/signals.csv"
    known = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    figures = data_copy / "data/signal_figures.csv"
    header = figures.read_text(encoding="utf-8").splitlines()[0]
    for turn in range(3):
        figures.write_text(f"{header}\n", encoding="utf-8")
        kept = chance.sample(known, k=chance.randint(0, len(known)))
        for row in kept:  # changed as people might: what it bears on, and what it would do
            row |= {
                "would_change": chance.choice(["yes", "perhaps", "no"]),
                "sections": chance.choice(["anakinra", "hsct"]),
            }
            row["expect"] = ""
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(known[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)
        append(
            data_copy,
            "signals",
            REAL | {"signal_id": f"s-new-{turn}", "would_change": "yes", "kind": chance.choice(signals.KINDS[:4])},
        )
        figure = {"figure_id": f"f{turn}", "signal_id": f"s-new-{turn}", "condition": "sjia", "treatment": "anakinra"}
        append(data_copy, "signal_figures", figure | {"measure": "Response", "events": 1, "total": 2, "as_printed": "1 of 2", "locator": "p1", "reconciled": "agreed"})  # fmt: skip
        assert counted(data_copy) == before


def test_only_rooms_that_show_or_check_know_of_signals(root: Path) -> None:
    """Nothing that adds up, pools, draws the map or words a conclusion can reach them."""
    knows = {
        path.relative_to(root / "src/helpers").as_posix()
        for path in (root / "src/helpers").rglob("*.py")
        if re.search(
            r"from helpers import .*\bsignals\b|from helpers\.signals|tables\[\"signal",
            path.read_text(encoding="utf-8"),
        )
    }
    rooms = {name.split("/")[0] for name in knows}
    assert rooms == {"signals", "consistency", "guards", "report", "sections", "update", "cli"}
    assert {name for name in knows if name.startswith("sections/")} == {
        "sections/searching.py"
    }  # a box beside the flow


# What readers see


def test_the_first_sentence_of_the_page_says_what_it_is_not(root: Path) -> None:
    review = evidence.load(root)
    assert since.page(review).startswith("This page reports surveillance, not a search")
    assert since.page(review, load(root, "de"), base="../").startswith("Diese Seite beruht auf laufender Beobachtung")


def test_every_open_signal_stands_on_the_page_once_in_both_languages(root: Path) -> None:
    review = evidence.load(root)
    for tongue in (load(root, "en"), load(root, "de")):
        page = since.page(review, tongue)
        for name in review.tables["signals"]["signal_id"]:
            assert page.count(f'{{id="{name}"') == 1


def test_the_box_stands_on_home_and_on_the_pages_it_bears_on_only(data_copy: Path) -> None:
    review = evidence.load(data_copy)
    boxes = since.boxes(review)
    bearing = {code for cell in review.tables["signals"]["sections"].dropna() for code in cell.split(";")}
    pages_of = {review.section_pages[code].split("/")[1].removesuffix(".ipynb") for code in bearing}
    assert {name for name, text in boxes.items() if text} == pages_of
    assert "not assessed" in since.box(review)


def test_a_signal_that_would_change_an_answer_is_told_in_the_box_with_its_reason(data_copy: Path) -> None:
    append(data_copy, "signals", REAL | {"would_change": "yes", "why": "It would turn the answer round."})
    review = evidence.load(data_copy)
    assert "It would turn the answer round." in since.box(review)
    assert "It would turn the answer round." in since.box(review, "anakinra", base="../")
    assert "It would turn the answer round." not in since.box(review, "hsct", base="../")


@pytest.mark.parametrize(
    ("events", "total", "printed", "said"),
    [
        (32, 39, "32 (82.4%)", "32/39 is 82.1%"),
        (32, 39, "32 (82.1%)", ""),
        (15, 157, "15 (9%)", "15/157 is 9.6%"),
        (1, 8, "12.5%", ""),
        (None, 39, "69.2%", ""),
        (3, 4, "three", ""),
    ],
)
def test_a_stated_percentage_that_its_counts_do_not_give_is_said(
    events: Any, total: int, printed: str, said: str
) -> None:
    assert since.misfitting({"events": events, "total": total, "as_printed": printed}) == said


def test_texts_of_signals_cannot_act_on_the_page(second_copy: Path) -> None:
    note(
        second_copy, title="Brackets ](https://example.org) and | bars | and *stars*", url="https://example.org/a)b(c|d"
    )
    page = since.page(evidence.load(second_copy))
    assert "](https://example.org) and" not in page.replace("\\]", "").replace("\\(", "")
    assert "https://example.org/a%29b%28c%7Cd" in page or "10.5555" in page


def test_two_readings_that_agree_in_everything_agree_in_everything(tmp_path: Path) -> None:
    folder = tmp_path / "data/surveillance/2025-01-02"
    folder.mkdir(parents=True)
    head = "signal_id,kind,title,date,doi,pmid,registry_id,url,would_change\n"
    rows = ["publication,Invented,2024,10.5555/a,,,,yes", "approval,Approved,2024,,,,,no"]
    figures = (
        "signal_id,condition,treatment,measure,definition,time_point,events,total,as_printed\n{},c,t,m,,,1,2,1 of 2\n"
    )
    for who in "ab":
        (folder / f"{who}-signals.csv").write_text(head + "".join(f"{who}{n},{row}\n" for n, row in enumerate(rows)))
        (folder / f"{who}-figures.csv").write_text(figures.format(f"{who}0"))
    (one,) = signals.readings(tmp_path)
    assert (one.signals, one.figures, one.cells) == ((2, 2, 2), (1, 1, 1), (7, 7))


# Guards


def test_a_reason_that_generalises_needs_a_guard_until_an_update_answers_the_signal(data_copy: Path) -> None:
    append(data_copy, "signals", REAL | {"why": "It is the only invented trial."})
    found = [f for f in check_guards(data_copy, evidence.load(data_copy)) if f.file == "data/signals.csv"]
    assert {f.rule for f in found} >= {"guard-missing"}
    change(
        data_copy, "signals", SIGNAL["signal_id"], answered_in="2023-06-30", answer="outside", answer_why="Invented."
    )
    assert not [f for f in check_guards(data_copy, evidence.load(data_copy)) if f.file == "data/signals.csv"]


def test_a_sentence_on_the_only_trial_must_say_up_to_when_once_a_signal_would_change_it(data_copy: Path) -> None:
    def told() -> set[str]:
        return {f.rule for f in check_guards(data_copy, evidence.load(data_copy)) if f.file == "data/findings.csv"}

    text = "The only drug given in one arm; {anakinra-all-received:n} had it."
    change(
        data_copy,
        "findings",
        "anakinra-sjia",
        remark=text,
        expect="more_than(anakinra-all-received, csa-all-poor-outcome)",
    )
    assert "guard-signal" not in told()
    append(data_copy, "signals", REAL | {"would_change": "yes", "rows": "anakinra-all-received"})
    assert "guard-signal" in told()
    change(data_copy, "findings", "anakinra-sjia", remark=f"Up to {{searched_through}}: {text}")
    assert "guard-signal" not in told()


# Living status, and how late


def test_the_rule_for_an_early_search_counts_open_signals_of_its_kinds(second_copy: Path) -> None:
    path = second_copy / "data/review.yaml"
    rule = 'early_update:\n  rule: "As soon as two would."\n  would_change: "yes"\n  kinds: "publication"\n  at_least: "2"\n'
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    for number, kind in enumerate(("publication", "abstract", "publication"), 1):
        note(
            second_copy,
            signal_id=f"s-{number}",
            kind=kind,
            doi=f"10.5555/{number}",
            title=f"Title {number}",
            would_change="yes",
        )
        tables = read(second_copy)
        counted_, is_due = signals.early_update(load_settings(second_copy), tables, signals.states(second_copy, tables))
        assert (len(counted_), is_due) == {1: (1, False), 2: (1, False), 3: (2, True)}[number]


def test_a_living_status_that_cannot_be_read_is_refused(second_copy: Path) -> None:
    path = second_copy / "data/review.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "living:\n  status: asleep\n  since: yesterday\n", encoding="utf-8"
    )
    _, faults = read_settings(second_copy)
    assert {fault.column for fault in faults} == {"living.status", "living.since", "living.reason"}


@pytest.mark.parametrize(
    ("due", "day", "months"),
    [
        ("2024-06-30", "2024-06-30", -1),
        ("2024-06-30", "2024-07-01", 0),
        ("2024-06-30", "2024-07-30", 1),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-06-30", "2026-12-01", 29),
    ],
)
def test_months_over_are_whole_months(due: str, day: str, months: int) -> None:
    assert clock.months_over(due, day) == months


def test_how_late_the_search_is_stands_in_the_page_without_scripts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = '<p>due <span class="due" data-due="2024-06-30">30 June 2024</span></p>'
    monkeypatch.setenv(clock.EPOCH, "1780272000")  # 1 June 2026
    assert "30 June 2024 <strong" in currency.marked(page, load(root, "en"))
    assert "overdue by 23 months" in currency.marked(page, load(root, "en"))
    assert "seit 23 Monaten überfällig" in currency.marked(page, load(root, "de"))
    monkeypatch.setenv(clock.EPOCH, "1700000000")  # before it was due
    assert currency.marked(page, load(root, "en")) == page


def test_the_calendar_entry_is_one_that_calendars_understand(root: Path) -> None:
    lines = since.calendar(evidence.load(root)).splitlines()
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    due = str(evidence.load(root).update["next_due"]).replace("-", "")
    assert f"DTSTART;VALUE=DATE:{due}" in lines
    assert all(len(line.encode()) <= 75 for line in lines)


# Retractions


def watch(folder: Path, *rows: str) -> Path:
    path = folder / "retractions.csv"
    head = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_what_nobody_has_checked_is_never_called_free_of_retractions(second_copy: Path) -> None:
    page = since.page(evidence.load(second_copy))
    assert "Included studies: not checked yet." in page
    assert "No notice was found" not in page


def test_a_retracted_study_is_told_at_the_study_its_rows_and_its_page_and_the_rest_is_dated(second_copy: Path) -> None:
    file = watch(
        second_copy.parent, "1,Invented,2/3/2025 0:00,10.5555/notice,0,10.5555/INVENTED.2011,0,Retraction,+Invented;"
    )
    new = signals.from_file(second_copy, read(second_copy), file, today="2026-01-02")
    assert [(row["study_id"], row["finding"], row["notice_date"]) for row in new] == [
        ("inventa2011", "retraction", "2025-02-03")
    ]
    assert (
        signals.from_file(second_copy, read(second_copy), file, today="2026-01-02") == []
    )  # the same file, the same day
    assert check_data(second_copy) == []
    review = evidence.load(second_copy)
    parts = pages.page_parts(second_copy)
    assert "retracted" in parts["data/results/pages/studies.md"]
    assert "retracted" in parts["data/results/pages/evidence.md"]
    assert "was" not in since.box(review).split("retracted")[0]
    assert "10.5555/notice" in since.box(review, "treatments", base="../")
    assert "1 of 4 checked" in since.page(review)


def test_a_reinstated_study_is_not_called_retracted(second_copy: Path) -> None:
    rows = [
        "1,Invented,2/3/2025 0:00,10.5555/notice,0,10.5555/invented.2011,0,Retraction,x",
        "2,Invented,2/4/2025 0:00,10.5555/back,0,,99000001,Reinstatement,x",
    ]
    signals.from_file(second_copy, read(second_copy), watch(second_copy.parent, *rows), today="2026-01-02")
    assert signals.notices(read(second_copy)) == {}


def test_odd_entries_of_the_file_leave_a_table_that_can_be_read(second_copy: Path) -> None:
    odd = "=1+1 <b>x</b> \u202e {{< include x >}}"
    file = watch(
        second_copy.parent,
        f"1,Invented,13/45/2024,=cmd|x,0,10.5555/invented.2011,0,Unheard of,{odd} {'z' * 2000}",
        "2,Invented,2/3/2025,10.5555/n<script>,12,10.5555/invented.2011,0,Correction",
    )
    signals.from_file(second_copy, read(second_copy), file, today="2026-01-02")
    checks = read(second_copy)["status_checks"].fillna("")
    assert list(checks["notice"]) == ["not named in the file", "12"]
    assert list(checks["notice_date"]) == ["", "2025-02-03"]
    assert not checks["note"].str.contains(r"[<\u202e]|\{\{|^=", regex=True).any()
    assert checks["note"].str.len().max() <= 1001
    assert check_data(second_copy) == []


def test_another_file_is_refused_and_nothing_is_kept(second_copy: Path) -> None:
    path = second_copy.parent / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ReviewError) as refused:
        signals.from_file(second_copy, read(second_copy), path, today="2026-01-02")
    assert [fault.rule for fault in refused.value.faults] == ["retraction-file"]
    assert len(read(second_copy)["status_checks"]) == 0


def test_what_was_noted_before_an_update_took_it_in_is_answered_and_not_refused(data_copy: Path) -> None:
    later_update.add_series(
        data_copy
    )  # integrated after the day on which the signal was seen; its study cites the source
    entry = next(one for one in signals.checked.subjects(data_copy, read(data_copy)) if one.name == later_update.STUDY)
    append(data_copy, "signals", REAL | {"doi": entry.doi, "seen_on": "2026-12-01"})
    assert entry.doi
    assert rules(data_copy) == []
