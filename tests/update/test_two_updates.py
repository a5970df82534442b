"""Two updates in a row on the made-up review: a retraction, an erratum, a further report with more patients, a record excluded before.

Every study, person and number is invented.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from helpers import evidence
from helpers.update.state import read_update

from .conftest import FIRST, SECOND, UPDATE, Review, new_exports, new_review, reported
from .rehearsal import filled, judge
from .small import COUNT, STUDY, extracted, screened

NEXT = "2025-06-30"
PAPER = "A made-up series of invented fever in the hills"  # of inventa2011, which the first version includes
GROWN = "A longer look at the tea of one hill town: twenty-five people"
DOUBTFUL = "Green tea for invented fever of the marsh, a series that was taken back"
DEATHS = COUNT | {
    "measure": "death",
    "events": "1",
    "total": "10",
    "as_printed": "one of ten",
    "adds_up_to": "blue-tea-hills-death",
}
Row = dict[str, str]


def record(number: int, title: str, *more: str, author: str = "Writer B", year: int = 2025) -> str:
    """A record as PubMed exports it."""
    lines = [f"PMID- {number}", f"DP  - {year}", f"TI  - {title}", f"AU  - {author}", "TA  - Journal of Inventions"]
    place = [f"VI  - {number % 100}", f"PG  - {number % 1000}", *more, f"SO  - Journal of Inventions {number}"]
    return "\n".join([*lines, *place, ""])


@pytest.fixture(scope="module")
def second_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year after an update was merged, the next one is started."""
    home = tmp_path_factory.mktemp("years")
    review = new_review(home)
    one, other = new_exports(home)
    review.update("start", UPDATE, "--pubmed", one, "--embase", other)
    screened(review)
    extracted(review, DEATHS)
    review.update("merge", "--without-archive")
    pubmed = review.write(
        "next.nbib",
        "\n".join(
            [
                record(90000001, FIRST, year=2024),  # the paper included a year before
                record(91000001, f"Erratum: {FIRST}", "PT  - Published Erratum"),
                record(91000002, f"Retraction: {PAPER}", "PT  - Retraction of Publication", author="Inventa A"),
                record(91000003, GROWN),
                record(91000004, DOUBTFUL, "PT  - Journal Article", "PT  - Retracted Publication", author="Dubia C"),
            ]
        ),
    )
    ris = f"TY  - JOUR\nTI  - {SECOND}\nAU  - Writer, B.\nPY  - 2024\nJO  - Journal 2\nVL  - 2\nSP  - 2\nER  - \n"
    said = review.update("start", NEXT, "--pubmed", pubmed, "--embase", review.write("next.ris", ris)).out
    (home / "said.txt").write_text(said)
    reported(review.root, NEXT)
    first, grown = ids(review, 91000003)
    review.update("link", "--pair", grown, "same_study", first, "--person", "O. Operator")
    return home


