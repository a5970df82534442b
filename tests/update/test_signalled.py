"""What was noted before a search, followed through it: shown first, known again, answered, and never lost. All invented."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from later_update import append

from helpers import evidence, signals
from helpers.report import since
from helpers.tables import read_tables

from .conftest import FIRST, THIRD, UPDATE, Review, ris
from .small import extracted, screened

NOTED = {
    "container": "Journal of Invented Medicine",
    "date": "2024-02",
    "seen_at": "https://example.org/invented",
    "seen_on": "2025-01-02",
    "noted_by": "AB",
    "would_change": "yes",
    "why": "It is invented.",
}
IN, OUT, TITLE, MISSED, LATER, GUIDE = "s-in", "s-out", "s-title", "s-missed", "s-later", "s-guide"


def note(review: Review) -> None:
    """Signals that the search brings, misses, or cannot bring."""
    for cells in (
        {"signal_id": IN, "kind": "publication", "title": "Known by another title", "pmid": "90000001"},
        {"signal_id": OUT, "kind": "publication", "title": "Known by its number", "pmid": "90000002"},
        {"signal_id": TITLE, "kind": "abstract", "title": f"{THIRD.upper()}."},
        {"signal_id": MISSED, "kind": "publication", "title": "Not among the records", "doi": "10.5555/missed"},
        {
            "signal_id": LATER,
            "kind": "publication",
            "title": "After the search",
            "doi": "10.5555/later",
            "date": "2024-07",
        },
        {"signal_id": GUIDE, "kind": "guidance", "title": "What to do"},
    ):
        append(review.root, "signals", NOTED | cells)


def stands(review: Review) -> dict[str, str]:
    tables, faults = read_tables(review.root)
    assert not faults
    return {name: state.code for name, state in signals.states(review.root, tables).items()}


@pytest.fixture
def noted(review: Review) -> Review:
    note(review)
    return review


def begin(review: Review, exports: tuple[Path, Path]) -> str:
    return review.update("start", UPDATE, "--pubmed", exports[0], "--embase", exports[1]).out


def test_the_start_shows_the_open_signals_before_what_it_has_read(noted: Review, exports: tuple[Path, Path]) -> None:
    assert set(stands(noted).values()) == {"awaiting", "listed"}
    said = begin(noted, exports).splitlines()
    assert said[0].startswith("Signals noted since the last search: publication 4, abstract 1, guidance 1")
    assert said.index(next(line for line in said if "is started" in line)) > 0


def test_a_record_is_known_by_any_identifier_and_by_its_title_only_without_one(
    noted: Review, exports: tuple[Path, Path]
) -> None:
    begin(noted, exports)
    assert stands(noted) == {
        **dict.fromkeys((IN, OUT, TITLE), "in_screening"),
        **dict.fromkeys((MISSED, LATER), "awaiting"),
        GUIDE: "listed",
    }
    document = noted.stands()["signals"]
    assert document["in_screening"] == sorted((IN, OUT, TITLE))
    assert document["unanswered"] == [MISSED]


def test_a_copy_under_another_identifier_is_the_same_report(noted: Review) -> None:
    """The signal has the DOI of one copy; the decisions are on the other."""
    append(
        noted.root,
        "signals",
        NOTED | {"signal_id": "s-copy", "kind": "publication", "title": "By DOI", "doi": "10.5555/copy"},
    )
    one = noted.write("a.ris", ris(FIRST, DO="10.5555/copy"))
    two = noted.write("b.ris", ris(f"{FIRST}."))
    noted.update("start", UPDATE, "--pubmed", one, "--embase", two)
    assert stands(noted)["s-copy"] == "in_screening"


def test_the_merge_waits_for_an_answer_and_names_the_command(noted: Review, exports: tuple[Path, Path]) -> None:
    begin(noted, exports)
    screened(noted)
    extracted(noted)
    before = noted.files()
    refused = noted.update("merge", "--without-archive", "--json", status=1).document
    assert [(f["rule"], f["value"]) for f in refused["faults"]] == [("signal-unanswered", MISSED)]
    assert f"review signals answer {MISSED} --update {UPDATE}" in refused["faults"][0]["fix"]
    assert noted.files() == before
    noted.call("signals", "answer", MISSED, "--update", UPDATE, "--answer", "waits", "--why", "Not indexed yet.")
    noted.update("merge", "--without-archive")
    assert stands(noted) == {
        IN: "integrated",
        **dict.fromkeys((OUT, TITLE), "excluded"),
        **dict.fromkeys((MISSED, LATER), "awaiting"),
        GUIDE: "listed",
    }
    page = since.page(evidence.load(noted.root))
    assert "Included in the evidence" in page
    assert all(f'id="{name}"' in page for name in stands(noted))  # answered or open, none is lost
    faults = noted.call("check", "--json", status=None).document["faults"]
    assert [fault for fault in faults if fault["file"] == "data/signals.csv"] == []


def test_what_people_call_outside_is_closed_with_their_reason(noted: Review) -> None:
    noted.call("signals", "answer", MISSED, "--update", UPDATE, "--answer", "outside", "--why", "No patients in it.")
    tables, _ = read_tables(noted.root)
    state = signals.states(noted.root, tables)[MISSED]
    assert (state.code, state.is_open, state.reason) == ("outside", False, "No patients in it.")
    with (noted.root / "data/signals.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 6  # the other rows stay


def test_an_answer_for_one_update_does_not_answer_the_next(noted: Review) -> None:
    noted.call("signals", "answer", MISSED, "--update", UPDATE, "--answer", "waits", "--why", "Not indexed yet.")
    tables, _ = read_tables(noted.root)
    found = signals.states(noted.root, tables)
    assert MISSED not in signals.unanswered(tables, found, UPDATE)
    assert MISSED in signals.unanswered(tables, found, "2025-06-30")
