"""The wrong file: a sentence that says what it is and what to do, and nothing run, opened or fetched."""

from __future__ import annotations

import io

import openpyxl
import pytest
from export_samples import ENDNOTE_XML

from helpers.faults import ReviewError
from helpers.records import iter_records, read_export, sniff


def workbook() -> bytes:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


WRONG = {
    "empty": (b"", "The file is empty"),
    "blank": (b" \r\n\t\n" * 1000, "nothing but blanks"),
    "only a mark": (b"\xef\xbb\xbf", "nothing but blanks"),
    "web page": (b"<!DOCTYPE html>\n<html><head><title>Log-in expired</title></head></html>", 'web page titled "Log-in expired"'),
    "web page in capitals": (b"\n\n<HTML><BODY>502 Bad Gateway</BODY></HTML>", "This is a web page"),
    "web page behind comments": (b"<!-- a -->" * 60 + b"<html><body>TY  - JOUR\n</body>", "This is a web page"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF"),
    "workbook": (workbook(), "Excel workbooks"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel or Word"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture"),
    "photo": (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
    "library": (b"SQLite format 3\0" + b"\0" * 100, "libraries are"),
    "rich text": (b"{\\rtf1\\ansi TY  - JOUR}", "word processor"),
    "JSON": (b'[{"title": "A title about sheep", "DOI": "10.1000/sheep.1"}]', "This is JSON"),
    "other XML": (b'<?xml version="1.0"?><feed><entry/></feed>', "not that of EndNote, PubMed or ICTRP"),
    "PMIDs only": (b"10000001\n10000002\n10000003\n", "list of numbers"),
    "citations": (b"1: Ram A, Ewe B. A title about sheep. J Sheep. 2024;1:1. PMID: 10000001.\n", "for reading"),
    "prose": (b"Dear colleague,\nthe export is attached.\n", "The file begins: Dear colleague,"),
    "table without titles": (b"a,b,c,d\n1,2,3,4\n", "no row names a column for the title"),
    "random": (bytes(range(256)) * 8, "not text"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_named_and_the_way_out_too(kind, save):
    content, says = WRONG[kind]
    path = save(content, "export.ris")
    for attempt in (lambda: read_export(path), lambda: next(iter_records(path)), lambda: sniff(content, "export.ris")):
        with pytest.raises(ReviewError) as raised:
            attempt()
        (fault,) = raised.value.faults
        assert says in fault.message
        assert fault.file == "export.ris"
        assert "Embase.com" in fault.fix
        assert "PubMed" in fault.fix


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ReviewError, match="no such file"):
        read_export(tmp_path / "nowhere.ris")
    with pytest.raises(ReviewError, match="folder"):
        read_export(tmp_path)


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20))


@pytest.mark.parametrize(
    "declared",
    [
        f'<!ENTITY a0 "sheep">{BOMB}',
        '<!ENTITY a19 SYSTEM "file:///etc/hostname">',
        '<!ENTITY % outside SYSTEM "http://localhost:9/x.dtd"> %outside;',
    ],
)
def test_entities_are_refused_not_resolved(declared, save):
    text = ENDNOTE_XML.replace("<xml>", f"<!DOCTYPE xml [{declared}]><xml>").replace("Another", "&a19;")
    with pytest.raises(ReviewError) as raised:
        read_export(save(text))
    assert raised.value.faults[0].rule == "no-entities"


def test_a_message_carries_no_control_characters_to_the_terminal(save):
    with pytest.raises(ReviewError) as raised:
        read_export(save("\x1b[2JHello\x07 there"))
    assert raised.value.faults[0].message.endswith("The file begins: [2JHello there")


@pytest.mark.parametrize(
    "hostile",
    [
        "TY  - JOUR\nTI  - a  - b" + " " * 300_000 + "x\nER  - \n",
        "title,authors,doi,pmid\nx,a" + " " * 300_000 + 'b,"' + "10.1000." * 40_000 + '",' + "0" * 300_000 + "x\n",
        "@article{a, title={\\'" + " " * 300_000 + "x}}\n",
        "\n" * 300_000 + "TY  - JOUR\nTI  - x\nER  - \n",
        "TY  - JOUR\nTI  - x\nDO  - 10.1000/" + "." * 300_000 + "\nER  - \n",
    ],
)
def test_fields_made_to_cost_time_are_read_in_a_moment(hostile, read):
    # Would take hours, not moments, with an expression that goes back and forth over its text.
    assert read(hostile).parsed == 1
