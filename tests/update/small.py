"""A small update played to any step: three records, two reviewers, one included study, two extractors."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from helpers.update.state import read_update

from .conftest import FIRST, SECOND, THIRD, UPDATE, Review, reported
from .rehearsal import judge

STUDY = "writer2024"
PLACE = "Methods, p1 s1"
REASONS = {SECOND: "too_few", THIRD: "no_patients"}
COUNT = {
    "section": "treatments",
    "study_id": STUDY,
    "condition": "hills",
    "treatment": "blue_tea",
    "measure": "received",
    "events": "10",
    "unit": "patients",
    "as_printed": "ten patients",
    "how_obtained": "stated",
    "locator": "Results, p1 s1",
}


def decisions(review: Review, name: str, phase: str, included: Mapping[str, str], reviewer: str) -> Path:
    """A reviewer's list: what to decide on each title; titles not named are left open."""
    update = read_update(review.root, UPDATE)
    title = dict(zip(update.records["record_id"], update.records["title"], strict=True))
    rows = [
        (report, decision, REASONS.get(title[report].rstrip("."), "") if decision == "exclude" else "", reviewer)
        for report in update.phase(phase).reports
        if (decision := included.get(title[report].rstrip(".")))
    ]
    path = review.root.parent / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("report_id", "decision", "reason", "reviewer"), *rows])
    return path


ALL = {FIRST: "include", SECOND: "exclude", THIRD: "exclude"}


def screened(review: Review, said: Mapping[str, str] = ALL) -> None:
    """Searches reported, and both phases decided by two who agree."""
    reported(review.root)
    for phase in ("title_abstract", "full_text"):
        a, b = (decisions(review, f"{phase}-{who}.csv", phase, said, f"Reader {who.upper()}") for who in "ab")
        if phase == "full_text" and not read_update(review.root, UPDATE).phase(phase).reports:
            return
        review.update("screen", "--decisions", a, "--decisions", b)


def forms(review: Review, *rows: Mapping[str, str]) -> Path:
    """Both forms, filled in alike but for the words and the places of the second extractor."""
    out = review.root / "_update" / UPDATE / "forms"
    review.update("extract", "--out", out)
    for who, said, place in (("a", "ten patients", PLACE), ("b", "10 patients", "Methods, first paragraph")):
        fill(out / who, rows or (COUNT | {"as_printed": said},), f"Extractor {who.upper()}", place=place)
    return out


def fill(form: Path, rows: tuple[Mapping[str, str], ...], name: str, *, place: str = PLACE) -> None:
    """One form: the study, its cohort, the rows given, and the appraisal."""
    about = form / "about.csv"
    said = re.sub(r"(?m)^your name,.*$", f"your name,{name}", about.read_text(encoding="utf-8-sig"))
    about.write_text(said, encoding="utf-8")
    given = {
        "studies": [
            {"study_id": STUDY, "first_author": "Writer B", "year": "2024", "role": "included", "design": "case_series"}
            | {"conditions": "hills", "patients": "10", "locator": place}
        ],
        "cohorts": [{"study_id": STUDY, "condition": "hills", "patients": "10", "locator": place}],
        "counts": list(rows),
    }
    for table, new in given.items():
        path = form / f"{table}.csv"
        header = next(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            writer.writerows([[row.get(title.removesuffix(" *"), "") for title in header] for row in new])
    judge(form / "appraisals.csv")


def extracted(review: Review, *rows: Mapping[str, str]) -> None:
    """Both forms handed in."""
    out = forms(review, *rows)
    review.update("extract", "--a", out / "a", "--b", out / "b")
