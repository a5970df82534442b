"""How many records begin in a file, counted line by line without any parser: the other side of the proof."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpers.records.columns import Header
from helpers.records.encoding import Text

_RIS = re.compile(r"TY  -")
_RIS_LOOSE = re.compile(r"\s*TY[ \t\xa0]{1,3}[-\u2013]", re.IGNORECASE)
_NBIB = re.compile(r"PMID-")
_OVID = re.compile(r"<\s*\d+\s*\.?\s*>\s*$")
_OVID_OLD = re.compile(r"UI  -")
_WOS = re.compile(r"PT(?: |$)")
_BIBTEX = re.compile(r"\s*@\s*(?!(?:comment|preamble|string)\b)[A-Za-z]+\s*[{(]", re.IGNORECASE)
_TITLE_ROW = re.compile(r'"TITLE"|TITLE[,;\t]')
_XML = {
    "endnote_xml": re.compile(r"<record[\s>/]"),
    "pubmed_xml": re.compile(r"<Pubmed(?:Book)?Article[\s>/]"),
    "ictrp_xml": re.compile(r"<Trial[\s>/]"),
}
_LONGEST_START = len("<PubmedBookArticle ")
_ENW = re.compile(r"%(\S)(?:[ \t]|$)")
_ERIC = re.compile(r"OWN - ERIC")
_CTGOV = re.compile(r'"protocolSection"\s*:')


def count_starts(text: Text, format: str, header: Header | None = None) -> int:
    """Records that begin in a file.

    Parameters
    ----------
    text : Text
        The file.
    format : str
        As `sniff` gives it.
    header : Header, optional
        Of a table: where its rows begin and what parts its cells.

    Returns
    -------
    int
        Lines that begin a record, elements called ``record``, or rows with anything in them.
    """
    if format in ("csv", "tsv"):
        assert header is not None
        return sum(1 for row in _rows(text, header) if not header.by_row or _TITLE_ROW.match(row))
    if format in _XML:
        return _elements(text, _XML[format])
    if format == "ctgov_json":
        return len(_CTGOV.findall(text.whole()))
    if format == "enw":
        return _enw(text)
    patterns = {
        "ris": (_RIS, _RIS_LOOSE),
        "nbib": (_OVID, _NBIB, _OVID_OLD, _ERIC),
        "wos": (_WOS,),
        "bibtex": (_BIBTEX,),
    }[format]
    used: re.Pattern[str] | None = None  # a file keeps to the habit of its first record
    count = 0
    for line in text.lines():
        used = used or next((pattern for pattern in patterns if pattern.match(line)), None)
        count += used is not None and used.match(line) is not None
    return count


def _enw(text: Text) -> int:
    """Lines that name a kind, and titles or authors behind a blank line where the record above has its title already."""
    count, is_apart = 0, True
    seen: set[str] = set()
    for line in text.lines():
        if found := _ENW.match(line):
            letter = found[1]
            again = letter == "0" and (is_apart or "0" in seen)
            if not count or again or (is_apart and letter in "TA" and "T" in seen):
                count += 1
                seen = set()
            seen.add(letter)
        is_apart = not line.strip()
    return count


def _elements(text: Text, start: re.Pattern[str]) -> int:
    count, rest = 0, ""
    for chunk in text.chunks():
        piece = rest + chunk
        count += len(start.findall(piece))
        # An opening that is cut by the end of the piece is counted with the next one.
        cut = piece.rfind("<", max(0, len(piece) - _LONGEST_START))
        rest = piece[cut:] if cut >= 0 and not start.match(piece, cut) else ""
    return count


def _rows(text: Text, header: Header) -> Iterator[str]:
    """First lines of rows below the header that hold anything; a quoted cell may go on over lines."""
    says = re.compile(rf'[^\s"{header.delimiter}]')
    is_open = holds_any = False
    first = ""
    for number, line in enumerate(text.lines(), start=1):
        if number <= header.line:
            continue
        if not is_open:
            first, holds_any = line, False
        # Quotes alone say nothing, but an open quote may hold a line break: that is for the next lines to say.
        holds_any = holds_any or says.search(line) is not None
        is_open = _leaves_open(line, header.delimiter, is_open)
        if not is_open and holds_any:
            yield first
    if is_open:  # a quoted cell that never ends
        yield first


def _leaves_open(line: str, delimiter: str, is_open: bool) -> bool:
    """Whether a quoted cell goes on after the line; a quote within an unquoted cell opens none."""
    place = 0
    if is_open:
        place = _end_of_quoted(line, 0)
        if place < 0:
            return True
    elif line.startswith('"'):
        place = _end_of_quoted(line, 1)
        if place < 0:
            return True
    while (place := line.find(delimiter, place) + 1) > 0:
        if line.startswith('"', place):
            place = _end_of_quoted(line, place + 1)
            if place < 0:
                return True
    return False


def _end_of_quoted(line: str, place: int) -> int:
    """Place behind the closing quote of a cell; two quotes are one that belongs to the text. -1 when there is none."""
    while (quote := line.find('"', place)) >= 0:
        if not line.startswith('"', quote + 1):
            return quote + 1
        place = quote + 2
    return -1
