"""Full texts that somebody has to get, decisions of earlier versions for a ranking tool, and how many reports two may have missed."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from helpers import screening

from .conftest import FIRST, SECOND, THIRD, UPDATE, Review
from .rehearsal import filled
from .small import decisions


def on_titles(review: Review) -> None:
    said = {FIRST: "include", SECOND: "include", THIRD: "exclude"}
    a, b = (decisions(review, f"t-{who}.csv", "title_abstract", said, f"Reader {who}") for who in "AB")
    review.update("screen", "--decisions", a, "--decisions", b)


def test_the_list_of_full_texts_keeps_who_asked_whom_and_its_gaps_are_counted(started: Review) -> None:
    on_titles(started)
    lists = started.root / "_update" / UPDATE / "worklists"
    started.update("screen", "--out", lists, "--reviewer", "Reader A", "--reviewer", "Reader B")
    sheet = lists / "full-texts.csv"
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
    assert [row["title"].rstrip(".") for row in rows] == [FIRST, SECOND]
    asked = {"asked_of": "the library", "asked_by": "O. Operator", "asked_on": "2024-07-03"}
    done = filled(
        sheet,
        started.root.parent / "f.csv",
        lambda row: asked | {"got_on": "4/7/2024" if row["title"].startswith(FIRST) else ""},
    )
    assert started.update("screen", "--full-texts", done, "--json", status=1).rules == ["date"]
    done = filled(
        sheet,
        started.root.parent / "f.csv",
        lambda row: asked | {"got_on": "2024-07-04" if row["title"].startswith(FIRST) else ""},
    )
    started.update("screen", "--full-texts", done)
    assert "Full texts: 2 asked for, 1 came; of 1 others 0 are decided as not_retrieved" in started.update("status").out
    sheet.unlink()
    started.update("screen", "--out", lists, "--reviewer", "Reader A", "--reviewer", "Reader B")
    assert "the library" in sheet.read_text(encoding="utf-8-sig")  # written again, it holds what is known
    for who in "AB":
        path = decisions(started, f"f-{who}.csv", "full_text", {FIRST: "include", SECOND: "exclude"}, f"Reader {who}")
        path.write_text(path.read_text().replace("too_few", "not_retrieved"))
        started.update("screen", "--decisions", path)
    assert "of 1 others 1 are decided as not_retrieved, which the flow counts" in started.update("status").out


def test_a_ranking_tool_gets_what_earlier_versions_decided(started: Review) -> None:
    out = started.root / "_update/lists"
    started.update("screen", "--out", out, "--format", "asreview")
    rows = list(csv.DictReader(io.StringIO((out / "asreview-labels.csv").read_text(encoding="utf-8"))))
    assert [(row["title"], row["included"]) for row in rows] == [
        ("A made-up series of invented fever in the hills", "1")
    ]


def test_a_workbook_keeps_its_decisions_when_it_is_written_again(started: Review) -> None:
    from openpyxl import load_workbook

    out = started.root / "_update/lists"
    started.update("screen", "--out", out, "--format", "xlsx", "--reviewer", "Reader A", "--reviewer", "Reader B")
    path = out / "title_abstract-reviewer-a.xlsx"
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(2, [cell.value for cell in sheet[1]].index("decision") + 1).value = "include"
    book.save(path)
    before = path.read_bytes()
    assert (
        "what was filled in there in 1 row stays"
        in started.update(
            "screen", "--out", out, "--format", "xlsx", "--reviewer", "Reader A", "--reviewer", "Reader B"
        ).out
    )
    assert path.read_bytes() == before
    started.update("screen", "--decisions", path)
    assert started.stands()["screening"]["title_abstract"]["reviewers"] == {"Reader A": 1}


@pytest.mark.parametrize(
    ("both", "one", "other", "expected"), [(8, 2, 2, (12, 11 * 11 / 9 - 1)), (3, 0, 0, (3, 3.0)), (0, 0, 0, None)]
)
def test_capture_and_recapture_as_chapman_gives_it(
    both: int, one: int, other: int, expected: tuple[int, float] | None
) -> None:
    table = pd.DataFrame([[both, one], [other, 50]], index=["include", "exclude"], columns=["include", "exclude"])
    found = screening.captured(table)
    assert found == (None if expected is None else pytest.approx(expected))
