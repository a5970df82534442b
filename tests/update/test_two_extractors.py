"""Two extractors are two people with two forms, whenever each is handed in; a third person decides what differs only."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import shutil
from pathlib import Path

import pytest

from .conftest import UPDATE, Review, new_exports, new_review
from .rehearsal import filled
from .small import COUNT, fill, forms, screened

DECISIONS = f"data/updates/{UPDATE}/extraction/decisions.csv"
EXTRACTORS = f"data/updates/{UPDATE}/extraction/extractors.csv"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with both forms filled in and not handed in yet, made once."""
    home = tmp_path_factory.mktemp("made")
    review = new_review(home)
    one, other = new_exports(home)
    review.update("start", UPDATE, "--pubmed", one, "--embase", other)
    screened(review)
    forms(review)
    return home


@pytest.fixture
def review(made: Path, tmp_path: Path) -> Review:
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Review(tmp_path / "review")


def out(review: Review) -> Path:
    return review.root / "_update" / UPDATE / "forms"


def named(form: Path, name: str) -> Path:
    """A form with another name on it."""
    about = form / "about.csv"
    lines = about.read_text(encoding="utf-8-sig").splitlines()
    lines = [f'your name,"{name}"' if line.startswith("your name,") else line for line in lines]
    about.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return form


def people(review: Review, place: str = EXTRACTORS) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((review.root / place).read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", ["Extractor A", "extractor  a.", "A. Éxtractor"])
def test_one_person_cannot_hand_in_both_folderone_by_one(review: Review, name: str) -> None:
    review.update("extract", "--a", out(review) / "a")
    before = review.files()
    answer = review.update("extract", "--b", named(out(review) / "b", name), "--json", status=1)
    assert answer.rules == ["two-extractors"]
    assert review.files() == before
    review.update("extract", "--b", named(out(review) / "b", "Extractor B"))
    other_way = review.update("extract", "--a", named(out(review) / "a", "Extractor B"), "--json", status=1)
    assert other_way.rules == ["two-extractors"]


def test_one_person_cannot_hand_in_both_folderat_once(review: Review) -> None:
    named(out(review) / "b", "EXTRACTOR A")
    answer = review.update("extract", "--a", out(review) / "a", "--b", out(review) / "b", "--json", status=1)
    assert answer.rules == ["two-extractors"]
    assert not (review.root / EXTRACTORS).exists()


def test_who_extracted_from_which_file_is_kept_and_stays_after_the_merge(review: Review) -> None:
    for name in ("CHANGELOG.md", "CITATION.cff"):
        (review.root / name).write_text((Path(__file__).parents[2] / name).read_text())
    folder = out(review)
    review.update("extract", "--a", folder / "a", "--b", folder / "b")
    rows = people(review)
    assert [(row["extractor"], row["person"], row["form"]) for row in rows] == [
        ("a", "Extractor A", "a"),
        ("b", "Extractor B", "b"),
    ]
    parts = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted((folder / "b").glob("*.csv"))
    )
    assert rows[1]["sha256"] == hashlib.sha256(parts.encode()).hexdigest()
    before = review.files()
    review.update("extract", "--b", folder / "b")
    assert review.files() == before  # the same again is nothing new
    review.update("merge", "--without-archive")
    assert people(review, f"data/extraction/{UPDATE}/extractors.csv") == rows
    assert not (review.root / EXTRACTORS).exists()


def test_a_blank_workbook_names_nobody_and_is_refused(review: Review) -> None:
    book = out(review) / "a.xlsx"
    answer = review.update("extract", "--a", book, "--json", status=1)
    assert "extractor-name" in answer.rules
    assert not (review.root / EXTRACTORS).exists()


@pytest.mark.parametrize("one_by_one", [True, False])
def test_a_copied_form_with_another_name_is_no_second_extraction(review: Review, one_by_one: bool) -> None:
    a, b = out(review) / "a", out(review) / "b"
    for path in a.glob("*.csv"):
        if path.name != "about.csv":
            shutil.copy(path, b)
    if one_by_one:
        review.update("extract", "--a", a)
    words = ("extract", *(() if one_by_one else ("--a", a)), "--b", b)
    before = review.files()
    answer = review.update(*words, "--json", status=1)
    assert answer.rules == ["copied-form"]
    assert "--anyway" in answer.document["faults"][0]["fix"]
    assert review.files() == before
    review.update(*words, "--anyway")
    assert [row["person"] for row in people(review)] == ["Extractor A", "Extractor B"]


def test_one_file_for_both_is_refused_byte_for_byte(review: Review) -> None:
    alone = review.write("counts.csv", (out(review) / "a/counts.csv").read_text(encoding="utf-8-sig"))
    review.update("extract", "--a", alone, "--person", "Eve")
    answer = review.update("extract", "--b", alone, "--person", "Ole", "--anyway", "--json", status=1)
    assert answer.rules == ["two-extractors"]
    assert "byte for byte" in answer.err


