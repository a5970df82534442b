"""The yearly update from the first export to the rebuilt site, on a copy of the real review and on real records.

The people are made up (`rehearsal.py`), the records are real (`sample/`), and nothing of it enters the published evidence.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from copies import ROOT, copy_review

from helpers.publish import pandoc, stage
from helpers.update.state import read_update

from .conftest import Review
from .rehearsal import CONTESTED, EMBASE, INCLUDED, PUBMED, SAMPLE, People, Row, fill_form, filled, mended, table

BASELINE, UPDATE = "2023-06-30", "2026-06-30"
LOOKED_AT = ("01", "06")  # notebooks that are run as of the baseline, before and after
# The flow and the patients of all studies; the total that one sentence gives; two treatments; every row; every study.
MOVED = {
    "01-search-yield",
    "02-glucocorticoids",
    "06-emapalumab",
    "09-hsct",
    "13-audit",
    "14-evidence-map",
}


@dataclass
class Played:
    """What was seen on the way."""

    review: Review
    people: People
    said: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.review.root

    def rows(self, name: str) -> list[Row]:
        return list(csv.DictReader(io.StringIO((self.root / f"data/{name}.csv").read_text(encoding="utf-8"))))


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The whole update, played once."""
    root = tmp_path_factory.mktemp("rehearsal") / "review"
    root.mkdir()
    copy_review(root)
    shutil.copy(ROOT / "CHANGELOG.md", root)
    review = Review(root)
    published(review.root)
    review.call("run", *LOOKED_AT, "--as-of", BASELINE)
    start = review.update("start", UPDATE, "--pubmed", SAMPLE / PUBMED, "--embase", SAMPLE / EMBASE, "--json").document
    made = Played(review, People(root, UPDATE))
    made.said["start"] = start
    made.files["site"] = content(root / "_site")
    made.files["baseline"] = content(root / "_runs" / BASELINE)
    link(made)
    screen(made)
    extract(made)
    made.said["merge"] = review.update("merge").out
    made.said["after"] = review.stands()
    made.said["built"] = review.call("build", "--renderer", "pandoc", "--json").document
    review.call("run", *LOOKED_AT, "--as-of", BASELINE)
    yield made


def published(root: Path) -> None:
    """The site that readers have before the update, in two pages; building the real one once, at the end, is enough."""
    for name in ("index", "notebooks/06-emapalumab"):
        page = root / f"_site/{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        title = f"<title>{name}, version 2023.1</title>"
        page.write_text(
            f'<!doctype html><html lang="en"><head>{title}</head><body><main><h1>{name}</h1></main></body></html>'
        )
    key = stage.inputs_key(root, f"pandoc {pandoc.version()}")
    (root / "_site/.build.json").write_text(json.dumps({"key": key, "renderer": "pandoc"}))


def work(made: Played, name: str) -> Path:
    return made.root / "_update" / UPDATE / "worklists" / name


def link(made: Played) -> None:
    """The operator answers the open pairs, and adds what no rule has found."""
    review, people = made.review, made.people
    made.said["links before"] = review.stands()["links"]
    truth = people.truth()
    reports = people.state().report_of.to_dict()

    def answer(row: Row) -> Row:
        ends = {reports.get(row[side], row[side]) for side in "ab"}
        for pair, relation in truth.items():
            if {reports[record] for record in pair} == ends:
                return {"relation": relation}
        known = any(row[side].startswith("known:") for side in "ab") and row["proposed"] == "same_report"
        return {"relation": "same_report" if known else "unrelated"}

    review.update("link")
    done = filled(work(made, "links.csv"), made.root.parent / "links.csv", answer)
    review.update("link", "--decisions", done, "--person", "O. Operator")
    made.said["found"] = connected(made)
    for pair, relation in truth.items():
        if pair not in made.said["found"]:
            a, b = sorted(pair)
            review.update("link", "--pair", a, relation, b, "--person", "O. Operator", "--why", "the same trials")
    trial = people.of_embase["4"]
    review.update("link", "--pair", trial, "same_study", "known:debenedetti2023", "--person", "O. Operator")


