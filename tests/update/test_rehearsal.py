"""The yearly update from the first export to the rebuilt site, on a copy of the real review and on real records.

The people are made up (`rehearsal.py`), the records are real (`sample/`), and nothing of it enters the published evidence.
What takes longer, all notebooks as of the baseline and all pages of the version before, is in `test_rehearsal_whole.py`.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from copies import ROOT
from page_commands import commands_of, step

from helpers import signals
from helpers.run import read_results
from helpers.tables import read_tables
from helpers.update.state import read_update

from .rehearsal import (
    BASELINE,
    EMBASE,
    PUBMED,
    UPDATE,
    Played,
    begin,
    content,
    decide,
    new_copy,
    publish,
    rewordings,
    shown_alike,
    table,
    take_in,
    translate,
)

LOOKED_AT = ("01", "05", "06")  # notebooks that are run as of the baseline, before and after; the team rewords two
UNSEEN = "(not shown)"  # what only machines read
OF_SIGNALS = ("awaiting_classification", "registered_studies")  # boxes that count signals; people may note more
FALSE_NOW = {  # what the sample makes false, by a part of the sentence, and what the rows say then
    "This is the first version": "2 rows",
    "of the studies was a clinical trial": "grom2024",
    "emapalumab was the only treatment tested in a trial devoted to MAS": "grom2024",
    "Nothing here supports or refutes the use of emapalumab": "grom2024-emapalumab-mixed",
    "Transplantation for refractory MAS is reported in": "matt2025-hsct-sjia-received-refractory",
    "The only clinical trial in MAS up to": "grom2024",
    "In the only clinical trial in MAS up to": "grom2024",
    "there is a single trial": "2 studies",
    "a single series gives deaths": "2 studies",
}
EXPECTED = Path(__file__).parent / "rehearsal_moved.csv"  # each number that moves, before and after, and why


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The whole update, played once."""
    review = new_copy(tmp_path_factory.mktemp("rehearsal"))
    two_pages(review.root)
    results = read_results(review.root)
    review.call("run", *LOOKED_AT, "--as-of", BASELINE)
    made = begin(review)
    made.said["results before"] = results
    made.files["site"] = content(review.root / "_site")
    made.files["baseline"] = content(review.root / "_runs" / BASELINE)
    decide(made)
    take_in(made)
    made.said["after"] = review.stands()
    made.said["built"] = review.call("build", "--renderer", "pandoc", "--json", status=1).document
    translate(made.root)
    review.call("build", "--renderer", "pandoc")
    review.call("run", *LOOKED_AT, "--as-of", BASELINE)
    yield made


def two_pages(root: Path) -> None:
    """The site that readers have before the update, in two pages; building the real one once, at the end, is enough."""
    for name in ("index", "notebooks/06-emapalumab"):
        page = root / f"_site/{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        title = f"<title>{name}, version 2023.1</title>"
        page.write_text(
            f'<!doctype html><html lang="en"><head>{title}</head><body><main><h1>{name}</h1></main></body></html>'
        )
    publish(root)


def test_every_record_is_accounted_for(played: Played) -> None:
    counts = played.said["start"]["import"]
    assert [(f["file"], f["started"], f["parsed"]) for f in counts["files"]] == [(PUBMED, 23, 23), (EMBASE, 50, 50)]
    assert counts["kept"] + counts["merged"] == 73
    state = read_update(played.root, UPDATE)
    assert (state.kept, state.merged) == (57, 16)
    assert len(state.to_screen) + len(state.already_decided) == state.kept


def test_what_the_review_knows_is_never_screened(played: Played) -> None:
    known = [row["record_no"] for row in table("expected.csv") if row["expected"] == "known"]
    assert len(known) == 12
    asked = {played.people.expects(report)["record_no"] for report in played.said["to screen"]}
    assert not asked & set(known)
    assert len(asked) == len(played.said["to screen"])


def test_every_pair_that_belongs_together_is_linked_or_asked_about(played: Played) -> None:
    truth, found = played.people.truth(), played.said["found"]
    missed = {frozenset(played.people.expected[r]["record_no"] for r in pair) for pair in set(truth) - found}
    # That a pooled analysis holds the patients of an earlier trial stands in neither title nor authors.
    assert missed <= {frozenset(pair) for pair in (("15", "4"), ("15", "5"), ("15", "6"))}
    merged = [pair for pair, relation in truth.items() if relation == "same_report"]
    assert len(merged) == 16
    assert all(pair in found for pair in merged)


