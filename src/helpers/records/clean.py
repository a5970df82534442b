"""Single values made comparable: text, DOI, PMID, year, names, pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

# Control characters, soft hyphen, zero-width and direction marks, and halves of characters: they print as nothing
# and make equal titles unequal. Joiners (U+200C, U+200D) stay: Persian and Indic scripts need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_DOI_END = re.compile(r"(?:\[doi\]|[.,;:/'\"\u2019\u201d])+$")
_PMID = re.compile(r"\s*(?:pmid|pubmed|medline)?[:\s-]*0*(\d{1,8})(?!\d)", re.IGNORECASE)
_PMCID = re.compile(r"PMC\s?(\d+)", re.IGNORECASE)
# Four digits that stand alone (2025 Feb, 2024/03/01//) or lead a compact date (20241105).
_YEAR = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)(?=\D|$|\d{4}(?:\D|$))")
_SHORT_NAME = re.compile(r"\S.*\s[A-Z][\w.\-]{0,5}\.?")
_LONGEST_ID = 4000  # no identifier stands further back; a field of megabytes must not cost minutes
_JSON_LIST = re.compile(r'"((?:[^"\\]|\\.)*)"')


def text(value: str) -> str:
    r"""A value on one line: control characters gone, white space collapsed, composed characters (NFC).

    >>> text("A  title\x0c about\n      sheep\x00")
    'A title about sheep'
    """
    if _INVISIBLE.search(value):
        value = _INVISIBLE.sub("", value)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return " ".join(value.split())


def doi(value: str) -> str:
    """The DOI in a value, in one form; empty when there is none.

    >>> doi("https://dx.doi.org/10.1000%2FSheep.5."), doi("S0140-6736(20)1 [pii]"), doi("10.1000/a(b)c) [doi]")
    ('10.1000/sheep.5', '', '10.1000/a(b)c')
    """
    value = value[:_LONGEST_ID]
    found = _DOI.search(unquote(value) if "%" in value else value)
    if not found:
        return ""
    name = html.unescape(found.group().lower())
    while True:
        shorter = _DOI_END.sub("", name)
        for opening, closing in ("()", "[]", "{}", "<>"):
            # A bracket that was never opened belongs to the sentence around the DOI.
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == name:
            return name
        name = shorter


def pmid(value: str) -> str:
    """The digits of a PMID at the start of a value.

    >>> pmid("PMID: 38773066"), pmid("38773066 [https://example.org]"), pmid("2024893804"), pmid("L2024")
    ('38773066', '38773066', '', '')
    """
    found = _PMID.match(value.strip()[:_LONGEST_ID])
    return found[1] if found and found[1] != "0" else ""


def pmcid(value: str) -> str:
    """A PMCID: ``PMC`` and digits."""
    found = _PMCID.search(value)
    return f"PMC{found[1]}" if found else ""


def year(value: str) -> str:
    """The first year from 1500 to 2099 in a date as printed.

    >>> year("2025 Feb"), year("2024/03/01//"), year("20241105"), year("SEP 22")
    ('2025', '2024', '2024', '')
    """
    found = _YEAR.search(value)
    return found[1] if found else ""


def name(value: str) -> str:
    """An author as one string without commas: ``Surname, I.`` becomes ``Surname I.``.

    A name with three commas or more is a body's name, and its commas stay.
    """
    value = text(value).strip(",; ")
    return " ".join(value.replace(",", " ").split()) if 0 < value.count(",") < 3 else value


def names(values: Iterable[str]) -> tuple[str, ...]:
    """Authors from values that hold one author each, or several parted by semicolons."""
    return tuple(found for value in values for part in value.split(";") if (found := name(part)))


def people(value: str) -> tuple[str, ...]:
    """Authors from one cell: parted by semicolons, by `` and ``, or by commas between short names.

    >>> people("Ram A; Ewe B."), people("Ram, A. and Ewe, B."), people("Ram A., Ewe BC, O'Lamb R."), people("Ram, Ada")
    (('Ram A', 'Ewe B.'), ('Ram A.', 'Ewe B.'), ('Ram A.', 'Ewe BC', "O'Lamb R."), ('Ram Ada',))
    """
    value = text(value)
    if ";" in value:
        return names([value])
    parts = re.split(r"\s+and\s+", value)
    if len(parts) == 1:
        short = [part.strip() for part in value.split(",")]
        if len(short) > 1 and all(_SHORT_NAME.fullmatch(part) for part in short):
            # PubMed's table ends the list with a full stop.
            only_last = short[-1].endswith(".") and not any("." in part for part in short[:-1])
            parts = [*short[:-1], short[-1].rstrip(".") if only_last else short[-1]]
    return names(parts)


def pages(first: str, last: str = "") -> str:
    """Pages as printed; first and last joined unless the first is a range or both are the same."""
    if not last or last == first or any(dash in first for dash in "-\u2010\u2011\u2013"):
        return first or last
    return f"{first}-{last}" if first else last


def items(values: Iterable[str], parting: str = "") -> tuple[str, ...]:
    """A list from values; each may hold several, parted by the given characters or written as a JSON list."""
    found: list[str] = []
    for value in values:
        if value.startswith('["') and value.endswith('"]'):
            found += _JSON_LIST.findall(value)
        else:
            found += re.split(f"[{re.escape(parting)}]", value) if parting else [value]
    return tuple(kept for item in found if (kept := text(item)))