def connected(made: Played) -> set[frozenset[str]]:
    """Pairs of the truth that the ledger connects: as one report, by the very relation, or as reports of one study."""
    state = made.people.state()
    reports = state.report_of.to_dict()
    said: dict[frozenset[str], set[str]] = {}
    studies: dict[str, set[str]] = {report: {report} for report in reports.values()}
    for row in state.current[state.current["status"] == "decided"].to_dict("records"):
        ends = [reports.get(row[side], row[side]) for side in "ab"]
        said.setdefault(frozenset(ends), set()).add(row["relation"])
        if row["relation"] in ("same_study", "abstract_of") and all(end in studies for end in ends):
            joined = studies[ends[0]] | studies[ends[1]]
            studies.update(dict.fromkeys(joined, joined))
    found = set()
    for pair, relation in made.people.truth().items():
        one, other = (reports[record] for record in pair)
        is_one_study = relation == "same_study" and other in studies[one]
        if (
            one == other
            if relation == "same_report"
            else is_one_study or relation in said.get(frozenset((one, other)), ())
        ):
            found.add(pair)
    return found


def screen(made: Played) -> None:
    """Two reviewers, who differ on a few; what they settle together."""
    review, people = made.review, made.people
    lists = work(made, "x").parent

    def first(report: str) -> Row:
        row = people.expects(report)
        return {"decision": "include" if row["expected"] == "full_text" else "exclude", "reason": row["reason"]}

    def second(report: str) -> Row:
        contested = CONTESTED.get(people.expects(report)["record_no"])
        return {"decision": contested, "reason": ""} if contested else first(report)

    def full(report: str) -> Row:
        number = people.expects(report)["record_no"]
        if number in INCLUDED:
            return {"decision": "include", "reason": ""}
        return {"decision": "exclude", "reason": "not_retrieved" if number == "32" else "no_treatment"}

    def together(row: Row) -> Row:
        wanted = people.expects(row["report_id"])["record_no"] == "4"  # an exception, as the trial is the only one
        return {"decision": "include", "reason": ""} if wanted else first(row["report_id"])

    names = ("--reviewer", "Ann Reader", "--reviewer", "Ben Reader")
    made.said["to screen"] = people.state().to_screen
    for phase, deciders in (("title_abstract", (first, second)), ("full_text", (full, full))):
        review.update("screen", "--out", lists, *names)
        files = []
        for who, decide in zip("ab", deciders, strict=True):
            sheet = lists / f"{phase}-reviewer-{who}.csv"
            files += [
                "--decisions",
                filled(sheet, made.root.parent / sheet.name, lambda row, d=decide: d(row["report_id"])),
            ]
        made.said[phase] = review.update("screen", *files).out
        conflicts = lists / f"conflicts-{phase}.csv"
        if conflicts.exists():
            review.update("screen", "--resolved", filled(conflicts, made.root.parent / "settled.csv", together))


def extract(made: Played) -> None:
    """Two extractors, a third person, the refused merge, and the forms put right."""
    review, forms = made.review, made.root / "_update" / UPDATE / "forms"

    def second(name: str, row: Row) -> list[Row]:
        if name == "counts" and row["measure"] == "death" and row["study_id"] == "matt2025":
            return [row | {"events": "3"}]
        return [] if row.get("measure") == "recurrence" else [row]

    review.update("extract", "--out", forms)
    fill_form(forms / "a", "Eve Extractor")
    fill_form(forms / "b", "Ole Extractor", second)
    made.said["extract"] = review.update("extract", "--a", forms / "a", "--b", forms / "b").out
    decided = filled(
        work(made, "extraction-open.csv"),
        made.root.parent / "decided.csv",
        lambda row: {"chosen": "a", "reason": "looked up again"},
    )
    review.update("extract", "--adjudicated", decided)
    before = review.files()
    made.said["refused"] = review.update("merge", "--json", status=1).document
    made.said["untouched"] = review.files() == before
    for who in "ab":
        shutil.rmtree(forms / who)
        (forms / f"{who}.xlsx").unlink()
    review.update("extract", "--out", forms)
    for who, name in (("a", "Eve Extractor"), ("b", "Ole Extractor")):
        fill_form(forms / who, name, mended)
    review.update("extract", "--a", forms / "a", "--b", forms / "b")
    if review.stands()["step"] == "extract":
        sheet = work(made, "audit.csv")
        reason = "39 patients in both trials, of whom 25 are new; the note tells"
        done = filled(sheet, made.root.parent / "audit.csv", lambda row: {"reason": reason})
        review.update("extract", "--acknowledged", done, "--person", "T. Third")


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
    assert [name for name in before if after[name] != before[name]] == []


def test_the_new_version_differs_where_it_should_and_nowhere_else(played: Played) -> None:
    moved = played.said["built"]["run"]["moved"]
    assert {change["page"] for change in moved} == MOVED
    assert {(c["before"], c["after"]) for c in moved if c["page"] == "02-glucocorticoids"} == {("1,148", "1,188")}
    assert played.said["built"]["run"]["failed"] == []


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