def test_no_two_different_publications_are_merged(played: Played) -> None:
    state = played.people.state()
    truth = {pair for pair, relation in played.people.truth().items() if relation == "same_report"}
    numbers: dict[str, set[str]] = {}
    for record, report in state.report_of.items():
        if str(record) in played.people.expected:
            numbers.setdefault(report, set()).add(played.people.expected[str(record)]["record_no"])
    twice = {frozenset(found) for found in numbers.values() if len(found) > 1}
    assert twice == {frozenset(("22", "23")), frozenset(("24", "25"))}
    assert len(truth) == 16


def test_the_reviewers_agreement_is_told_and_their_conflicts_are_settled(played: Played) -> None:
    said = played.said["title_abstract"]
    assert "Ann Reader and Ben Reader agree on 93%" in said
    assert "PABAK" in said
    assert "AC1" in said
    assert "3 to settle" in said


def test_the_pooled_emapalumab_trials_are_refused_until_overlap_and_definition_are_resolved(played: Played) -> None:
    faults = played.said["refused"]["faults"]
    assert {fault["rule"] for fault in faults} >= {"overlap-unresolved", "addition-to-one-study", "addition-measure"}
    (overlap,) = [fault for fault in faults if fault["rule"] == "overlap-unresolved"]
    assert "debenedetti2023 (14 patients)" in overlap["message"]
    assert "grom2024" in overlap["message"]
    assert played.said["untouched"]
    (cohort,) = [row for row in played.rows("cohorts") if row["study_id"] == "grom2024"]
    assert (cohort["overlaps_with"], cohort["overlap_patients"]) == ("debenedetti2023-sjia", "14")
    (response,) = [
        row for row in played.rows("counts") if row["study_id"] == "grom2024" and row["measure"] == "complete_response"
    ]
    assert (response["events"], response["total"], response["adds_up_to"]) == ("21", "39", "")
    assert "eight parts" in response["definition"]


def test_shared_patients_are_counted_once(played: Played) -> None:
    from helpers import evidence

    before, after = evidence.load(played.root, as_of=BASELINE), evidence.load(played.root)
    added = after.row("review-all-patients")["events"] - before.row("review-all-patients")["events"]
    assert added == (39 - 14) + 15  # the new ones of the pooled trials, and the series on lupus


def test_the_merge_says_what_it_did_in_ten_lines(played: Played) -> None:
    lines = played.said["merge"].splitlines()
    assert len(lines) <= 10
    assert lines[0] == f"The update {UPDATE} is merged: version 2026.1."
    assert "4 included" in lines[1]
    assert played.said["after"]["step"] == "start"
    assert played.said["after"]["next_due"] == "2027-06-30"


def test_sentences_that_the_update_makes_false_stop_the_merge_each_with_what_the_rows_say(played: Played) -> None:
    faults = played.said["falsified"]["faults"]
    assert {fault["rule"] for fault in faults} == {"guard-broken"}
    assert all(re.search(r"expects `.+`, which no longer holds: .+", fault["message"]) for fault in faults)
    for sentence, today in FALSE_NOW.items():
        assert any(sentence in fault["value"] and today in fault["message"] for fault in faults), sentence
    files = Counter(fault["file"].rpartition("/")[2] for fault in faults)
    assert files == {
        "methods.qmd": 1,
        "01-search-yield.py": 2,
        "06-emapalumab.py": 4,
        "09-hsct.py": 1,
        "findings.csv": 1,
        "statements.csv": 1,
        "certainty.csv": 2,
    }
    assert played.said["still untouched"]


def test_the_refusal_says_what_the_team_does_next(played: Played) -> None:
    headline = played.said["falsified"]["headline"]
    sheet = f"_update/{UPDATE}/worklists/new-rows.csv"
    assert sheet in headline
    assert "reword" in headline and "merge again" in headline
    assert "grom2024-emapalumab-mixed-complete-response-refractory,counts" in (played.root / sheet).read_text()
    for fault in played.said["falsified"]["faults"]:
        said = "(`retired_in`)" if fault["file"].startswith("data/") else "reword the sentence"
        assert said in fault["fix"]


