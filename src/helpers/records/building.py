"""From the fields of a file to a record: every value ends up somewhere, in a named field or in `other`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.records import clean
from helpers.records import identifiers as ids
from helpers.records.findings import Findings
from helpers.records.record import Record
from helpers.records.vocabulary import NO_JOURNAL, RIS_TYPES, Vocabulary

LONGEST_CELL = 30_000  # a cell of Excel holds 32,767 characters
# What spreadsheets make of pages 3-12 and of issue 1-2, in English, German, French, Spanish, Italian, Portuguese.
_MONTHS = r"(?:jan|feb|f[eé]v|mar|m[aä]r|apr|a[bv]r|may|mai|mag|jun|juin|giu|jul|juil|lug|aug|ago|ao[uû]|sep|set|sept|oct|okt|ott|out|nov|dec|dez|d[eé]c|dic)"
_TURNED = re.compile(
    rf"\d{{1,2}}[-. /]+{_MONTHS}\w*\.?(?:[- ]\d{{2,4}})?|{_MONTHS}\w*\.?[- ]\d{{1,4}}"
    r"|(?:19|20)\d\d-\d\d-\d\d(?:[ T]00:00(?::00)?)?|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d",
    re.IGNORECASE,
)
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
    doi = _said(bag, "DOI", words.doi, ids.doi_of_field, raw.line, findings)
    doi = bag.identifier(words.odd_dois, ids.doi_of_odd_field, found=doi)
    pmcid = bag.identifier(words.pmcid, ids.pmcid_of_field)
    database = bag.all(words.database)
    said = " ".join([*database, bag.peek(["DP", "remote-database-provider"])])
    said += " MEDLINE" if bag.peek(["source"]) == "MED" else ""  # the tables of Europe PMC
    pmid = _said(bag, "PMID", words.pmid, ids.pmid_of_field, raw.line, findings) or bag.identifier(
        words.accession, lambda _, value: ids.pmid_of_accession(value, said)
    )
    accession = bag.identifier(words.accession, ids.accession_of_field)
    source = _source(bag, words)
    volume, issue = _volume_and_issue(bag, words)
    found: dict[str, Any] = {
        "title": clean.title(bag.first(words.title)),
        "authors": _authors(bag, words, raw.line, findings),
        "year": _said(bag, "year", words.year, ids.year_of_field, raw.line, findings, keeps_longer=True)
        or source.get("year", ""),
        "journal": _journal(bag, words, raw.line, findings),
        "volume": volume or source.get("volume", ""),
        "issue": issue or source.get("issue", ""),
        "pages": bag.first(words.pages)
        or clean.pages(bag.first(words.first_page), bag.first(words.last_page))
        or source.get("pages", ""),
        "doi": doi or bag.agreed(words.links, ids.dois_of_link) or bag.agreed(words.notes, ids.dois_of_note),
        "pmid": pmid or bag.agreed(words.links, ids.pmids_of_link) or bag.agreed(words.notes, ids.pmids_of_note),
        "pmcid": pmcid or bag.agreed(words.links, ids.pmcids_of_link) or bag.agreed(words.notes, ids.pmcids_of_note),
        "accession": accession
        or bag.agreed(words.links, ids.accessions_of_link)
        or bag.agreed(words.notes, ids.accessions_of_note),
        "type": _types([value for value in bag.all(words.type) if not ids.doi_of_odd_field("", value)]),
        "language": "; ".join(dict.fromkeys(clean.items(bag.all(words.language)))),
        "relations": _relations(bag, words, raw.line, findings),
        "abstract": bag.first(words.abstract),
        "keywords": clean.items(bag.every(words.keywords), words.listed),
        "database": "; ".join(dict.fromkeys(clean.items(database))),
    }
    found["type"] = found["type"] or RIS_TYPES.get(bag.peek(["TY"]).upper(), "")
    for name, value in found.items():
        length = len(value) if isinstance(value, str) else sum(map(len, value))
        if length > LONGEST_CELL and name not in ("abstract", "keywords"):
            findings.note("long", raw.line, f"{name} of {length:,} characters")
    if words.author_lists == "cell" and (
        turned := next((v for v in (found["pages"], issue) if _TURNED.fullmatch(v)), "")
    ):
        findings.note("turned-into-date", raw.line, turned)
    record = Record(**found, line=raw.line, position=position, other=bag.rest())
    _tell_of_facts_elsewhere(record, words, findings)
    if record.is_retracted:
        findings.note("retracted", raw.line, record.title)
    return record


def _said(
    bag: _Bag,
    fact: str,
    names: tuple[str, ...],
    read: Callable[[str, str], str],
    line: int,
    findings: Findings,
    *,
    keeps_longer: bool = False,
) -> str:
    """An identifier or a year from the fields that are meant for it; what stands there and cannot be read is told."""
    found = bag.identifier(names, read, keeps_longer=keeps_longer)
    if not found and (left := bag.peek_named(name for name in names if name not in FOR_ANYTHING)):
        findings.note("unread", line, f"{left[0]}: {left[1]}", key=f"unread {fact}", fact=fact)
    return found


def _authors(bag: _Bag, words: Vocabulary, line: int, findings: Findings) -> tuple[str, ...]:
    people: tuple[str, ...] = ()
    for value in bag.all(words.authors):
        if words.author_lists == "cell":
            people += clean.people(value)
            if clean.are_unclear_people(value):
                findings.note("authors-unclear", line, value)
        elif words.author_lists == "and":
            people += clean.bibtex_people(value)
        else:
            people += clean.names([value])
    return people + clean.names(bag.every(words.more_authors))


def _volume_and_issue(bag: _Bag, words: Vocabulary) -> tuple[str, str]:
    volume, issue = clean.number(bag.first(words.volume)), clean.number(bag.first(words.issue))
    if not issue and (both := re.fullmatch(r"(\d{1,4})\s+(\d{1,3})", volume)):  # as Semantic Scholar writes
        return both[1], both[2]
    return volume, issue


def _source(bag: _Bag, words: Vocabulary) -> Mapping[str, str]:
    """The parts of a printed source, which stays where it is; journals are looked at too."""
    values = (bag.peek([name]) for name in (*words.sources, *words.journal)) if words.sources else ()
    return next((parts for value in values if value and (parts := ids.parts_of_source(value))), ids.NOTHING)


def _journal(bag: _Bag, words: Vocabulary, line: int, findings: Findings) -> str:
    for name in words.journal:
        value = bag.peek([name])
        if not value or (name in words.sources and value.lower() in NO_JOURNAL):
            continue
        if words.sources and (parts := ids.parts_of_source(value)):
            return parts["journal"]
        if words.sources and ids.is_composite(value):
            findings.note("composite", line, value)
        return bag.first([name])
    return ""


def _relations(bag: _Bag, words: Vocabulary, line: int, findings: Findings) -> tuple[str, ...]:
    """What the record says of others, as NLM's tag and the other's PMID, or its DOI; the printed words stay in `other`."""
    found: list[str] = []
    for tag in words.relations:
        for value in bag.fields.get(tag, ()):
            other = (pmid := re.search(r"PMID:?\s*(\d{1,8})(?!\d)", value)) and pmid[1]
            if other := other or clean.doi(value):
                found.append(f"{tag} {other}")
            elif value.strip():
                findings.note("relation-unread", line, f"{tag}: {value}")
    return tuple(dict.fromkeys(found))


#: Fields for any purpose: that they hold no identifier says nothing.
FOR_ANYTHING = frozenset(
    {"LID", "AID", "C2", "C3", "C5", "C6", "U1", "%2", "custom2", "custom3", "custom5", "DA", "EA"}
)
_LOOKS = {
    "DOI": re.compile(r"\b10\.\d{4,9}/\S+"),
    "PMID": re.compile(r"\b(?:PMID|PubMed ?(?:ID)?)\b[\s:=#]*\d{4,8}\b|\b\d{4,8}\s*\[pmid\]", re.IGNORECASE),
    "year": re.compile(
        r"(?:\D{0,12}|\d{1,2}[ ./-](?:\w{1,9}[ ./-])?)(?:19|20)\d\d(?:[-/. ]\d{1,2}){0,2}(?:\D.{0,12})?"
    ),
}
# References, and numbers of the publisher and the library that may look like years.
_OF_OTHERS = re.compile(
    r"entry key|references?|citedreferences|CR|cited.*|citing.*|num.*|page.*|.*count|isbn|issn|SN|.*index.*|funding.*|FU|FX",
    re.I,
)
#: Words that stand for an empty cell.
SAYS_NOTHING = frozenset(
    {"", "0", "-", "--", "na", "n/a", "nan", "none", "null", "unknown", "not available", "nd", "n.d", "undated"}
)
_SHORT, _SHORT_DATE = 200, 40  # letters; a longer value is a list of references, or a sentence


def _tell_of_facts_elsewhere(record: Record, words: Vocabulary, findings: Findings) -> None:
    """An identifier or a year that stands in the record, but only where nobody looks for it: told, never guessed."""
    lacking = [fact for fact in _LOOKS if not getattr(record, fact.lower())]
    if not lacking or not record.other:
        return
    for name, values in record.other.items():
        if _OF_OTHERS.fullmatch(name) or name in words.relations or name in words.abstract:
            continue
        for fact in lacking:
            for value in values:
                if len(value) > (_SHORT_DATE if fact == "year" else _SHORT):
                    continue
                look = _LOOKS[fact]
                if look.fullmatch(value) if fact == "year" else look.search(value):
                    findings.note("elsewhere", record.line, f"{name}: {value}", key=f"elsewhere {fact}", fact=fact)
                    break


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

    def peek_named(self, names: Iterable[str]) -> tuple[str, str] | None:
        """The first name that holds anything, with its first value; nothing is taken out."""
        said = ((name, self.peek([name])) for name in names)
        return next(
            ((name, tidy) for name, tidy in said if tidy and tidy.strip("[]. ").lower() not in SAYS_NOTHING), None
        )

    def identifier(
        self, names: Iterable[str], read: Callable[[str, str], str], *, found: str = "", keeps_longer: bool = False
    ) -> str:
        """The first thing that `read` understands; values that say the same go with it, different ones stay.

        With `keeps_longer` a value that says more (a date, for a year) stays too; what is `found` already needs no finding.
        """
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
