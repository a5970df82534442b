"""From the fields of a file to a record: every value ends up somewhere, in a named field or in `other`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from helpers.records import clean
from helpers.records import identifiers as ids
from helpers.records.findings import Findings
from helpers.records.record import Record
from helpers.records.vocabulary import RIS_TYPES, Vocabulary

LONGEST_CELL = 30_000  # a cell of Excel holds 32,767 characters
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # Zotero's journalArticle


@dataclass(slots=True)
class Raw:
    """A record as its file writes it.

    Attributes
    ----------
    line : int
        Where it begins.
    fields : dict of str to list of str
        Every name with all its values, in order.
    is_closed : bool
        Whether the end of the record was seen.
    last : str
        The name read last; where a file was cut off, its value may be half.
    """

    line: int
    fields: dict[str, list[str]] = field(default_factory=dict)
    is_closed: bool = True
    last: str = ""

    def add(self, name: str, value: str) -> None:
        """One more value under a name."""
        self.fields.setdefault(name, []).append(value)
        self.last = name


def build(raw: Raw, words: Vocabulary, *, position: int, findings: Findings) -> Record:
    """A record from its fields.

    Parameters
    ----------
    raw : Raw
        As a parser yields it; its fields are used up.
    words : Vocabulary
        The names of the format.
    position : int
        Place in the file, from 1.
    findings : Findings
        Is told of fields that cannot be what their name says.

    Returns
    -------
    Record
    """
    bag = _Bag(raw.fields)
    if any(len(set(map(clean.text, raw.fields.get(name, ())))) > 1 for name in words.title):
        findings.note("two-titles", raw.line)
    doi = bag.identifier(words.doi, ids.doi_of_field)
    if not doi and (odd := bag.peek(name for name in words.doi if name not in ("LID", "AID"))):
        findings.note("no-doi", raw.line, odd)
    pmcid = bag.identifier(words.pmcid, ids.pmcid_of_field)
    database = bag.all(words.database)
    said = " ".join([*database, bag.peek(["DP", "remote-database-provider"])])
    pmid = bag.identifier(words.pmid, ids.pmid_of_field) or bag.identifier(
        words.accession, lambda _, value: ids.pmid_of_accession(value, said)
    )
    accession = bag.identifier(words.accession, ids.accession_of_field)
    found: dict[str, Any] = {
        "title": bag.first(words.title),
        "authors": tuple(
            person
            for value in bag.all(words.authors)
            for person in (clean.people(value) if words.has_author_lists else clean.names([value]))
        )
        + clean.names(bag.every(words.more_authors)),
        "year": bag.identifier(words.year, ids.year_of_field, keeps_longer=True),
        "journal": bag.first(words.journal),
        "volume": bag.first(words.volume),
        "issue": bag.first(words.issue),
        "pages": bag.first(words.pages) or clean.pages(bag.first(words.first_page), bag.first(words.last_page)),
        "doi": doi or bag.agreed(words.links, ids.dois_of_link),
        "pmid": pmid or bag.agreed(words.links, ids.pmids_of_link) or bag.agreed(words.notes, ids.pmids_of_note),
        "pmcid": pmcid or bag.agreed(words.links, ids.pmcids_of_link),
        "accession": accession
        or bag.agreed(words.links, ids.accessions_of_link)
        or bag.agreed(words.notes, ids.accessions_of_note),
        "type": _types(bag.all(words.type)),
        "language": "; ".join(dict.fromkeys(clean.items(bag.all(words.language)))),
        "abstract": bag.first(words.abstract),
        "keywords": clean.items(bag.every(words.keywords), words.listed),
        "database": "; ".join(dict.fromkeys(clean.items(database))),
    }
    found["type"] = found["type"] or RIS_TYPES.get(bag.peek(["TY"]).upper(), "")
    for name, value in found.items():
        length = len(value) if isinstance(value, str) else sum(map(len, value))
        if length > LONGEST_CELL and name not in ("abstract", "keywords"):
            findings.note("long", raw.line, f"{name} of {length:,} characters")
    return Record(**found, line=raw.line, position=position, other=bag.rest())


def _types(values: list[str]) -> str:
    # A single letter is Web of Science's kind of volume, not a type of publication.
    return "; ".join(dict.fromkeys(_CAMEL.sub(" ", value).lower() for value in clean.items(values) if len(value) > 1))


class _Bag:
    """Fields that are taken out one by one; what nobody took is the rest."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self.fields = fields

    def all(self, names: Iterable[str]) -> list[str]:
        """All values of the first name that holds anything."""
        for name in names:
            if any(value.strip() for value in self.fields.get(name, ())):
                return self.fields.pop(name)
        return []

    def every(self, names: Iterable[str]) -> list[str]:
        """All values of all names."""
        return [value for name in names for value in self.fields.pop(name, ())]

    def first(self, names: Iterable[str]) -> str:
        """The first value of the first name that holds anything; its other values stay."""
        for name in names:
            values = self.fields.get(name, [])
            for number, value in enumerate(values):
                if tidy := clean.text(value):
                    del values[number]
                    return tidy
        return ""

    def peek(self, names: Iterable[str]) -> str:
        """As `first`, but nothing is taken out."""
        return next((tidy for name in names for v in self.fields.get(name, ()) if (tidy := clean.text(v))), "")

    def identifier(self, names: Iterable[str], read: Callable[[str, str], str], *, keeps_longer: bool = False) -> str:
        """The first thing that `read` understands; values that say the same go with it, different ones stay.

        With `keeps_longer` a value that says more (a date, for a year) stays too.
        """
        found = ""
        for name in names:
            if name not in self.fields:
                continue
            kept = []
            for value in self.fields[name]:
                said = read(name, value)
                found = found or said
                if not said or said != found or (keeps_longer and value.strip() != said):
                    kept.append(value)
            self.fields[name] = kept
        return found

    def agreed(self, names: Iterable[str], read: Callable[[str], set[str]]) -> str:
        """What all values agree on, nothing where two say different things; the values stay."""
        said = {what for name in names for value in self.fields.get(name, ()) for what in read(value)}
        return said.pop() if len(said) == 1 else ""

    def rest(self) -> dict[str, tuple[str, ...]]:
        """What was not taken, without empty values."""
        kept = {name: tuple(v for v in map(clean.text, values) if v) for name, values in self.fields.items()}
        return {name: values for name, values in kept.items() if values}
