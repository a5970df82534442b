"""Two extractions side by side: what both found, what they coded alike."""

from __future__ import annotations

import csv
import shutil

import pandas as pd
import pytest

from helpers import extraction


@pytest.fixture
def pair(root, tmp_path):
    a = root / "data" / "extraction" / "2023-06-30" / "a"
    b = tmp_path / "b"
    shutil.copytree(a, b)
    return a, b


def of(found, table):
    return next(t for t in found if t.table == table)


def test_an_extraction_agrees_with_itself(root, pair):
    found = extraction.compare(root, *pair)
    assert [t.table for t in found if t.row_agreement < 1 or t.cell_agreement < 1] == []
    assert of(found, "counts").paired > 350


def test_order_and_ids_of_the_rows_do_not_matter(root, pair):
    frame = pd.read_csv(pair[1] / "counts.csv", dtype="string", keep_default_na=False)
    frame = frame.iloc[::-1].assign(row_id=[f"z{n}" for n in range(len(frame))])
    frame.to_csv(pair[1] / "counts.csv", index=False)
    counts = of(extraction.compare(root, *pair), "counts")
    assert (counts.row_agreement, counts.cell_agreement) == (1, 1)


def test_a_row_that_only_one_reader_found_lowers_the_agreement_of_rows(root, pair):
    lines = (pair[1] / "counts.csv").read_text(encoding="utf-8").splitlines(True)
    (pair[1] / "counts.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    counts = of(extraction.compare(root, *pair), "counts")
    assert counts.paired == counts.rows_a - 1 == counts.rows_b


def test_a_cell_read_differently_is_counted_once(root, pair):
    with (pair[1] / "counts.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[10]["events"] = "999"
    pd.DataFrame(rows).to_csv(pair[1] / "counts.csv", index=False)
    counts = of(extraction.compare(root, *pair), "counts")
    events = counts.cells.set_index("column").loc["events"]
    assert events["compared"] - events["equal"] == 1


def test_the_real_agreement_is_that_of_two_careful_readers(root):
    folder = root / "data" / "extraction" / "2023-06-30"
    counts = of(extraction.compare(root, folder / "a", folder / "b"), "counts")
    assert counts.rows_a != counts.rows_b
    assert 0.9 < counts.row_agreement < 1
    assert 0.9 < counts.cell_agreement < 1