@pytest.fixture
def review(second_year: Path, tmp_path: Path) -> Review:
    shutil.copytree(second_year, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Review(tmp_path / "review")


def ids(review: Review, pmid: int) -> tuple[str, str]:
    """The record of the first paper in the year before, and a record of this year."""
    update = read_update(review.root, NEXT)
    earlier = update.earlier[
        update.earlier["record_id"].str.startswith(UPDATE) & (update.earlier["pmid"] == "90000001")
    ]
    return str(earlier["record_id"].iloc[0]), str(update.records.set_index("pmid").loc[str(pmid), "record_id"])


def looked_at(review: Review) -> None:
    """Both notices looked at by a person."""
    review.update("notices")
    sheet = review.root / "_update" / NEXT / "worklists/notices.csv"
    said = {"correction": "A name was misspelt; nothing we show.", "retraction": "Its rows are to be retired."}
    done = filled(sheet, review.root.parent / "n.csv", lambda row: {"what_changed": said[row["finding"]]})
    review.update("notices", "--decisions", done, "--person", "N. Otice")


def decided(review: Review) -> None:
    """Screening: the further report in, the retracted one out."""
    for phase in ("title_abstract", "full_text"):
        update = read_update(review.root, NEXT)
        title = dict(zip(update.records["record_id"], update.records["title"], strict=True))
        for who in "AB":
            path = review.root.parent / f"{phase}-{who}.csv"
            rows = [
                (report, "include" if title[report].startswith(GROWN) else "exclude", "", f"Reader {who}")
                for report in update.phase(phase).reports
            ]
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([("report_id", "decision", "reason", "reviewer"), *rows])
        review.update(
            "screen", *(word for who in "AB" for word in ("--decisions", review.root.parent / f"{phase}-{who}.csv"))
        )


def counted(review: Review, total: str, *, overlap: str = "10", **cells: str) -> list[Row]:
    """Both forms filled in for the further report; the cohort as the form proposes it."""
    out = review.root / "_update" / NEXT / "forms"
    review.update("extract", "--out", out)
    proposed = list(csv.DictReader(io.StringIO((out / "a/cohorts.csv").read_text(encoding="utf-8-sig"))))
    proposed = [{name.removesuffix(" *"): cell for name, cell in row.items()} for row in proposed]
    for who in "ab":
        about = out / who / "about.csv"
        about.write_text(
            about.read_text(encoding="utf-8-sig").replace("your name,", f"your name,Extractor {who.upper()}")
        )
        place = f"Methods, read by {who}"
        row = DEATHS | {"total": total, "as_printed": f"1 of {total}, as {who} reads it", "locator": place}
        write(
            out / who / "cohorts.csv",
            [r | {"patients": "25", "overlap_patients": overlap, "locator": place} for r in proposed],
        )
        write(out / who / "counts.csv", [row | cells])
        judge(out / who / "appraisals.csv")
    review.update("extract", "--a", out / "a", "--b", out / "b")
    return proposed


def write(path: Path, rows: list[Row]) -> None:
    header = next(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([header, *([row.get(title.removesuffix(" *"), "") for title in header] for row in rows)])


def rows(review: Review, table: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO((review.root / f"data/{table}.csv").read_text(encoding="utf-8"))))


def test_the_import_and_the_status_say_which_included_studies_were_corrected_or_retracted(
    second_year: Path, review: Review
) -> None:
    said = (second_year / "said.txt").read_text()
    line = next(text for text in said.splitlines() if "on included studies" in text)
    assert line.startswith("2 notices") and f"{STUDY} (correction, PMID 91000001)" in line
    assert "inventa2011 (retraction, PMID 91000002)" in line
    stands = review.stands()
    assert (stands["step"], stands["next"]) == ("notices", "review update notices")
    assert line in review.update("status").out
    assert {one["study_id"]: one["seen_by"] for one in stands["notices"]} == {STUDY: "", "inventa2011": ""}


def test_notices_and_what_was_decided_before_are_not_screened(review: Review) -> None:
    update = read_update(review.root, NEXT)
    assert list(update.records.set_index("record_id").loc[list(update.to_screen), "pmid"]) == ["91000003", "91000004"]
    assert len(update.already_decided) == 2  # the paper included, and the one excluded on its title


def test_a_retracted_record_says_so_on_every_list(review: Review) -> None:
    for form, name in (("csv", "csv"), ("ris", "ris"), ("rayyan", "rayyan.csv"), ("asreview", "asreview.csv")):
        out = review.root / "_update/lists" / form
        review.update("screen", "--out", out, "--format", form)
        text = (out / f"title_abstract-reviewer-a.{name}").read_text(encoding="utf-8-sig")
        assert text.count("RETRACTED") == 1
    listed = csv.DictReader(
        io.StringIO((review.root / "_update/lists/csv/title_abstract-reviewer-a.csv").read_text("utf-8-sig"))
    )
    assert {row["title"].rstrip("."): row["attention"] for row in listed if row["title"]} == {
        GROWN: "",
        DOUBTFUL: "RETRACTED",
    }


def test_a_merge_waits_until_a_person_has_looked_at_every_notice(review: Review) -> None:
    decided(review)
    counted(review, "15", detail="not in the first report")
    before = review.files()
    assert review.update("merge", "--without-archive", "--json", status=1).rules == ["open-notices"]
    assert review.files() == before
    assert review.update("notices", "--decisions", "x.csv", "--json", status=2).rules == ["option"]
    looked_at(review)
    assert review.stands()["step"] == "merge"
    once = review.files()
    looked_at(review)
    assert review.files() == once


def test_a_further_report_belongs_to_its_study_and_only_new_patients_are_added(review: Review) -> None:
    looked_at(review)
    decided(review)
    (proposed,) = counted(review, "15", detail="not in the first report", note="25 less the 10 of the first report.")
    assert (proposed["study_id"], proposed["condition"], proposed["overlaps_with"]) == (
        STUDY,
        "hills",
        f"{STUDY}-hills",
    )
    said = review.update("merge", "--without-archive").out
    assert "Notices on included studies looked at: 2." in said
    assert [row["study_id"] for row in rows(review, "studies") if row["added_in"] == NEXT] == []
    whole = evidence.load(review.root).row("blue-tea-hills-death")
    assert (whole["events"], whole["total"]) == (1 + 1 + 1, 18 + 10 + 15)
    text = review.call("diff", "2024.1", "2025.1").out
    assert "further report of Writer 2024 (Hills, 25 patients, 10 of them counted before)" in text
    changelog = (review.root / "CHANGELOG.md").read_text()
    assert "further report of Writer 2024" in changelog.split("## 2024.1")[0]
    boxes = {(b["box"], b["reason"]): b["count"] for b in rows(review, "flow") if b["update_id"] == NEXT}
    checks = {row["study_id"]: row for row in rows(review, "status_checks")}
    assert {name: row["finding"] for name, row in checks.items()} == {STUDY: "correction", "inventa2011": "retraction"}
    assert checks["inventa2011"]["note"] == "Its rows are to be retired."
    assert "retraction of Inventa 2011 (PMID 91000002): Its rows are to be retired." in text
    assert boxes["already_decided", ""] == "4"
    assert boxes["already_decided", "notice on an included study"] == "2"
    assert (boxes["new_studies", ""], boxes["known_study_reports", ""]) == ("0", "1")
    faults = review.call("check", "--json", status=1).document["faults"]
    assert {fault["rule"] for fault in faults} == {"up-to-date"}


@pytest.mark.parametrize(
    ("total", "overlap", "cells", "rule"),
    [
        ("25", "10", {"detail": "all"}, "counted-twice"),
        ("25", "", {"detail": "all"}, "overlap-unresolved"),
        ("25", "10", {}, "addition-twice"),
        ("16", "10", {"detail": "not in the first report"}, "counted-twice"),
    ],
)
def test_no_patient_of_a_further_report_is_counted_twice(
    review: Review, total: str, overlap: str, cells: Mapping[str, str], rule: str
) -> None:
    looked_at(review)
    decided(review)
    counted(review, total, overlap=overlap, **cells)
    before = review.files()
    assert rule in review.update("merge", "--without-archive", "--json", status=1).rules
    assert review.files() == before
