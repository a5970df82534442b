"""What a file is, by its first bytes; and for a wrong one, what it seems to be and what to do."""

from __future__ import annotations

import html
import re

from helpers.faults import Fault, ReviewError
from helpers.records.columns import find_header
from helpers.records.findings import EXPORT_AGAIN, shorten

HEAD = 1 << 16
#: Bytes at the start of files that are no text.
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive, as Excel workbooks (.xlsx) and Word documents (.docx) are"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"RIFF", "a picture or a sound file"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"{\\rtf", "a word processor's file (RTF)"),
    (b"SQLite format 3", "a database, as EndNote's and Zotero's libraries are"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_WEB_PAGE = re.compile(
    r"\s*+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body|script|meta|title|div|p)\b", re.I | re.S
)
_PAGE_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_STARTS = {
    "ris": re.compile(r"^(?:TY {1,2}-|[ ]{0,4}(?i:TY)[ \t\xa0]{1,3}[-\u2013](?=[ \t\xa0]))", re.MULTILINE),
    "nbib": re.compile(
        r"^PMID- *\d|^<\s*\d+\s*\.?\s*>\s*\n(?:[A-Z][A-Z0-9]{1,3} *-)|^UI  - |^OWN - ERIC", re.MULTILINE
    ),
    "wos": re.compile(r"^FN .*\nVR |^PT [A-Z]\n(?:AU|TI|BA|GP) ", re.MULTILINE),
    "endnote_xml": re.compile(r"<records?[\s>]"),
    "pubmed_xml": re.compile(r"<Pubmed(?:Book)?Article[\s>]"),
    "ictrp_xml": re.compile(r"<Trial[\s>]"),
    "enw": re.compile(r"^%0[ \t][A-Za-z]|\A\s*%[TA][ \t].*\n%[A-Z0-9][ \t]", re.MULTILINE),
    "ctgov_json": re.compile(r'\A\s*[\[{][^<]{0,4000}?"protocolSection"\s*:'),
    "bibtex": re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.MULTILINE),
}


def sniff(head: bytes, name: str, encoding: str = "utf-8") -> str:
    """The format of an export, by its content.

    Parameters
    ----------
    head : bytes
        The first `HEAD` bytes, or all of a shorter file.
    name : str
        Name of the file, for messages only: an export called ``.txt`` is read as what it is.
    encoding : str
        Of bytes without a mark; names of columns in other letters are only known when they are read rightly.

    Returns
    -------
    str
        One of those named at `Import`.

    Raises
    ------
    ReviewError
        The file is no export that can be read: says what it seems to be and what to do.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic) and not (magic == b"MZ" and head[:400].isascii() and b"\0" not in head[:400]):
            raise _wrong(name, f"This is {kind}, not an export of records.")
    text = _as_text(head, encoding)
    if not text.strip():
        raise _wrong(name, "The file is empty." if not head else "The file holds nothing but blanks.")
    if text.count("\0") > max(4, len(text) / 1000):  # a few are the slip of some program
        raise _wrong(name, "This is not text; what program wrote it cannot be told.")
    if _WEB_PAGE.match(text):
        title = _PAGE_TITLE.search(text)
        says = f' titled "{shorten(html.unescape(title[1]).strip())}"' if title and title[1].strip() else ""
        raise _wrong(
            name,
            f"This is a web page{says}, not an export: most often the page of a log-in or of an error was saved instead.",
            f"Log in to the database again, open the search. {EXPORT_AGAIN}",
        )
    first = {kind: found.start() for kind, pattern in _STARTS.items() if (found := pattern.search(text))}
    if not text.lstrip().startswith("<"):
        first = {kind: place for kind, place in first.items() if not kind.endswith("_xml")}
    if first:
        return min(first, key=lambda kind: first[kind])
    if header := find_header(text.split("\n")):
        return header.format
    raise _wrong(name, _looks_like(text))


def _as_text(head: bytes, encoding: str) -> str:
    """Good enough to look at: the first bytes with line ends as LF."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 4 * 4].decode("utf-32" if b"\0\0" in head[:4] else "utf-16", errors="replace")
    elif head[:400].count(b"\0") > len(head[:400]) / 4:
        little = head[1:400:2].count(0) >= head[0:400:2].count(0)
        text = head[: len(head) // 2 * 2].decode("utf-16-le" if little else "utf-16-be", errors="replace")
    else:
        text = head.decode(encoding, errors="replace")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _looks_like(text: str) -> str:
    """A sentence for text that is no export."""
    start = text.lstrip()
    said = [line[:500] for line in start.split("\n") if line.strip()]
    if re.match(r"<\s*\d+\s*>\s*\n", start):
        return "This is Ovid's list of citations for reading, whose fields cannot be told apart for sure."
    if start.startswith("<"):
        return "This is XML, but not that of EndNote, PubMed or ICTRP: there are no records in it."
    if re.match(r"[\[{]\s*[\"{\[\]}]", start):
        return "This is JSON, which is read only where it comes from ClinicalTrials.gov."
    if all(re.fullmatch(r"\s*\d{1,9}\s*", line) for line in said):
        return "This is a list of numbers (PMIDs only), without titles."
    if any(re.match(r"\d+(?::|\. .*\b(?:19|20)\d\d\b.*\bdoi\b)", line) for line in said):
        return "This is a list of citations for reading (Summary or Abstract), whose fields cannot be told apart."
    if len(said) > 1 and any(said[0].count(mark) > 1 for mark in ",;\t"):
        return f"This may be a table, but no row names a column for the title and another known one: {shorten(said[0])}"
    return f"Nothing here begins a record of a format that is read. The file begins: {shorten(said[0])}"


def _wrong(name: str, message: str, fix: str = EXPORT_AGAIN) -> ReviewError:
    return ReviewError([Fault(name, None, None, None, "is-an-export", message, fix)], f"{name} was not imported")
