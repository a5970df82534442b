"""Memory does not grow with the file."""

from __future__ import annotations

import re
import tracemalloc

import pytest
from export_samples import BIBTEX, EMBASE, EMBASE_CSV, ENDNOTE_XML, PUBMED, WOS_PLAIN

from helpers.records import iter_records

COUNTED = re.compile('Sheep\\s+were "{0,2}counted')
ABSTRACT = "Sheep were counted. " * 100


def _repeated(kind: str, times: int) -> str:
    if kind == "csv":
        head, rows = EMBASE_CSV.split('"A title', 1)
        return head + f'"A title{rows}' * times
    if kind == "endnote_xml":
        head, body = ENDNOTE_XML.split("<records>\n")
        return f"{head}<records>\n{body.removesuffix('</records></xml>' + chr(10)) * times}</records></xml>"
    return {"ris": EMBASE, "nbib": PUBMED, "bibtex": BIBTEX, "wos": WOS_PLAIN}[kind] * times


def _peak(path) -> tuple[int, int]:
    tracemalloc.start()
    number = sum(1 for _ in iter_records(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return number, peak


@pytest.mark.parametrize("kind", ["ris", "nbib", "wos", "endnote_xml", "bibtex", "csv"])
def test_a_file_ten_times_as_long_takes_no_more_memory(kind, save, monkeypatch):
    monkeypatch.setattr("helpers.records.encoding.CHUNK", 1 << 14)  # small, so that buffers do not hide what grows
    monkeypatch.setattr("helpers.records.xml_exports.PIECE", 1 << 14)
    small, large = (COUNTED.sub(ABSTRACT, _repeated(kind, times)) for times in (50, 500))
    list(iter_records(save(small)))  # what is made once for all files is made now
    few, low = _peak(save(small))
    many, high = _peak(save(large))
    assert many == 10 * few
    assert len(large) > 1_000_000
    # CPython keeps up to 2,000 freed tuples of each size, and cycles until its collector comes: so much may be added once.
    assert high < 1.2 * low + 400_000
