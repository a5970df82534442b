"""The real records of the rehearsal: which of the known relations are found, and that look-alikes stay apart.

The records and the 31 known pairs lie in ``tests/update/sample``. Two relations to records that stand in neither file are
left out. A relation counts as found between any copies of the two reports.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from helpers import links, records

SAMPLE = Path(__file__).resolve().parents[1] / "update" / "sample"
FILES = {"pubmed.nbib": "aaaaaaaaaaaa", "embase.ris": "bbbbbbbbbbbb"}
ASKED_TO_MERGE = {"15"}  # one guideline in two journals, under two DOIs
NOT_FOUND = {"23", "24"}  # only the full text tells that the pooled trials hold the earlier one
BY_WAY_OF_A_THIRD = {"21"}  # lay summary and abstract: each is linked to the paper
LOOK_ALIKES = (("31", "32"), ("35", "36"), ("35", "37"), ("36", "37"), ("27", "28"), ("27", "47"), ("28", "47"))


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    frames = [
        records.to_frame(
            records.read_export(SAMPLE / name).records, update_id="2024-06-30", export_id=export_id, database=name
        )
        for name, export_id in FILES.items()
    ]
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def ledger(sample: pd.DataFrame) -> pd.DataFrame:
    return links.settle(links.find_links(sample), links.empty_ledger(), today="2026-11-25")


@pytest.fixture(scope="module")
def truth(sample: pd.DataFrame) -> list[dict[str, str]]:
    ids = {f"PMID {pmid}": name for pmid, name in zip(sample["pmid"], sample["record_id"], strict=True) if pmid}
    ids |= {f"position {k}": f"2024-06-30:{FILES['embase.ris']}:{k}" for k in range(1, 51)}
    with (SAMPLE / "truth.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["file_b"] in FILES]
    return [row | {"a": ids[row["key_a"]], "b": ids[row["key_b"]]} for row in rows]


def test_copies_are_merged_and_a_second_printing_is_asked(sample, ledger, truth):
    report = links.reports(sample["record_id"].tolist(), ledger)
    copies = [row for row in truth if row["relation"] == "same_report"]
    assert len(copies) == 16
    assert {row["pair_no"] for row in copies if report[row["a"]] != report[row["b"]]} == ASKED_TO_MERGE
    asked = links.questions(ledger)
    (question,) = asked[asked["relation"] == "same_report"].to_dict("records")
    assert {report[question["a"]], report[question["b"]]} == {
        report[row[side]] for row in copies if row["pair_no"] in ASKED_TO_MERGE for side in "ab"
    }


def test_no_two_reports_are_merged(sample, ledger, truth):
    report = links.reports(sample["record_id"].tolist(), ledger)
    known = {frozenset((row["a"], row["b"])) for row in truth if row["relation"] == "same_report"}
    merged = [group.index.tolist() for _, group in report.groupby(report) if len(group) > 1]
    assert all(frozenset(group) in known for group in merged)
    position = {k: f"2024-06-30:{FILES['embase.ris']}:{k}" for pair in LOOK_ALIKES for k in pair}
    linked = {frozenset(pair) for pair in zip(ledger["a"], ledger["b"], strict=True)}
    for one, other in LOOK_ALIKES:
        assert frozenset((position[one], position[other])) not in linked


def test_other_relations_are_found_between_reports(sample, ledger, truth):
    report = links.reports(sample["record_id"].tolist(), ledger)
    now = links.current(ledger)
    found = {
        (frozenset((report[a], report[b])), relation)
        for a, b, relation in zip(now["a"], now["b"], now["relation"], strict=True)
    }
    related = [row for row in truth if row["relation"] != "same_report"]
    missing = {
        row["pair_no"]
        for row in related
        if (frozenset((report[row["a"]], report[row["b"]])), row["relation"]) not in found
    }
    assert missing == NOT_FOUND | BY_WAY_OF_A_THIRD


def test_the_questions_are_few(sample, ledger):
    assert len(links.questions(ledger)) <= len(sample) / 4
