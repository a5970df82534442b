"""Records out and in again: nothing lost on the way, nothing for a spreadsheet to run."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from export_samples import PLATFORMS, remarks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.records import (
    COLUMNS,
    Record,
    clean,
    read_csv,
    read_export,
    safe_cell,
    to_frame,
    unsafe_cell,
    write_csv,
    write_ris,
)

# Letters of several scripts, and what could be taken for something else: tags, formulas, markup, separators.
WORDS = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters=";"), min_size=1, max_size=12),
    st.sampled_from(["TY  - JOUR", "ER  - ", "ER", "TI  - x", "=cmd|' /C calc'!A1", "<script>", "{x}", "PMID- 1", "@a{b", "-1"]),
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=6).map(lambda words: clean.text(" ".join(words).replace(";", "")))
TITLES = TEXTS.map(lambda text: f"Sheep {text}".strip())
NUMBERS = st.integers(1, 99_999_999).map(str)


def _names(text: str) -> str:
    return clean.name(text)


RECORDS = st.builds(
    Record,
    title=TITLES,
    authors=st.lists(TEXTS.map(_names).filter(bool), max_size=4).map(tuple),
    year=st.one_of(st.just(""), st.integers(1500, 2099).map(str)),
    journal=TEXTS,
    volume=TEXTS,
    issue=TEXTS,
    pages=TEXTS,
    doi=st.one_of(st.just(""), NUMBERS.map(lambda n: f"10.1000/sheep.{n}")),
    pmid=st.one_of(st.just(""), NUMBERS),
    pmcid=st.one_of(st.just(""), NUMBERS.map(lambda n: f"PMC{n}")),
    accession=st.one_of(st.just(""), NUMBERS.map(lambda n: f"L{n}")),
    type=st.sampled_from(["", "article", "conference abstract", "journal article; case reports", "book chapter"]),
    language=st.sampled_from(["", "English", "eng"]),
    abstract=TEXTS,
    keywords=st.lists(TEXTS.filter(bool), max_size=3).map(tuple),
    database=st.sampled_from(["", "Embase", "PubMed", "Web of Science"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(records=st.lists(RECORDS, min_size=1, max_size=4))
def test_records_written_as_ris_are_read_as_the_same_records(records, save):
    found = read_export(save(write_ris(records)))
    assert remarks(found) == () or "longer" in found.notes[0]
    assert [replace(record, line=0, position=0, other={}) for record in found.records] == records


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platforms_records_survive_a_round_trip(platform, save, read):
    records = read(PLATFORMS[platform][0]).records
    again = read_export(save(write_ris(records))).records
    assert [replace(r, line=0, position=0, other={}) for r in again] == [
        replace(r, line=0, position=0, other={}) for r in records
    ]


def test_a_frame_has_the_committed_columns_and_no_abstract(read):
    records = read(PLATFORMS["Embase.com"][0]).records
    frame = to_frame(records, update_id="2024-06-30", export_id="0123456789ab", database="Embase.com")
    assert tuple(frame.columns) == COLUMNS
    assert not {"abstract", "keywords"} & set(COLUMNS)
    first = frame.iloc[0]
    assert first["record_id"] == "2024-06-30:0123456789ab:1"
    assert first["authors"] == "Ram A.B.; Ewe B."
    assert (first["position"], first["line"], first["database"]) == (1, 1, "Embase.com")
    assert frame.iloc[1]["volume"] == ""
    assert to_frame([], update_id="u", export_id="e", database="").shape == (0, len(COLUMNS))


def test_a_frame_is_read_back_from_its_csv_and_from_an_import_of_it(read, save):
    records = read(PLATFORMS["EndNote XML"][0]).records
    frame = to_frame(records, update_id="2024-06-30", export_id="0123456789ab", database="PubMed")
    text = write_csv(frame)
    assert read_csv(text).equals(frame.astype("str"))
    again = read_export(save(text))
    assert [record.title for record in again.records] == [record.title for record in records]
    assert again.records[0].authors == records[0].authors
    assert again.records[0].other["record_id"] == ("2024-06-30:0123456789ab:1",)


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    frame = to_frame([Record(title="x" * 10_000_000)], update_id="u", export_id="e", database="")
    assert len(frame.loc[0, "title"]) < 32_767
    assert frame.loc[0, "title"].endswith("… [cut: 10,000,000 characters]")


def test_a_worklist_in_ris_carries_ids_and_further_columns(save):
    frame = pd.DataFrame(
        [{"report_id": "r1", "title": "A title\nER  - \nTY  - JOUR", "authors": "Ram A; Ewe B", "note": None, "year": float("nan")}]
    )  # fmt: skip
    text = write_ris(frame, id_column="report_id", extra={"N1": "note"})
    assert text.splitlines() == [
        "TY  - JOUR",
        "ID  - r1",
        "TI  - A title ER - TY - JOUR",
        "AU  - Ram A",
        "AU  - Ewe B",
        "ER  - ",
        "",
    ]
    assert read_export(save(text)).parsed == 1


@given(st.text(st.one_of(st.sampled_from("=+-@'\t\r\n; ＝a1,"), st.characters()), max_size=30))
def test_a_cell_made_safe_is_safe_and_finds_its_way_back(text):
    safe = safe_cell(text)
    assert unsafe_cell(safe) == text
    # Neither the cell, nor a part that another locale takes for a cell, begins with what a spreadsheet runs.
    assert not safe.startswith(("\t", "\r", "\n"))
    assert not any(part.lstrip(" \u00a0").startswith(tuple("=+-@＝＋－＠")) for part in re.split(r"[;\t\r\n]", safe))


@pytest.mark.parametrize(
    "text", ["IL-1, -6 and -18 in sheep", "'tis a title", "a@b.example", "2 + 2", "", "'", "Ram A; Ewe B"]
)
def test_ordinary_cells_are_not_touched(text):
    assert safe_cell(text) == unsafe_cell(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "x;=1", "'=1", "''=1"])
def test_what_could_be_run_is_marked_once_and_told_from_what_was_marked(text):
    assert safe_cell(text) != text
    assert len(safe_cell(text)) - len(text) in (1, 2)
    assert unsafe_cell(safe_cell(text)) == text


def test_every_cell_and_every_name_of_a_csv_is_safe():
    frame = pd.DataFrame({"=name": ["=1", None, "x"], "n": [-1, 2, 3]})
    assert write_csv(frame) == "'=name,n\n'=1,'-1\n,2\nx,3\n"
    assert write_csv(frame, bom=True).startswith("\ufeff'=name")
    assert read_csv(write_csv(frame, bom=True)).to_dict("list") == {"=name": ["=1", "", "x"], "n": ["-1", "2", "3"]}