def test_the_reworded_key_messages_and_methods_are_told_as_such(played: Played) -> None:
    text = played.review.call("diff", BASELINE, UPDATE).out
    assert "Statements: 3 reworded" in text and "key messages" in text and "methods" in text
    assert "Statements: 3 reworded" in played.said["merge"]
    news = (played.root / "data/results/pages/updates.md").read_text(encoding="utf-8")
    (message,) = [line for line in news.splitlines() if line.startswith("- Key messages, reworded:")]
    before, now = message.split(" Now: ")
    assert "In the only clinical trial in MAS up to 30 June 2023" in before
    assert "pooled with a second trial" in now and "21 of 39" in now
    assert "- Methods, withdrawn: This is the first version" in news
    assert "- Methods, new: No method has changed since the version before." in news


def test_new_texts_of_the_home_page_are_asked_for_in_each_language(played: Played) -> None:
    faults = played.said["built"]["run"]["faults"]
    assert {fault["rule"] for fault in faults} == {"missing-translation", "unused-translation"}
    assert sum(fault["value"].startswith("**Systemic JIA.**") for fault in faults) == 2
    german = (played.root / "_site/de/index.html").read_text(encoding="utf-8")
    assert "mit einer zweiten Studie zusammen" in german and "21 von 39" in german


def test_the_flow_of_the_update_is_that_of_its_records(played: Played) -> None:
    boxes = {(b["box"], b["reason"]): b["count"] for b in played.rows("flow") if b["update_id"] == UPDATE}
    whole = ("identified", "duplicates_removed", "already_decided", "screened", "excluded_title_abstract", "sought")
    assert [boxes[name, ""] for name in whole] == ["73", "16", "11", "46", "40", "6"]
    assert [boxes[name, ""] for name in ("not_retrieved", "assessed", "included_reports")] == ["1", "5", "4"]
    assert (boxes["new_studies", ""], boxes["total_studies", ""]) == ("4", "61")


def test_the_baseline_is_byte_for_byte_what_it_was(played: Played) -> None:
    after = content(played.root / "_runs" / BASELINE)
    before = played.files["baseline"]
    assert len([name for name in before if name.endswith(".ipynb")]) == len(LOOKED_AT)
    assert sorted(after) == sorted(before)
    changed = [name for name in before if after[name] != before[name]]
    reworded = {Path(sentence["file"]).stem for sentence in rewordings()["sentences"]}
    assert {Path(name).stem for name in changed} <= reworded
    assert all(name.endswith(".ipynb") for name in changed)  # and no number in it
    assert [name for name in changed if not shown_alike(before[name], after[name])] == []


def expected_moves() -> list[dict[str, str]]:
    with EXPECTED.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_number_that_moves_is_expected_with_its_reason_and_no_other_moves(played: Played) -> None:
    assert played.said["built"]["run"]["failed"] == []
    names = ("page", "result", "before", "after")
    told = [c for c in played.said["built"]["run"]["moved"] if not any(box in c["result"] for box in OF_SIGNALS)]
    moved = Counter(tuple(c[name] for name in names) for c in told)
    expected = Counter(tuple(row[name] for name in names) for row in expected_moves() if row["result"] != UNSEEN)
    assert sorted((moved - expected).elements()) == []
    assert sorted((expected - moved).elements()) == []
    assert all(row["why"] for row in expected_moves())


