"""Where a report stands: year, volume, issue, pages, identifiers, as numbers that can be compared."""

from __future__ import annotations

import re
from typing import NamedTuple

from helpers.links.text import is_missing, word_set
from helpers.records import clean

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NUMBER = re.compile(r"\d+")
_TOTAL = re.compile(r"^\D{0,8}\d+\s*(?:p|pp|pages|leaves|vol|s)\.?$", re.IGNORECASE)  # "215 p": a length, not a place
_PAGE = re.compile(r"([a-z]{0,8})[\s.:]*0*(\d+)[a-z]?\s*(?:[-–—−]+|to)?\s*([a-z]{0,8})[\s.]*0*(\d+)?", re.IGNORECASE)
_MONTHS = dict(
    zip(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], range(1, 13), strict=True)
)
_SHEET_DATE = re.compile(r"^(?:(\d{1,2})-([a-z]{3})|([a-z]{3})-(\d{1,4}))$", re.IGNORECASE)  # "08-Nov" was 8-11
_ONLY_END = re.compile(
    r"^(?:suppl?|t|pt)?\s*[-–]\s*0*(\d+)$", re.IGNORECASE
)  # "Suppl-29", "t-20": cut off at its start
_ROMAN = re.compile(r"^[ivxlcdm]+$", re.IGNORECASE)
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_RECORD_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_REGISTRIES = ("CT", "nct0", "isrctn", "euctr", "UMIN", "DRKS", "NTR", "RBR-")  # one of these stands in each number
# As the registries of trials number them; of a European number the country is no part, it is one trial.
_REGISTERED = re.compile(
    r"\b(?:NCT ?\d{8}|ISRCTN ?\d{8}|(?:EUCTR|EudraCT) ?\d{4}-\d{6}-\d{2}|ACTRN ?\d{14}|ChiCTR[-\w]*\d{6,}|CTRI/[\d/]+\d"
    r"|UMIN ?\d{9}|jRCTs?\d{8,}|DRKS ?\d{8}|IRCT ?\d+(?:N\d+)?|KCT ?\d{7}|NTR ?\d{4,5}|PACTR ?\d{15}|RBR-\w{6,}|TCTR ?\d{11})",
    re.IGNORECASE,
)
_NO_PREFIX = word_set("p pp pg page pages art article no id")


class Pages(NamedTuple):
    """Pages of a record: ``prefix`` ("s", "e", ""), ``first`` and ``last``; 0 where not given.

    Where only the end survived ("Suppl-29" for S417-29), ``last`` holds its last figures and ``first`` is 0.
    """

    prefix: str
    first: int
    last: int


NO_PAGES = Pages("", 0, 0)


def roman(text: str) -> int:
    """Value of a Roman numeral, without checking that it is well formed."""
    values = [_VALUES[letter] for letter in text.lower()]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def is_number_online(pages: Pages) -> bool:
    """Whether pages are the number of an online paper ("c1804", "e0123456") that may have other pages in print."""
    return len(pages.prefix) == 1 and pages.prefix not in "sp" and not pages.last and pages.first >= 100


def year_of(text: str) -> int:
    """Year of a cell such as "2010", "2010.0" or "2010 Mar 4"; 0 where none is given."""
    found = _YEAR.search(text)
    return int(found.group()) if found else 0


def volume_of(text: str) -> int:
    """Volume as a number: "36", "36(4)", "36 Suppl 1", "XXXVI"; 0 where none is given."""
    found = _NUMBER.search(text)
    if found:
        return int(found.group()[:9])
    text = text.strip()
    return roman(text) if text and _ROMAN.match(text) else 0


def issue_of(text: str, volume: str = "") -> str:
    """Issue brought to one spelling: "3-4", "s1" for a supplement; from "36(4)" in the volume where it has none.

    A number of five figures and more is none of an issue, but that of a database's record.
    """
    if not text and "(" in volume:
        text = volume.partition("(")[2].rstrip(") ")
    elif not text and "sup" in volume.lower():
        text = volume[volume.lower().index("sup") :]
    if not text or is_missing(text):
        return ""
    text = _RECORD_NUMBER.sub("", text.lower())
    numbers = "-".join(str(int(number[:9])) for number in _NUMBER.findall(text))
    if not numbers and text[:3] in _MONTHS:
        numbers = str(_MONTHS[text[:3]])
    elif not numbers and _ROMAN.match(text.strip()):
        numbers = str(roman(text.strip()))
    if "sup" in text or re.match(r"^s\s*\d", text):
        return "s" + numbers
    return numbers


def pages_of(text: str, year: int = 0) -> Pages:
    """Pages as numbers; "73-6" ends on 76, "215 p" is a length and no place."""
    if not text or is_missing(text):
        return NO_PAGES
    text = text.strip().strip(".")
    if damaged := _SHEET_DATE.match(text):
        a, b, c, d = damaged.groups()
        first, last = (int(a), _MONTHS.get(b.lower(), 0)) if a else (_MONTHS.get(c.lower(), 0), int(d))
        return Pages("", first, last) if first and last else NO_PAGES
    if _TOTAL.match(text):
        return NO_PAGES
    if only_end := _ONLY_END.match(text):
        return Pages("", 0, int(only_end.group(1)[:12]))
    found = _PAGE.search(text)
    if not found:
        ends = [
            roman(part) for part in re.split(r"[-–]+", text) if _ROMAN.match(part.strip()) for part in [part.strip()]
        ]
        return Pages("r", ends[0], ends[-1]) if ends else NO_PAGES
    prefix, start, _, end = found.groups()
    first = int(start[:12])
    if first == year and not end:  # the year, put into the wrong field
        return NO_PAGES
    last = 0
    if end:
        last = int((start[: len(start) - len(end)] + end)[:12]) if len(end) < len(start) else int(end[:12])
    prefix = prefix.lower()
    return Pages("" if prefix in _NO_PREFIX else prefix, first, last if last >= first else 0)


def doi_of(text: str) -> str:
    """A DOI in lower case, whole, without resolver, label and trailing punctuation; "" where the cell holds none."""
    return clean.doi(text) if "10." in text else ""


def registration_of(*cells: str) -> str:
    """The registration number of a trial, where a record is about its entry in a registry; "" for others."""
    together = "\n".join(cells)
    if not any(name in together for name in _REGISTRIES):  # said of nearly every record
        return ""
    for cell in cells:
        if any(name in cell for name in _REGISTRIES) and (found := _REGISTERED.search(cell)):
            return "".join(letter for letter in found.group().lower() if letter.isalnum()).replace("euctr", "eudract")
    return ""


def number_of(text: str) -> str:
    """A PMID, PMCID or accession number: letters and digits only, without leading zeros."""
    kept = "".join(letter for letter in text.lower() if letter.isalnum())
    return "" if is_missing(kept) else kept.removeprefix("pmid").lstrip("0")
