"""Pages of records as PubMed sends them in the MEDLINE format: taken apart, and refused where they are not whole."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

_START = re.compile(r"^PMID- *(\d+)[ \t]*$", re.MULTILINE)
_DATE = {
    field: re.compile(rf"^{tag}- *(\d{{4}})/(\d\d)/(\d\d)", re.MULTILINE)
    for field, tag in (("crdt", "CRDT"), ("edat", "EDAT"))
}


class Unfit(Exception):  # noqa: N818  (the answer is, not the program)
    """An answer that is not what was asked for; the next one may be.

    Parameters
    ----------
    problem : str
        What is wrong with it.
    records : mapping of str to str, optional
        What of it is of use, by PMID, where it is a part of what was asked for; None where it is something else.
    """

    def __init__(self, problem: str, records: Mapping[str, str] | None = None) -> None:
        super().__init__(problem)
        self.records = None if records is None else dict(records)


def begins(text: str) -> bool:
    """Whether a text begins as records do."""
    return bool(_START.match(text.lstrip()))


def records(text: str) -> list[tuple[str, str]]:
    r"""Records in order: PMID, and the text from its first line to its last, which is closed by a line end.

    >>> records("PMID- 1\nSO  - A\n\nPMID- 2\nSO  - B\n")
    [('1', 'PMID- 1\nSO  - A\n'), ('2', 'PMID- 2\nSO  - B\n')]
    """
    starts = [*_START.finditer(text)]
    ends = [one.start() for one in starts[1:]] + [len(text)]
    return [(one[1], text[one.start() : end].rstrip("\r\n") + "\n") for one, end in zip(starts, ends, strict=True)]


def page(text: str, count: int, *, is_same_again: bool = False) -> dict[str, str]:
    """The records of a page, by PMID.

    Parameters
    ----------
    text : str
        As it came.
    count : int
        Records that were asked for.
    is_same_again : bool
        The same text came before. No connection breaks off twice at the same byte, so it ends as it should, even if not as
        others do.

    Raises
    ------
    Unfit
        It is something else, holds a record twice, holds more or fewer than asked, or breaks off.
    """
    if not begins(text):
        raise Unfit(what_came(text), None if text.strip() else {})
    found = records(text)
    whole = dict(found)
    if len(whole) != len(found):
        raise Unfit("a page holds a record twice")
    if not (is_same_again or (text.endswith("\n") and _is_closed(found[-1][1]))):
        whole.pop(found[-1][0])
        raise Unfit(f"a page breaks off in its record {len(found)} of {count}", whole)
    if len(found) < count:
        raise Unfit(f"a page holds {len(found)} of {count} records", whole)
    if len(found) > count:
        raise Unfit(f"a page holds {len(found)} records instead of {count}")
    return whole


def _is_closed(record: str) -> bool:
    """Whether a record ends where it should: articles with their printed source, books with their accession."""
    return bool(re.search(r"^SO {2}- ", record, re.MULTILINE) or re.search(r"\[bookaccession\]", record))


def outside(found: Mapping[str, str], field: str, start: str, end: str) -> list[str]:
    """PMIDs of records that carry a date outside a span; the date of publication is no single day and is not looked at.

    Parameters
    ----------
    found : mapping of str to str
        Records by PMID.
    field : str
        ``crdt``, ``edat`` or ``pdat``.
    start, end : str
        First and last day, ISO dates.
    """
    if field not in _DATE:
        return []
    dates = {pmid: _DATE[field].search(text) for pmid, text in found.items()}
    return [pmid for pmid, date in dates.items() if date and not start <= "-".join(date.groups()) <= end]


def what_came(text: str) -> str:
    """What an answer that holds no records seems to be."""
    if not text.strip():
        return "an empty answer came"
    kind = "a web page" if re.search(r"<html|<!doctype html", text[:2000], re.IGNORECASE) else "a message"
    return f"{kind} came instead of records: {without_markup(text)[:160]}"


def without_markup(text: str) -> str:
    r"""A text without tags and line ends.

    >>> without_markup("<eFetchResult><ERROR>Cannot\nprocess</ERROR></eFetchResult>")
    'Cannot process'
    """
    plain = re.sub(r"<(style|script|title)\b.*?</\1>|<[^>]*>", " ", text[:20000], flags=re.DOTALL | re.IGNORECASE)
    return " ".join(html.unescape(plain).split())
