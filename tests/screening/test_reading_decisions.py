"""Decisions as people and tools hand them in: read forgivingly, every fault at once, nothing run, nothing lost."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from helpers import screening
from helpers.faults import ReviewError
from helpers.screening.words import DECISIONS, decision
from screening.small_update import TODAY, identifier

A, B, C = (identifier("aa", n) for n in (1, 2, 3))
D, E = identifier("bb", 2), identifier("cc", 1)
ONE = "Emapalumab in children with macrophage activation syndrome"
OTHER = "A survey of paediatric rheumatologists about their practice"
NAMES = ("report_id", "decision", "reason", "reviewer", "decided_on")


def filled(*rows: tuple[str, ...], names: tuple[str, ...] = NAMES) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[*row, *[""] * (len(names) - len(row))] for row in rows])
    return out.getvalue()


def by(name: str, *rows: tuple[str, ...]) -> str:
    return filled(*[(*row, *[""] * (3 - len(row)), name) for row in rows])


def rules(found: screening.Reading) -> list[str]:
    return [fault.rule for fault in found.faults]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[
            (w, "include")
            for w in ("include", "Included", " INCLUDE. ", "yes", "Y", "1", "1.0", "in", "relevant", "TRUE")
        ],
        *[(w, "exclude") for w in ("exclude", "Excluded", "no", "0", "0.0", "out", "Irrelevant", "not relevant")],
        *[(w, "unsure") for w in ("unsure", "Maybe", "uncertain", "?", "not sure")],
    ],
)
def test_a_decision_is_understood_as_people_write_it(read, written, meant):
    found = read(by("Anna", (A, written)))
    assert found.faults == ()
    assert list(found.decisions["decision"]) == [meant]


def test_a_row_says_all_that_the_table_of_decisions_holds(read):
    found = read(filled((A, "Exclude", "Not in English", "Anna Lamb", "24.11.2026")), phase="full_text")
    assert found.decisions.to_dict("records") == [
        {
            "phase": "full_text",
            "report_id": A,
            "record_id": A,
            "reviewer": "Anna Lamb",
            "decision": "exclude",
            "reason": "language",
            "decided_on": "2026-11-24",
            "stage": "independent",
        }
    ]


def test_a_reading_unpacks_as_decisions_and_faults(read):
    decisions, faults = read(by("Anna", (A, "include"), (B, "perhaps")))
    assert list(decisions["report_id"]) == [A]
    assert [fault.rule for fault in faults] == ["decision-word"]


def test_a_decision_on_any_record_of_a_report_is_one_on_the_report(read):
    found = read(by("Anna", (identifier("bb", 1), "include")))
    assert list(found.decisions[["report_id", "record_id"]].iloc[0]) == [A, identifier("bb", 1)]


def test_every_fault_of_a_file_is_said_at_once_with_its_line(read):
    text = filled(
        ("2024-06-30:dddddddddddd:9", "include", "", "Anna"),
        (A, "inclde", "", "Anna"),
        (B, "exclude", "too smal", "Anna"),
        (C, "", "language", "Anna"),
        (D, "include", "language", "Anna"),
        (E, "include", "", "Anna", "2026-13-01"),
        (A, "include", "", ""),
    )
    found = read(text)
    assert [(fault.row, fault.rule) for fault in found.faults] == [
        (2, "unknown-record"),
        (3, "decision-word"),
        (4, "reason-listed"),
        (5, "reason-without-decision"),
        (6, "reason-with-exclude"),
        (7, "date"),
        (8, "reviewer"),
    ]
    assert all(fault.file == "anna.csv" for fault in found.faults)
    fixes = {fault.rule: fault.fix for fault in found.faults}
    assert fixes["decision-word"].startswith("Did you mean 'include'?")
    assert len(found.decisions) == 0


def test_a_misspelt_reason_gets_the_nearest_one_and_the_list(read, reasons):
    (fault,) = read(by("Anna", (A, "exclude", "no_treatmnt"))).faults
    assert fault.fix.startswith("Did you mean 'no_treatment'? Allowed: ")
    assert all(code in fault.fix for code in reasons.codes("title_abstract"))


def test_an_exclusion_needs_a_reason_on_full_text_only(read):
    text = by("Anna", (A, "exclude"))
    assert rules(read(text, phase="full_text")) == ["reason-needed"]
    assert rules(read(text, phase="title_abstract")) == []


def test_only_a_full_text_can_be_beyond_reach(read):
    text = by("Anna", (A, "exclude", "not_retrieved"))
    assert rules(read(text, phase="title_abstract")) == ["reason-listed"]
    assert list(read(text, phase="full_text").decisions["reason"]) == ["not_retrieved"]


def test_of_several_reasons_the_first_of_the_list_counts_and_the_operator_is_told(read):
    found = read(by("Anna", (A, "exclude", "no_treatment; Not in English")))
    assert list(found.decisions["reason"]) == ["language"]
    assert found.notes == ("1 report with several reasons; the first of the list counts.",)


def test_two_different_decisions_by_one_reviewer_are_a_fault_and_the_same_twice_is_one(read):
    found = read(by("Anna", (A, "include"), (A, "yes"), (B, "include"), (identifier("cc", 2), "exclude")))
    assert [(f.row, f.rule) for f in found.faults] == [(5, "one-decision")]
    assert "line 4 says include" in found.faults[0].message
    assert list(found.decisions["report_id"]) == [A, B]


def test_a_half_filled_list_is_taken_and_what_is_open_is_counted(read):
    found = read(by("Anna", (A, "include"), (B, ""), (C, " "), (D, "-")))
    assert (found.faults, list(found.decisions["report_id"])) == ((), [A])
    assert found.open == (B, C, D)
    assert found.notes == ("3 reports without a decision yet; they can be handed in later.",)


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        ("2026-11-10", "decided-after-import"),
        ("2026-11-26", "decided-by-today"),
        ("11/12/2026", "date"),
        ("11-12-2026", "date"),
        ("25/25/2026", "date"),
        ("30/02/2026", "date"),
        ("25/11/26", "date"),
        ("2026-02-30", "date"),
        ("soon", "date"),
    ],
)
def test_a_day_that_cannot_be_is_flagged(read, day, rule):
    found = read(filled((A, "include", "", "Anna", day)), imported_on="2026-11-11")
    assert rules(found) == [rule]
    assert found.faults[0].value == day


@pytest.mark.parametrize(
    ("day", "iso"),
    [
        ("11/25/2026", "2026-11-25"),
        ("25/11/2026", "2026-11-25"),
        ("25-11-2026 14:05", "2026-11-25"),
        ("11/11/2026", "2026-11-11"),
        ("5.11.2026", "2026-11-05"),
    ],
)
def test_a_day_that_can_be_read_in_one_way_only_is_taken(read, day, iso):
    assert list(read(filled((A, "include", "", "Anna", day))).decisions["decided_on"]) == [iso]


def test_a_day_that_could_be_two_is_told_as_such(read):
    (fault,) = read(filled((A, "include", "", "Anna", "03/04/2026"))).faults
    assert "other way round" in fault.message


def test_an_empty_day_means_the_day_of_handing_in(read):
    assert list(read(by("Anna", (A, "include"))).decisions["decided_on"]) == [TODAY]


def test_spellings_of_one_name_are_one_reviewer(read):
    text = filled((A, "include", "", "Anna  Lamb"), (B, "include", "", "anna lamb "), (C, "include", "", "ANNA LAMB"))
    assert set(read(text).decisions["reviewer"]) == {"Anna Lamb"}


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "<b>Anna</b>", "../../etc/passwd", "x" * 81, "Anna\u202e"])
def test_what_cannot_be_a_name_is_refused(read, name):
    assert rules(read(filled((A, "include", "", name)))) == ["reviewer-name"]


@pytest.mark.parametrize(
    "name", ["Anna", "Müller-Lüdenscheid, J.", "O'Neill", "李明", "team-a", "a.lamb@sheep.example"]
)
def test_names_of_all_kinds_are_taken(read, name):
    assert list(read(filled((A, "include", "", name))).decisions["reviewer"]) == [name]


@pytest.mark.parametrize("other", ["Müller, Zoë", "zoe muller", "MÜLLER ZOË."])
def test_accents_and_the_order_of_a_name_make_nobody_else(read, other):
    text = filled((A, "include", "", "Zoë Müller"), (B, "include", "", other))
    assert set(read(text).decisions["reviewer"]) == {"Zoë Müller"}


def test_a_file_that_names_nobody_is_said_once_however_long_it_is(read):
    found = read(filled((A, "include"), (B, "include"), (C, "include")))
    assert [(fault.row, fault.rule) for fault in found.faults] == [(2, "reviewer")]
    assert len(found.decisions) == 0


def test_what_was_settled_together_needs_no_name(read):
    found = read(filled((A, "include")), stage="consensus")
    assert list(found.decisions["reviewer"]) == ["consensus"]


def test_a_file_of_somebody_else_than_named_is_refused(read):
    assert rules(read(by("Ben", (A, "include")), reviewer="Anna")) == ["reviewer-differs"]


def test_a_list_for_the_other_phase_or_of_conflicts_is_refused(read):
    names = (*NAMES, "phase", "stage")
    text = filled((A, "include", "", "Anna", "", "full_text", "consensus"), names=names)
    assert sorted(rules(read(text))) == ["phase", "stage"]
    assert rules(read(text, phase="full_text", stage="consensus")) == []


def test_a_consensus_cannot_be_unsure(read):
    assert rules(read(by("Anna", (A, "unsure")), stage="consensus")) == ["consensus-settles"]


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "@SUM(1)", "../../../etc/passwd"])
def test_formulas_markup_and_paths_are_text_and_named_as_such(read, cell):
    found = read(filled((A, cell, "", "Anna"), (B, "exclude", cell, "Anna"), (cell, "include", "", "Anna")))
    assert rules(found) == ["decision-word", "reason-listed", "unknown-record"]
    assert [fault.value for fault in found.faults] == [cell, cell, cell]


def test_a_cell_of_ten_megabytes_is_read_and_shown_in_short(read):
    found = read(filled((A, "include", "", "Anna"), (B, "sheep " * 1_700_000, "", "Anna")))
    assert rules(found) == ["decision-word"]
    assert len(str(found.faults[0].value)) <= 80
    assert list(found.decisions["report_id"]) == [A]


def test_decisions_of_another_update_are_not_guessed_from_the_title(read, records):
    title, doi = records.iloc[0][["title", "doi"]]
    text = filled(("2023-06-30:aaaaaaaaaaaa:1", "include", "Anna", title, doi), names=("report_id", "decision", "reviewer", "title", "doi"))  # fmt: skip
    assert rules(read(text)) == ["unknown-record"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("doi", "https://doi.org/10.1/A"),
        ("doi", "10.1234/sheep"),
        ("pmid", "101.0"),
        ("title", "EMAPALUMAB in children with macrophage-activation syndrome"),
    ],
)
def test_a_report_that_has_lost_its_id_is_found_by_doi_pmid_or_title(read, records, column, value):
    if value == "10.1234/sheep":
        records = records.assign(doi=records["doi"].replace("10.1/a", "10.1234/sheep"))
    else:
        records = records.assign(doi=records["doi"].str.replace("10.1/", "10.1000/"))
        value = value.replace("10.1/", "10.1000/")
    found = read(filled(("include", "Anna", value), names=("decision", "reviewer", column)), records=records)
    assert found.faults == ()
    assert list(found.decisions["report_id"]) == [A]
    assert found.notes == ("1 report found by DOI, PMID or title, because the file no longer has the id.",)


def test_where_doi_and_pmid_name_two_reports_nothing_is_guessed(read):
    found = read(filled(("include", "Anna", "101", "A survey of paediatric rheumatologists about their practice"), names=("decision", "reviewer", "pmid", "title")))  # fmt: skip
    assert rules(found) == ["ambiguous-record"]
    assert A in found.faults[0].message
    assert B in found.faults[0].message


def test_a_title_that_two_reports_share_is_ambiguous(read, records):
    same = records.assign(title="Anakinra for macrophage activation syndrome", doi="", pmid="")
    found = read(filled(("include", "Anna", "Anakinra for macrophage activation syndrome"), names=("decision", "reviewer", "title")), records=same)  # fmt: skip
    assert rules(found) == ["ambiguous-record"]


def test_a_title_that_two_reports_share_is_told_apart_by_the_doi(read, records):
    same = records.assign(title="Anakinra for macrophage activation syndrome", pmid="", doi="10.1000/" + records["doi"].str[-1])  # fmt: skip
    names = ("decision", "reviewer", "title", "doi")
    text = filled(("include", "Anna", "Anakinra for macrophage activation syndrome", "10.1000/c"), names=names)
    found = read(text, records=same)
    assert (found.faults, list(found.decisions["report_id"])) == ((), [C])


def test_a_short_title_names_no_report(read, records):
    same = records.assign(title="Reply")
    found = read(filled(("include", "Anna", "Reply"), names=("decision", "reviewer", "title")), records=same)
    assert rules(found) == ["unknown-record"]


def test_rayyan_gives_each_members_decision_and_the_reports_reasons(read):
    notes = (
        f'review-id: {A} | RAYYAN-INCLUSION: {{"Anna"=>"Excluded", "Ben O\'Neill"=>"Maybe"}} | RAYYAN-LABELS: RCT,2024 '
        '| RAYYAN-EXCLUSION-REASONS: foreign language,no_treatment | USER-NOTES: {"Anna"=>["Included? ask Ben"]}'
    )
    found = read(filled(("rayyan-1", "Sheep", notes), names=("key", "title", "notes")))
    said = found.decisions[["reviewer", "decision", "reason"]].to_numpy().tolist()
    assert said == [["Anna", "exclude", "language"], ["Ben O'Neill", "unsure", ""]]
    assert found.faults == ()


def test_of_rayyans_members_one_can_be_asked_for(read):
    notes = f'review-id: {A} | RAYYAN-INCLUSION: {{"Anna"=>"Included", "Ben"=>"Excluded"}}'
    other = f'review-id: {B} | RAYYAN-INCLUSION: {{"Ben"=>"Excluded"}}'
    text = filled(("1", "Sheep", notes), ("2", "Ewes", other), names=("key", "title", "notes"))
    found = read(text, reviewer="anna")
    assert (list(found.decisions["report_id"]), found.open) == ([A], (B,))
    assert rules(read(text, reviewer="Carla")) == ["reviewer"]


def test_rayyan_without_our_note_is_matched_by_its_own_columns(read):
    notes = 'RAYYAN-INCLUSION: {"Anna"=>"Included"}'
    names = ("key", "title", "notes", "pubmed_id")
    found = read(filled(("rayyan-9", "Something else entirely here", notes, "103"), names=names))
    assert list(found.decisions["report_id"]) == [C]


def test_rayyan_in_ris_says_the_same(read):
    text = f'TY  - JOUR\nTI  - Sheep\nN1  - review-id: {A} | RAYYAN-INCLUSION: {{"Anna"=>"Excluded"}}\nER  - \n'
    found = read(text, name="rayyan.ris")
    assert found.decisions[["report_id", "reviewer", "decision"]].to_numpy().tolist() == [[A, "Anna", "exclude"]]


@pytest.mark.parametrize("note", ["<p>review-id: {}</p>", "review-id: {}; see there", "[review-id: {}]"])
def test_a_reference_manager_may_dress_up_the_note(read, note):
    text = f"TY  - JOUR\nTI  - Sheep\nN1  - {note.format(A)}\nN1  - Decision: Exclude\nN1  - reason: language\nER  - \n"
    found = read(text, name="zotero.ris", reviewer="Anna")
    assert found.decisions[["report_id", "decision", "reason"]].to_numpy().tolist() == [[A, "exclude", "language"]]


def test_asreview_in_ris_says_it_in_a_note(read):
    entry = "TY  - JOUR\nTI  - Sheep\nN1  - ASReview_{}\nN1  - review-id: {}\nN1  - asreview_note: null\nER  - \n"
    text = entry.format("relevant", A) + entry.format("irrelevant", B) + entry.format("not_seen", C)
    found = read(text, name="asreview.ris", reviewer="Anna")
    assert found.decisions[["report_id", "decision"]].to_numpy().tolist() == [[A, "include"], [B, "exclude"]]
    assert found.open == (C,)


def test_asreviews_tags_and_notes_give_reasons(read):
    names = (
        "record_id",
        "report_id",
        "asreview_label",
        "asreview_note",
        "asreview_tag_why_language",
        "asreview_tag_why_too_few",
    )
    text = filled(
        ("0", A, "0", "", "1", "0"), ("1", B, "0.0", "reason: abstract_only", "", ""), ("2", C, "1", "good", "0", "0"), names=names
    )  # fmt: skip
    found = read(text, reviewer="Anna")
    assert found.faults == ()
    assert list(found.decisions["reason"]) == ["language", "abstract_only", ""]


def test_asreviews_own_row_numbers_are_not_taken_for_ids(read):
    found = read(filled(("0", "1"), names=("record_id", "asreview_label")), reviewer="Anna", records=None)
    assert rules(found) == ["unknown-record"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04...", "workbook or a ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"\n\n<html>", "web page"),
        (b"title,authors\nSheep,Lamb\n", "no column with decisions"),
        (b"article_id,key,value,created_at\n1,included,1,x\n", "no column with decisions"),
        (b"# only help\n", "names of the columns"),
    ],
)
def test_the_wrong_file_is_named_for_what_it_is(read, content, what):
    with pytest.raises(ReviewError, match=what):
        read(content)


def test_a_missing_file_is_named(tmp_path, reasons):
    with pytest.raises(ReviewError, match="no such file"):
        screening.read_decisions(tmp_path / "x.csv", phase="full_text", known={}, reasons=reasons, today=TODAY)


def test_a_row_with_too_many_cells_is_a_fault_of_the_file(read):
    with pytest.raises(ReviewError, match="line 3"):
        read(f"report_id,decision,reviewer\n{A},include,Anna\n{B},include,Lamb, Anna\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_encoding_and_separator_of_a_spreadsheet_do_not_matter(read, encoding, mark):
    rows = [("report_id", "Decision", "reviewer"), (A, "include", "Zoë Müller")]
    text = "\r\n".join(mark.join(row) for row in rows)
    assert list(read(text.encode(encoding)).decisions["reviewer"]) == ["Zoë Müller"]


def test_help_rows_blank_rows_and_short_rows_are_no_decisions(read):
    text = f"report_id,decision,reviewer,reason\n# help,,,\n\n,,,\n{A},include,Anna\n"
    found = read(text)
    assert (len(found.decisions), found.faults) == (1, ())


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_any_word_is_a_decision_or_is_not_and_never_breaks_the_reader(word):
    assert decision(word) in {*DECISIONS.values(), None}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([A, B, C, D, E, "x"]), st.text(max_size=12), st.text(max_size=12)), max_size=12)
)
def test_every_row_is_a_decision_or_open_or_has_a_fault(tmp_path_factory, reasons, rows):
    ids = {report: report for report in (A, B, C, D, E)}
    path = tmp_path_factory.mktemp("any") / "any.csv"
    kept = [row for row in rows if not row[0].startswith("#")]
    path.write_bytes(filled(*[(*row, "Anna") for row in kept]).encode("utf-8", "replace"))
    found = screening.read_decisions(path, phase="title_abstract", known=ids, reasons=reasons, today=TODAY)
    spoken = set(found.decisions["report_id"]) | set(found.open)
    assert {row[0] for row in kept if row[0] != "x"} <= spoken | ({A, B, C, D, E} if found.faults else set())
    assert len(found.decisions) == found.decisions["report_id"].nunique()


@pytest.mark.parametrize("theirs", ["wrong population", "Wrong outcome", "wrong study design"])
def test_a_tools_own_reason_counts_for_a_title_and_is_asked_about_for_a_full_text(read, reasons, theirs):
    notes = f'review-id: {A} | RAYYAN-INCLUSION: {{"Anna"=>"Excluded"}} | RAYYAN-EXCLUSION-REASONS: {theirs}'
    text = filled(("1", "Sheep", notes), names=("key", "title", "notes"))
    found = read(text)
    assert found.decisions[["decision", "reason"]].to_numpy().tolist() == [["exclude", ""]]
    assert found.faults == () and "the tool's own list" in found.notes[0]
    asked = read(text, phase="full_text")
    assert rules(asked)[0] == "reason-of-tool" and f'--reason "{theirs}=CODE"' in asked.faults[0].fix
    meant = dataclasses.replace(reasons, meant={theirs: "not_children"})
    assert list(read(text, phase="full_text", reasons=meant).decisions["reason"]) == ["not_children"]


@pytest.mark.parametrize("label", ["<p>ASReview_relevant</p>", "ASReview_relevant", "Seen | asreview relevant"])
def test_asreviews_label_is_found_after_zotero(read, label):
    names = ("key", "item_type", "title", "doi", "notes", "manual_tags")
    rows = [
        ("Z1", "journalArticle", ONE, "10.1/a", label, ""),
        ("Z2", "journalArticle", OTHER, "10.1/b", "", "ASReview_irrelevant"),
    ]
    found = read(filled(*rows, names=names), reviewer="Anna", name="zotero.csv")
    assert (found.layout, found.faults) == ("zotero", ())
    assert list(found.decisions["decision"]) == ["include", "exclude"]
    ris = f"TY  - JOUR\nTI  - {ONE}\nDO  - 10.1/a\nN1  - {label}\nER  - \n\nTY  - JOUR\nTI  - {OTHER}\nDO  - 10.1/b\nKW  - ASReview_irrelevant\nER  - \n"
    assert list(read(ris, reviewer="Anna", name="zotero.ris").decisions["decision"]) == ["include", "exclude"]


def test_a_zotero_list_without_any_decision_is_open_and_no_list_of_rayyan(read):
    found = read(
        filled(("Z1", "journalArticle", ONE, "10.1/a", "read it"), names=("key", "item_type", "title", "doi", "notes")),
        reviewer="Anna",
    )
    assert (found.layout, len(found.decisions), len(found.open)) == ("zotero", 0, 1)


@pytest.mark.parametrize(
    ("name", "phase", "decision", "reason"),
    [
        ("review_7_irrelevant_csv_20240702.csv", "title_abstract", "exclude", ""),
        ("review_7_select_csv_20240702.csv", "title_abstract", "include", ""),
        ("review_7_excluded_csv_20240702.csv", "full_text", "exclude", "language"),
        ("review_7_included_csv_20240702.csv", "full_text", "include", ""),
    ],
)
def test_the_name_of_covidences_list_says_what_was_decided(read, name, phase, decision, reason):
    names = ("Title", "Authors", "Abstract", "DOI", "Covidence #", "Study", "Notes", "Tags")
    notes = "Exclusion reason: Foreign language; " if reason else ""
    text = filled((ONE, "Lamb A", "", "10.1/a", "#8", "Lamb 2024", notes, ""), names=names)
    found = read(text, name=name, phase=phase, reviewer="Anna")
    assert found.faults == () and "Covidence gives what the team came to" in found.notes[-1]
    assert found.decisions[["decision", "reason"]].to_numpy().tolist() == [[decision, reason]]
    if phase == "full_text" and decision == "exclude":
        assert rules(read(text, name=name, phase="title_abstract", reviewer="Anna")) == ["phase"]


def test_a_list_of_covidence_whose_name_says_nothing_is_refused(read):
    with pytest.raises(ReviewError, match="does not say what was decided"):
        read(filled((ONE, "#8"), names=("Title", "Covidence #")), name="list.csv", reviewer="Anna")


def test_a_workbook_filled_in_is_read_like_the_list(read, listed, reasons):
    text = screening.worklist(listed, phase="title_abstract", reviewer="Anna", reasons=reasons)
    book = load_workbook(io.BytesIO(screening.as_workbook(text, reasons.codes("title_abstract"))))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, head.index("title") + 1).value.startswith("Emapalumab")  # no help before the first title
    assert {next(iter(rule.sqref.ranges)).coord[0] for rule in sheet.data_validations.dataValidation} == {"B", "C"}
    sheet.cell(2, head.index("decision") + 1).value = "include"
    sheet.cell(2, head.index("decided_on") + 1).value = dt.datetime.fromisoformat(TODAY)
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), name="anna.xlsx")
    assert found.faults == () and found.layout == "csv"
    assert found.decisions[["decision", "reviewer", "decided_on"]].to_numpy().tolist() == [["include", "Anna", TODAY]]
    assert len(found.open) == len(listed) - 1
