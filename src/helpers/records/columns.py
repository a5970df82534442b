"""Where the table begins in a file of cells, and what its columns hold."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import dropwhile, islice

from helpers.records.vocabulary import TABLE

DELIMITERS = (",", ";", "\t")
_SEARCHED = 60  # lines in which a header is looked for: platforms put the query and empty lines in front of it
_LINES_OF_ONE = 12  # lines over which a quoted column name may run
#: Names of rows in Embase.com's export "fields by row".
BY_ROW = frozenset(
    {"TITLE", "AUTHOR NAMES", "SOURCE", "SOURCE TITLE", "PUBLICATION YEAR", "VOLUME", "ISSUE", "FIRST PAGE", "ABSTRACT"}
    | {"LAST PAGE", "PUBLICATION TYPE", "DOI", "MEDLINE PMID", "PUI", "EMBASE ACCESSION ID", "ARTICLE LANGUAGE"}
)
#: Every name that `TABLE` has for a field.
KNOWN = frozenset(
    name for field in fields(TABLE) if isinstance(names := getattr(TABLE, field.name), tuple) for name in names
)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table.

    Attributes
    ----------
    line : int
        Its last line; rows begin below. 0 for a table without one.
    delimiter : str
        What parts the cells.
    names : tuple of str
        As written, in order.
    by_row : bool
        Embase.com's other layout: a line holds the name of a field and its value, a record begins with ``TITLE``.
    """

    line: int
    delimiter: str
    names: tuple[str, ...]
    by_row: bool = False

    @property
    def format(self) -> str:
        """``tsv`` for tabs, else ``csv``."""
        return "tsv" if self.delimiter == "\t" else "csv"


def plain(name: str) -> str:
    """A column's name as `TABLE` spells it: ``PubMed ID`` is ``pubmedid``, ``Título`` is ``titulo``."""
    if name.strip().lower() in (
        "år",
        "a\u030ar",
    ):  # a year in Swedish, Danish, Norwegian; AR is Web of Science's article number
        return "jahr"
    letters = "".join(_without_accent(letter) for letter in name.lower().replace("ß", "ss"))
    return re.sub(r"[\W_]", "", letters)


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() else letter


def find_header(lines: Iterable[str]) -> Header | None:
    """The first row that names a title and at least one more column that we know.

    Parameters
    ----------
    lines : iterable of str
        The beginning of a file, without line ends.

    Returns
    -------
    Header or None
        None when no such row is among the first lines.
    """
    numbered = dropwhile(lambda pair: not pair[1].strip(), enumerate(lines, start=1))
    top = list(islice(numbered, _SEARCHED))
    above = top[0][0] - 1 if top else 0  # blank lines
    head = [line for _, line in top]
    by_row = _by_row(head)
    for number, line in enumerate(head, start=1):
        if by_row and line.startswith(('"TITLE"', "TITLE,")):
            return by_row
        for delimiter in DELIMITERS:
            if delimiter not in line:
                continue
            names, last = _names(head[number - 1 : number - 1 + _LINES_OF_ONE], delimiter)
            known = {plain(name) for name in names} & KNOWN
            # A sentence with commas may hold a known word; a header is made of them.
            if known & set(TABLE.title) and len(known) > 1 and 3 * len(known) >= min(len(names), 9):
                return Header(above + number - 1 + last, delimiter, names)
    return None


def _names(lines: list[str], delimiter: str) -> tuple[tuple[str, ...], int]:
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    try:
        row = next(reader, [])
    except csv.Error:
        return (), 0
    return tuple(" ".join(name.split()) for name in row), reader.line_num


def _by_row(head: list[str]) -> Header | None:
    names = [row[0] for line in head if line.strip() for row in csv.reader([line]) if row]
    found = {name for name in names if name in BY_ROW}
    return Header(0, ",", (), by_row=True) if "TITLE" in found and len(found) >= 3 else None