def test_nothing_else_in_the_results_moves_not_even_what_no_reader_sees(played: Played) -> None:
    before, after = played.said["results before"], read_results(played.root)
    assert sorted(after) == sorted(before)
    ids = {page: {r.get("id") for side in (before, after) for r in side[page]["results"]} for page in before}
    expected = set()
    for row in expected_moves():
        name = row["result"].partition(": ")[0]  # a result without an id goes by what its number is about
        expected.add((row["page"], name if name in ids[row["page"]] else ""))
    assert {(page, name) for page in before for name in differing(before[page], after[page])} == expected


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Names of results that differ in anything; a result without a name is the empty text.

    A cell that is empty in every row is left out: the table has a column more once a later study adds to a total.
    """
    one, other = (
        Counter((r.get("id") or "", json.dumps(filled_cells(r), sort_keys=True)) for r in side["results"])
        for side in (before, after)
    )
    return {name for name, _ in (one - other) + (other - one)}


def filled_cells(value: Any) -> Any:
    """A result without its empty cells."""
    if isinstance(value, dict):
        return {key: filled_cells(cell) for key, cell in value.items() if cell is not None}
    return [filled_cells(one) for one in value] if isinstance(value, list) else value


def test_the_commands_are_those_of_the_page_in_its_order(played: Played) -> None:
    page = [step(words) for words in commands_of("update.qmd")]
    page.remove(("update", "fetch", "--database"))  # the exports come as files; `test_fetch.py` plays this one
    # The sample holds no notice on an included study; `test_two_updates.py` plays both.
    page = [words for words in page if words[:2] != ("update", "notices")]
    page.remove(("build",))  # the site before the merge is put there ready-made
    given = iter([step(words) for words in played.review.commands])
    # Each command of the page is found after the one before it; others come between.
    assert [wanted for wanted in page if wanted not in given] == []


def test_the_version_before_stays_readable_as_it_was(played: Played) -> None:
    with zipfile.ZipFile(played.root / "archive/2023.1.zip") as kept:
        assert kept.read("index.html") == played.files["site"]["index.html"]
        assert {n for n in kept.namelist() if n.endswith(".html")} >= {"index.html", "notebooks/06-emapalumab.html"}
    shown = (played.root / "_site/v/2023.1/notebooks/06-emapalumab.html").read_text(encoding="utf-8")
    assert "<h1>notebooks/06-emapalumab</h1>" in shown
    assert "You are reading version 2023.1" in shown


def test_the_new_pages_show_the_new_studies_and_no_abstract(played: Played) -> None:
    emapalumab = (played.root / "_site/notebooks/06-emapalumab.html").read_text(encoding="utf-8")
    assert "Grom" in emapalumab
    (integrated,) = [row for row in played.rows("updates") if row["update_id"] == UPDATE]
    assert integrated["summary"] == "New studies: Chandrakasan 2025, Grom 2024, Liu 2024, Matt 2025."
    assert "2026.1" in (played.root / "_site/index.html").read_text(encoding="utf-8")


def test_each_box_leads_to_its_records_and_each_record_stands_once(played: Played) -> None:
    page = (played.root / "_site/records.html").read_text(encoding="utf-8")
    assert page.count('class="record"') == 73
    flow = (played.root / "_site/notebooks/01-search-yield.html").read_text(encoding="utf-8")
    own = [b for b in played.rows("flow") if b["update_id"] == UPDATE and b["unit"] != "studies"]
    for box in own:
        if box["arm"] != "previous":
            assert f'href="../records.html#{box["box_id"]}"' in flow
            assert page.count(f'id="{box["box_id"]}"') == 1
    assert "57 studies were included" in re.sub(r"<[^>]+>", "", flow)
    assert "which makes 61 studies" in re.sub(r"<[^>]+>", "", flow)


def test_the_rehearsal_stays_out_of_the_published_evidence() -> None:
    for name in ("studies", "sources", "updates", "counts"):
        text = (ROOT / f"data/{name}.csv").read_text(encoding="utf-8")
        assert "grom2024" not in text
        assert UPDATE not in text
    assert not (ROOT / "data/updates" / UPDATE).exists()


def test_the_difference_is_told_for_people_and_machines(played: Played) -> None:
    document = json.loads(played.review.call("diff", BASELINE, UPDATE, "--json").out)
    assert {study["study_id"] for study in document["studies"]["new"]} == {
        "grom2024",
        "chandrakasan2025",
        "liu2024",
        "matt2025",
    }


def test_every_signal_that_may_be_evidence_is_answered_and_none_is_lost(played: Played) -> None:
    tables, faults = read_tables(played.root)
    assert faults == []
    found = signals.states(played.root, tables)
    assert set(found) == {row["signal_id"] for row in played.rows("signals")}
    assert signals.unanswered(tables, found, UPDATE) == []
    brought = {name for name, state in found.items() if state.code in ("integrated", "excluded")}
    asked = set(played.said["unanswered"])
    assert brought
    assert not brought & asked
    noted = {row["signal_id"] for row in played.rows("signals") if row["kind"] in signals.EVIDENCE}
    later = {row["signal_id"] for row in played.rows("signals") if row["date"] > UPDATE[: len(row["date"])]}
    assert noted == {name for name in brought | asked | later if name in noted}