def test_folderwith_nothing_in_them_are_no_copies(review: Review) -> None:
    header = (out(review) / "a/counts.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    for who, name, end in (("a", "Eve", "\n"), ("b", "Ole", "\n\n")):
        sheet = review.write(f"{who}/counts.csv", header + end)
        review.update("extract", f"--{who}", sheet, "--person", name)


def test_a_form_without_a_name_waits_for_it(review: Review) -> None:
    a = named(out(review) / "a", "")
    answer = review.update("extract", "--a", a, "--json", status=1)
    assert answer.rules == ["extractor-name"]
    assert '--person "NAME"' in answer.document["faults"][0]["fix"]
    review.update("extract", "--a", a, "--person", "Eve")
    assert [row["person"] for row in people(review)] == ["Eve"]


def test_a_name_beside_a_form_fits_the_name_within_it_and_one_form(review: Review) -> None:
    a, b = out(review) / "a", out(review) / "b"
    answer = review.update("extract", "--a", a, "--person", "Somebody Else", "--json", status=1)
    assert answer.rules == ["extractor-differs"]
    answer = review.update("extract", "--a", a, "--b", b, "--person", "Extractor A", "--json", status=2)
    assert answer.rules == ["person-of-a-form"]
    assert review.update("extract", "--a", a, "--out", b, "--json", status=2).rules == ["option"]
    assert review.update("extract", "--a", a, "--acknowledged", b, "--json", status=2).rules == ["option"]
    assert not (review.root / EXTRACTORS).exists()


def differing(review: Review) -> Path:
    """Both forms handed in, which differ in one count; the list of what differs."""
    fill(out(review) / "b", (COUNT | {"events": "9", "as_printed": "nine"},), "Extractor B")
    review.update("extract", "--a", out(review) / "a", "--b", out(review) / "b")
    return review.root / "_update" / UPDATE / "worklists/extraction-open.csv"


def test_there_is_nothing_to_decide_before_both_folderare_there(review: Review) -> None:
    sheet = review.write("d.csv", "table,row_a,column,value_a,value_chosen,chosen,reason\n")
    before = review.files()
    words = ("extract", "--a", out(review) / "a", "--adjudicated", sheet, "--person", "T. Third", "--json")
    assert review.update(*words, status=1).rules == ["forms-first"]
    assert review.files() == before  # the form beside it waits as well


def test_the_third_person_decides_only_what_differs(review: Review) -> None:
    sheet = differing(review)
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
    *explained, row = rows
    assert explained and all(line["table"].startswith("#") for line in explained)
    before = review.files()
    agreed = {"column": "unit", "value_a": "patients", "value_b": "patients"}
    for cells in (agreed, {"column": "", "value_a": "", "value_b": "", "value_chosen": row["row_a"]}):
        wrong = filled(sheet, review.root.parent / "w.csv", lambda _, c=cells: c | {"chosen": "a", "reason": "so"})
        answer = review.update("extract", "--adjudicated", wrong, "--person", "T. Third", "--json", status=1)
        assert [(fault["rule"], fault["row"]) for fault in answer.document["faults"]] == [
            ("no-difference", len(rows) + 1)
        ]
        assert review.files() == before
    right = filled(sheet, review.root.parent / "r.csv", lambda _: {"chosen": "b", "reason": "read again"})
    review.update("extract", "--adjudicated", right, "--person", "T. Third")
    assert review.stands()["step"] == "merge"
    (kept,) = people(review, DECISIONS)
    assert (kept["person"], kept["decided_on"]) == ("T. Third", dt.date.today().isoformat())
    once = review.files()
    review.update("extract", "--adjudicated", right, "--person", "Somebody Later")
    assert review.files() == once  # the same decision stays whose it was


def test_whoever_decides_is_named_and_none_of_the_two(review: Review) -> None:
    sheet = differing(review)
    right = filled(sheet, review.root.parent / "r.csv", lambda _: {"chosen": "B", "reason": "read again"})
    before = review.files()
    answer = review.update("extract", "--adjudicated", right, "--json", status=2)
    assert answer.rules == ["third-person"] and '--person "NAME"' in answer.document["faults"][0]["fix"]
    for name in ("Extractor A", "extractor b."):
        assert review.update("extract", "--adjudicated", right, "--person", name, "--json", status=1).rules == [
            "third-person"
        ]
    assert review.files() == before
    assert '--adjudicated _update/2024-06-30/worklists/extraction-open.csv --person "NAME"' in review.stands()["next"]
    assert "Decided by T. Third: 1." in review.update("extract", "--adjudicated", right, "--person", "T. Third").out
    own = named(out(review) / "b", "T. Third")
    assert review.update("extract", "--b", own, "--json", status=1).rules == ["third-person"]


def test_a_word_that_is_no_choice_is_one_fault(review: Review) -> None:
    sheet = differing(review)
    wrong = filled(sheet, review.root.parent / "w.csv", lambda _: {"chosen": "first", "reason": "so"})
    answer = review.update("extract", "--adjudicated", wrong, "--person", "T. Third", "--json", status=1)
    assert answer.rules == ["choice"]


def test_a_decision_ends_when_the_corrected_folderagree(review: Review) -> None:
    sheet = differing(review)
    other = filled(
        sheet, review.root.parent / "r.csv", lambda _: {"chosen": "other", "value_chosen": "8", "reason": "so"}
    )
    review.update("extract", "--adjudicated", other, "--person", "T. Third")
    fill(out(review) / "b", (COUNT | {"as_printed": "10 patients"},), "Extractor B")
    said = review.update("extract", "--b", out(review) / "b").out
    assert "1 earlier decisions no longer fit the forms; what still differs is open again." in said
    decisions = review.root / f"data/updates/{UPDATE}/extraction/decisions.csv"
    assert len(decisions.read_text().splitlines()) == 1
    assert review.stands()["step"] == "merge"
