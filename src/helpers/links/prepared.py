"""Records as columns of numbers: each field brought to one spelling once, so that pairs are compared as arrays."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from helpers.links import kinds
from helpers.links.evidence import Ints
from helpers.links.journals import journal_words
from helpers.links.names import first_surname, people_count
from helpers.links.places import (
    NO_PAGES,
    Pages,
    doi_of,
    is_number_online,
    issue_of,
    number_of,
    pages_of,
    registration_of,
    volume_of,
    year_of,
)
from helpers.links.titles import Title, prepare_title

# The columns that are read.
FIELDS = [
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "pmcid", "type", "accession", "relations",
]  # fmt: skip
_COPIED = [field for field in FIELDS if field not in ("accession", "type", "relations")]  # what two copies say alike
#: NLM's tags for relations: what is said of the two, and whether the record that has the tag is the dependent one.
STATED = {
    **dict.fromkeys(("EFR", "ROF", "PROF", "ECF", "CRF", "RRF"), ("corrects", True)),
    **dict.fromkeys(("EIN", "RIN", "PRIN", "ECI", "CRI", "RRI"), ("corrects", False)),
    "CON": ("comments", True), "CIN": ("comments", False), "RPF": ("republishes", True), "RPI": ("republishes", False),
    "UOF": ("reports", True), "UIN": ("reports", False), "ORI": ("reports", True), "SPIN": ("reports", False),
}  # fmt: skip
OPENING = 24  # letters of a title's key that make its opening
LONGEST = 20_000  # letters of a cell that are read; a longer one is an accident, or an attack
COCHRANE = "10.1002/14651858"  # its DOIs
T = TypeVar("T")
# Letters and digits of a title's key from which it tells a report from others a little, well, and surely.
TELLING = np.array([12, 24, 45])


@dataclass(frozen=True)
class Prepared:
    """A set of records as columns; position k is record k of the frame it came from.

    Attributes
    ----------
    raw : dict of lists of str
        The cells as they stand, for the reasons given to people.
    titles, journals : lists
        Prepared titles and telling words of the journal; equal cells share one object.
    stated : dict of (int, int) to (str, bool)
        What PubMed says of two records (the smaller position first), in a word of ``LEVELS["stated"]``, and whether the first
        is the dependent one.
    copy : array of int
        Equal for records whose cells are all the same; 0 where there is too little to compare.
    title, opening, author_list, first_author, journal, doi, pmid, pmcid, registration, issue, numbers, study : arrays of int
        Codes: equal numbers mean equal values, 0 means that there is none.
    year, volume, page, last_page, prefix : arrays of int
        Numbers as printed; 0 means not given. ``prefix`` is a code of the letters before the page.
    telling : array of int
        0 to 3: how surely the title tells a report, by its length; 0 where it comes again with every issue or year.
    is_online, is_numbered : arrays of bool
        The page is the number of an online paper; it is that of an abstract ("OP12", "THU0345"), which no page can be.
    is_latin, is_english, is_updated, is_supplement : arrays of bool
        Most of the title is Latin script; it reads as English; the journal updates its papers under one title; the issue or
        the pages are those of a supplement.
    title_kind, label_kind : arrays of int
        Bits of `helpers.links.kinds`: said by the title; said by type, journal or DOI.
    """

    raw: dict[str, list[str]]
    titles: list[Title]
    issues: list[str]
    journals: list[tuple[str, ...]]
    stated: dict[tuple[int, int], tuple[str, bool]]
    copy: Ints
    title: Ints
    opening: Ints
    author_list: Ints
    first_author: Ints
    author_count: Ints
    journal: Ints
    year: Ints
    volume: Ints
    issue: Ints
    prefix: Ints
    page: Ints
    last_page: Ints
    is_online: np.ndarray
    is_numbered: np.ndarray
    doi: Ints
    pmid: Ints
    pmcid: Ints
    registration: Ints
    numbers: Ints
    study: Ints
    telling: Ints
    is_latin: np.ndarray
    is_english: np.ndarray
    is_updated: np.ndarray
    is_supplement: np.ndarray
    title_kind: Ints
    label_kind: Ints

    def __len__(self) -> int:
        return len(self.titles)


def once(function: Callable[[str], T], cells: Iterable[str]) -> list[T]:
    """A function of each cell, computed once for equal cells."""
    known: dict[str, T] = {}
    result = []
    for cell in cells:
        value = known.get(cell)
        if value is None:
            value = known[cell] = function(cell)
        result.append(value)
    return result


def codes(values: Iterable[Hashable], *, nothing: Hashable = "") -> Ints:
    """A number for each value, equal for equal values; 0 for `nothing`."""
    known: dict[Hashable, int] = {nothing: 0}
    return np.fromiter((known.setdefault(value, len(known)) for value in values), dtype=np.int64)


def _text(cell: object) -> str:
    if type(cell) is str:
        return cell if len(cell) <= LONGEST else cell[:LONGEST]
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell)


def text_columns(records: pd.DataFrame) -> dict[str, list[str]]:
    """The columns as lists of text; a missing column, or a cell without a value, is empty."""
    columns = {}
    for field in FIELDS:
        if field in records:
            column = records[field]
            cells = column.tolist() if column.dtype == "str" and not column.hasnans else column.astype(object).tolist()
            columns[field] = [_text(cell) for cell in cells]
        else:
            columns[field] = [""] * len(records)
    return columns


def _cells(raw: dict[str, list[str]], row: int) -> Hashable:
    """All cells that copies share; nothing where fewer than three hold anything."""
    cells = tuple(" ".join(raw[field][row].split()).lower() for field in _COPIED)
    return cells if sum(map(bool, cells)) >= 3 else ""


def _stated(relations: list[str], pmids: list[str], dois: list[str]) -> dict[tuple[int, int], tuple[str, bool]]:
    """The pairs that PubMed relates; a correction counts before a comment where it says both."""
    found: dict[tuple[int, int], tuple[str, bool]] = {}
    if not any(relations):
        return found
    rows: dict[str, list[int]] = {}
    for row, (pmid, doi) in enumerate(zip(pmids, dois, strict=True)):
        for name in {number_of(pmid), doi} - {""}:
            rows.setdefault(name, []).append(row)
    for row, cell in enumerate(relations):
        for one in cell.split("; ") if cell else ():
            tag, _, name = one.partition(" ")
            if tag not in STATED:
                continue
            word, is_dependent = STATED[tag]
            for other in rows.get(name.lower(), ()):
                pair = (min(row, other), max(row, other))
                if row != other and (pair not in found or word == "corrects"):
                    found[pair] = (word, is_dependent == (row < other))
    return found


def prepare(records: pd.DataFrame) -> Prepared:
    """Records brought to comparable columns.

    Parameters
    ----------
    records : DataFrame
        Columns of records.csv, all text; missing columns count as empty.
    """
    raw = text_columns(records)
    titles = once(prepare_title, raw["title"])
    journals = once(journal_words, raw["journal"])
    year = np.fromiter(once(year_of, raw["year"]), dtype=np.int64)
    volume = np.fromiter(once(volume_of, raw["volume"]), dtype=np.int64)
    pages: list[Pages] = [
        pages_of(cell, int(y)) if cell else NO_PAGES for cell, y in zip(raw["pages"], year, strict=True)
    ]
    issues = [issue_of(i, v) for i, v in zip(raw["issue"], raw["volume"], strict=True)]
    dois = once(doi_of, raw["doi"])
    title_kind = np.fromiter((t.kind for t in titles), dtype=np.int64)
    label_kind = np.fromiter(once(kinds.type_kind, raw["type"]), dtype=np.int64)
    label_kind |= np.fromiter(once(kinds.home_kind, raw["journal"]), dtype=np.int64)
    label_kind |= np.fromiter((kinds.doi_kind(doi) for doi in dois), dtype=np.int64)
    label_kind |= np.fromiter(once(kinds.place_kind, raw["volume"]), dtype=np.int64)
    label_kind |= np.fromiter(once(kinds.place_kind, raw["pages"]), dtype=np.int64)
    telling = np.searchsorted(TELLING, np.fromiter((len(t.key) for t in titles), dtype=np.int64), side="right")
    return Prepared(
        raw=raw,
        titles=titles,
        issues=issues,
        journals=journals,
        stated=_stated(raw["relations"], raw["pmid"], dois),
        copy=codes(_cells(raw, row) for row in range(len(titles))),
        title=codes(t.key for t in titles),
        opening=codes(t.key[:OPENING] if len(t.key) >= OPENING else "" for t in titles),
        author_list=codes(raw["authors"]),
        first_author=codes(once(first_surname, raw["authors"])),
        author_count=np.fromiter(once(people_count, raw["authors"]), dtype=np.int64),
        journal=codes(" ".join(j) for j in journals),
        year=year,
        volume=volume,
        issue=codes(issues),
        prefix=codes(p.prefix for p in pages),
        page=np.fromiter((p.first for p in pages), dtype=np.int64),
        last_page=np.fromiter((p.last for p in pages), dtype=np.int64),
        is_numbered=np.fromiter((len(p.prefix) > 1 for p in pages), dtype=bool),
        is_online=np.fromiter((is_number_online(p) for p in pages), dtype=bool),
        doi=codes(dois),
        pmid=codes(once(number_of, raw["pmid"])),
        pmcid=codes(once(number_of, raw["pmcid"])),
        registration=codes(
            registration_of(*cells)
            for cells in zip(raw["title"], raw["authors"], raw["journal"], raw["pages"], raw["accession"], strict=True)
        ),
        numbers=codes(t.numbers for t in titles),
        study=codes(t.study for t in titles),
        telling=np.where(title_kind & kinds.COLUMN, 0, telling),
        is_latin=np.fromiter((t.is_latin for t in titles), dtype=bool),
        is_english=np.fromiter((t.is_english for t in titles), dtype=bool),
        is_updated=np.fromiter(
            (
                "cochrane" in j or p.prefix == "cd" or doi.startswith(COCHRANE)
                for j, p, doi in zip(journals, pages, dois, strict=True)
            ),
            dtype=bool,
        ),
        is_supplement=np.fromiter(
            (p.prefix == "s" or i.startswith("s") for p, i in zip(pages, issues, strict=True)), dtype=bool
        ),
        title_kind=title_kind,
        label_kind=label_kind,
    )
