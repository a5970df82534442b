"""A merge that is only tried says what would change and why it would be refused; slips that a spreadsheet or a copy makes are named."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from helpers import tables

from .conftest import UPDATE, Review
from .small import COUNT, extracted, screened

DEATHS = COUNT | {
    "measure": "death",
    "events": "1",
    "total": "10",
    "as_printed": "one",
    "adds_up_to": "blue-tea-hills-death",
}


def test_a_dry_run_tells_the_difference_and_every_total_that_moves_and_writes_nothing(started: Review) -> None:
    screened(started)
    extracted(started, DEATHS)
    before = started.files()
    said = started.update("merge", "--dry-run").out
    assert "Nothing was changed. The merge of 2024-06-30 would make version 2024.1:" in said
    assert "Studies: Writer 2024 (Hills, 10 patients)" in said
    assert "(1 of 18 as printed + 1 of 10 (writer2024-blue-tea-hills-death))" in said and "It would go through." in said
    assert started.files() == before
    document = started.update("merge", "--dry-run", "--json").document
    assert [t["row_id"] for t in document["changes"]["totals"]] == ["blue-tea-hills-death"]
    started.update("merge", "--without-archive")
    assert "Totals that moved" in started.call("diff", "2023.1", "2024.1").out


def test_a_dry_run_names_what_a_merge_would_refuse(started: Review) -> None:
    screened(started)
    extracted(started, DEATHS)
    for path in (started.root / "data/strategies").glob(f"{UPDATE}-*.txt"):
        path.unlink()
    answer = started.update("merge", "--dry-run", status=1)
    assert "It would be refused for 2 faults" in answer.err and "--without-strategy" in answer.err
    assert started.update("merge", "--without-archive", "--json", status=1).rules == ["search-reported"] * 2
    assert started.call("check", "--json", status=1).document["faults"][0]["rule"] == "search-reported"
    started.update("merge", "--without-archive", "--without-strategy", "the librarian has left")
    kept = list(csv.DictReader(io.StringIO((started.root / "data/searches.csv").read_text(encoding="utf-8"))))
    notes = [row["note"] for row in kept if row["update_id"] == UPDATE]
    assert notes == ["Without search string, platform and day of the search: the librarian has left"] * 2


def test_a_dry_run_of_an_update_that_is_open_says_what_is_open(started: Review) -> None:
    assert started.update("merge", "--dry-run", "--json", status=1).rules[0] == "open-screen"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pubmed.nbib", "PMID- 1\n"),
        ("data/later.txt", "TY  - JOUR\nTI  - One\nAB  - Words of others\nER  - \n"),
        ("found.csv", "Authors,Title,Abstract\nA,B,C\n"),
        (
            "data/strategies/copy.xml",
            "<PubmedArticleSet><PubmedArticle><Abstract>x</Abstract></PubmedArticle></PubmedArticleSet>",
        ),
    ],
)
def test_an_export_that_lies_where_git_follows_is_found(review: Review, name: str, text: str) -> None:
    (review.root / name).write_text(text)
    faults = review.call("check", "--json", status=1).document["faults"]
    assert [fault["file"] for fault in faults if fault["rule"] == "raw-export"] == [name]


def test_decisions_that_stand_twice_or_are_no_decisions_are_told_by_the_status(started: Review) -> None:
    screened(started)
    path = started.root / f"data/updates/{UPDATE}/screening.csv"
    header, first, *rest = path.read_text().splitlines()
    path.write_text(
        "\n".join(
            [header, first, first, *rest[:-1], rest[-1].replace("exclude", "exclud").replace("include", "includ"), ""]
        )
    )
    rules = {fault["rule"] for fault in started.stands()["faults"]}
    assert rules == {"decided-once", "decision"}
    assert "Broken: 2 faults" in started.update("status").out


@pytest.mark.parametrize(
    ("column", "cell", "rule"), [("events", "١٤", "type-integer"), ("as_printed", "14-Jul", "spreadsheet-date")]
)
def test_digits_of_another_script_and_dates_of_a_spreadsheet_are_no_counts(
    review: Review, column: str, cell: str, rule: str
) -> None:
    path: Path = review.root / "data/counts.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    rows[6][column] = cell
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    _, faults = tables.read_tables(review.root, ["counts"])
    assert [(f.row, f.column, f.rule) for f in faults if f.rule == rule] == [(8, column, rule)]
