"""As many records as begin in a file are read; the two counts know nothing of each other."""

from __future__ import annotations

import random

import pytest
from export_samples import EMBASE, ENDNOTE_XML, PLATFORMS

from helpers.faults import ReviewError
from helpers.records import read_export, reading

REPEATABLE = [name for name, (_, format, _) in PLATFORMS.items() if format in ("ris", "nbib", "bibtex")]


@pytest.mark.parametrize("platform", REPEATABLE)
def test_a_hundred_copies_are_a_hundred_times_the_records(platform, read):
    text, _, number = PLATFORMS[platform]
    found = read(text * 100)
    assert found.started == found.parsed == 100 * number


def test_a_reader_that_drops_a_record_is_found_out(read, monkeypatch):
    parse = reading.ris.parse
    monkeypatch.setattr(reading.ris, "parse", lambda *given: (raw for raw in parse(*given) if raw.line > 1))
    with pytest.raises(ReviewError) as raised:
        read(EMBASE * 3)
    (fault,) = raised.value.faults
    assert (fault.rule, fault.message) == ("no-record-lost", "6 records begin in the file, but 5 were read.")


def test_a_reader_that_invents_a_record_is_found_out(read, monkeypatch):
    parse = reading.ris.parse

    def twice(*given):
        for raw in parse(*given):
            yield raw
            yield type(raw)(raw.line, {"TI": ["Invented"]})

    monkeypatch.setattr(reading.ris, "parse", twice)
    with pytest.raises(ReviewError, match="2 records begin in the file, but 4 were read"):
        read(EMBASE)


def test_element_names_split_between_two_readings_are_counted_once(save, monkeypatch):
    for size in range(5, 40):
        monkeypatch.setattr("helpers.records.encoding.CHUNK", size)
        found = read_export(save(ENDNOTE_XML))
        assert found.started == found.parsed == 2


def test_quotes_delimiters_and_line_breaks_in_cells_do_not_disturb_the_count(read):
    """Tables from a seeded generator, quoted as the csv module quotes; and unquoted inches in tabbed ones."""
    import csv
    import io

    chance = random.Random(20240630)
    for delimiter in ",;\t":
        pieces = ["sheep", '"', '""', delimiter, "\n", " ", "5' 6\"", "'", "=1", "ä"]
        rows = [
            ["".join(chance.choices(pieces, k=chance.randint(0, 6))) for _ in range(3)] + [f"A title {number}"]
            for number in range(500)
        ]
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        writer.writerow(["abstract", "authors", "journal", "title"])
        writer.writerows(rows)
        found = read(text.getvalue())
        assert [record.title for record in found.records] == [row[3] for row in rows]
    assert read('title\tyear\nA 5" title\t2024\n5" and "more"\t2023\n').parsed == 2


def test_the_line_of_each_record_is_where_it_begins(read):
    for text, format, _ in PLATFORMS.values():
        lines = text.split("\n")
        for record in read(text).records:
            start = lines[record.line - 1]
            begins = {
                "ris": "TY  -",
                "nbib": ("PMID-", "<"),
                "wos": "PT ",
                "endnote_xml": "<record>",
                "bibtex": "@",
            }.get(format)
            assert start.startswith(begins) if begins else record.title[:7] in start
