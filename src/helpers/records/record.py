"""What an import yields: records, and what there is to say about the file they came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Columns of ``records.csv``: bibliographic facts only, never an abstract.
COLUMNS = (
    "record_id",
    "export_id",
    "position",
    "line",
    "database",
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "pmcid",
    "accession",
    "type",
    "language",
    "relations",
)


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a search export; what the file does not say is empty.

    Attributes
    ----------
    title : str
        As printed; markup in it is text, not markup.
    authors : tuple of str
        In the order of the file, ``Surname I`` or ``Surname Given`` as the file writes them, without commas.
    year : str
        Four digits or empty.
    journal, volume, issue, pages : str
        As printed (``226-38`` stays ``226-38``); the full name of the journal where the file has it.
    doi : str
        Lower case, without resolver, decoded, without the full stop of a sentence.
    pmid, pmcid : str
        Digits only; ``PMC`` and digits.
    accession : str
        The database's own number, e.g. ``L2029880245`` or ``WOS:000282053100002``; empty where it is the PMID.
    type : str
        Publication types as printed, lower case, joined by ``; ``.
    language : str
        As printed.
    relations : tuple of str
        What PubMed says of other records: NLM's tag and the other's PMID or DOI, e.g. ``EFR 41000101`` (erratum for).
    abstract : str
        Never committed, never published.
    keywords : tuple of str
        As printed.
    database : str
        What the file says about its database.
    line : int
        Line where the record begins, counted from 1 as an editor does.
    position : int
        Place among the records of the file, counted from 1.
    other : mapping of str to tuple of str
        Every tag, element or column that is in none of the fields above, with all its values.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    year: str = ""
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    accession: str = ""
    type: str = ""
    language: str = ""
    relations: tuple[str, ...] = ()
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    database: str = ""
    line: int = 0
    position: int = 0
    other: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_identifier(self) -> bool:
        """Whether anything but the title says which publication this is."""
        return bool(self.doi or self.pmid or self.pmcid or self.accession)

    @property
    def is_retracted(self) -> bool:
        """Whether the record itself says that its publication was retracted."""
        return is_retracted(self.type, self.title, "; ".join(self.relations))


_RETRACTED_TYPE = re.compile(r"\bretracted (?:publication|article|paper)\b|\bwithdrawn publication\b", re.IGNORECASE)
_RETRACTED_TITLE = re.compile(
    r"\W*(?:retracted|withdrawn)\b(?: article)?\W*[:.\])-]|.*[\[(]retracted(?: article)?\b", re.IGNORECASE
)
_RETRACTED_IN = re.compile(r"\b(?:RIN|RRI) ")


def is_retracted(type: str, title: str, relations: str) -> bool:
    """Whether cells of ``records.csv`` say that a publication was retracted: its type, its title, or PubMed's relations.

    >>> is_retracted("journal article; retracted publication", "", ""), is_retracted("", "Retracted: sheep", ""), is_retracted("", "", "RIN 1")
    (True, True, True)
    >>> is_retracted("retraction of publication", "Retraction: sheep", "ROF 1")
    False
    """
    return bool(_RETRACTED_TYPE.search(type) or _RETRACTED_TITLE.match(title) or _RETRACTED_IN.search(relations))


@dataclass(frozen=True, slots=True)
class Import:
    """A whole export, read, with the proof that no record was lost.

    Attributes
    ----------
    file : str
        Name of the file, without its folder.
    format : str
        ``nbib``, ``pubmed_xml``, ``ris``, ``wos``, ``endnote_xml``, ``enw``, ``bibtex``, ``csv``, ``tsv``, or ``ictrp_xml``
        or ``ctgov_json`` of a register, recognised by content.
    encoding : str
        How the bytes were read.
    started : int
        Records that begin in the file, counted by a routine that knows nothing of the parsers; without a last one of
        which a file cut off holds so little that it was left out, as a note then says.
    parsed : int
        Records read; always equal to ``started``, or there is no `Import` but a `ReviewError`.
    records : list of Record
        In the order of the file.
    notes : tuple of str
        What the operator should know: repairs, text passed over, doubtful encodings; last the `coverage`.
    platform : str
        Where the file comes from, where its records tell; empty otherwise.
    missing : tuple of str
        Fields that no record has although such a platform always gives them: something was not read.
    coverage : tuple of str
        Which fields no record has, which are empty in some, and which tags or columns were not used.
    """

    file: str
    format: str
    encoding: str
    started: int
    parsed: int
    records: list[Record]
    notes: tuple[str, ...] = ()
    platform: str = ""
    missing: tuple[str, ...] = ()
    coverage: tuple[str, ...] = ()
