"""Identifiers and places where platforms hide them: custom fields, accession numbers, links, notes, and printed sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from helpers.records import clean

_EMBASE_NUMBER = re.compile(r"L\d{6,}")
_OVID_NUMBER = re.compile(r"[A-Z]{0,2}\d{6,}|\d{4}-\d{5}-\d{3}|\d{3}(?:-\d{3}){3}-\d{2}[\dX]")  # PsycInfo; The Lens
_COCHRANE_PMID = re.compile(r"\b(?:PUBMED|PMID|MEDLINE)\b:?\s+(\d{1,8})\b", re.IGNORECASE)
_LABELLED = re.compile(r"\s*(?:PMC)?(\d{4,9})\s*\[(pmid|pmcid)\]\s*", re.IGNORECASE)  # as PubMed Central writes
_PROXY = re.compile(r"https?://[^/]+/login\?q?url=", re.IGNORECASE)  # of a library; others write doi-org.proxy.example
_DOI_LINK = re.compile(r"https?://(?:dx[.-])?doi(?:\.org|-org\.[\w.-]+)/", re.IGNORECASE)
_BARE_DOI = re.compile(r"(?:doi:?\s*)?10\.\d{4,9}(?:\.\d+)*\s*/", re.IGNORECASE)
# Publishers' addresses in which the DOI is the rest of the path, and what they put behind it.
_DOI_PATH = re.compile(
    r"https?://[^/]+(?:/[\w-]+)?/(?:doi|article|chapter)/(?:(?:abs|full|e?pdf|epub|pdfdirect|reader)/)?(10\.\d{4,9}/[^?#\s]+)"
)
_BEHIND_PATH = re.compile(r"/(?:full|fulltext\.html|abstract|e?pdf|meta|summary|references)/?$|\.(?:pdf|html?|full)$")
_PUBMED_LINK = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed)/(\d{1,8})(?!\d)")
_PMC_LINK = re.compile(r"(?:ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/(?:PMC)?(\d+)")
_OF_CENTRAL = "10.1002/central/"  # the address of a record in CENTRAL, not of the paper that it is about
_EUROPE_LINK = re.compile(r"europepmc\.org/(?:article|abstract)/med/(\d{1,8})(?!\d)", re.IGNORECASE)
# "Place: England PMID: 123  PMCID: PMC9": Zotero's lines, which its table glues together; not a number within a sentence.
_NOTED = re.compile(r"(?:^|(?<=[\r\n;])|(?<=\s))\s*(PMID|PMCID|DOI)\s*:?\s*(\S+)", re.IGNORECASE)
_LINES = re.compile(r"[\r\n;]|<(?:br|/?p|/?div)\b[^<>]{0,80}>", re.IGNORECASE)
_KEYED = re.compile(r"\s*[^\W\d][\w .-]{0,30}:\s+\S")
_MONTH = re.compile(r"(?:[A-Z]{3}(?:[-/][A-Z]{3})?\s+)?(?:\d{1,2}\s+)?(?:19|20)\d\d", re.IGNORECASE)
_REGISTERED = re.compile(r"NCT\d{8}|ISRCTN\d{8}|[A-Z]{2,8}[-/\d]{6,}\d|(?:lil|biblio|ibc|wpr)-\w+")
_PUBMED_NAMES = re.compile(r"pubmed|medline|\bnlm\b", re.IGNORECASE)
_VIRTUAL_HEALTH = re.compile(r"mdl-(\d{1,8})")  # BVS writes MEDLINE's number so
#: Fields for any purpose: only bare digits are believed to be a PMID, and only of so many and more.
_ANY_PURPOSE = {"C2": 5, "C5": 1, "%2": 5, "custom2": 5, "custom5": 5, "U1": 99}


def doi_of_field(_: str, value: str) -> str:
    """The DOI of a field meant for it."""
    return "" if (doi := clean.doi(value)).startswith(_OF_CENTRAL) else doi


def doi_of_odd_field(_: str, value: str) -> str:
    """The DOI of a field meant for something else that holds one and nothing more."""
    return clean.doi(value) if _BARE_DOI.match(value.strip()) else ""


def pmid_of_field(name: str, value: str) -> str:
    """The PMID of a field meant for it, or of one of the custom fields that platforms use for it."""
    if labelled := _LABELLED.fullmatch(value):
        return labelled[1].lstrip("0") if labelled[2].lower() == "pmid" else ""
    if name in ("C3", "custom3"):
        found = _COCHRANE_PMID.search(value)
        return found[1] if found else ""
    if links := pmids_of_link(value):
        return links.pop() if len(links) == 1 else ""
    if name in _ANY_PURPOSE:
        digits = value.strip()
        return clean.pmid(digits) if digits.isdecimal() and len(digits) >= _ANY_PURPOSE[name] else ""
    return clean.pmid(value)


def pmid_of_accession(value: str, database: str) -> str:
    """Ovid and EndNote give the PMID as the accession number of a record from MEDLINE; so does BVS, with a mark."""
    number = value.strip()
    if marked := _VIRTUAL_HEALTH.fullmatch(number):
        return clean.pmid(marked[1])
    is_pubmed = _PUBMED_NAMES.search(database) and "embase" not in database.lower()
    return clean.pmid(number) if is_pubmed and number.isdecimal() and 5 <= len(number) <= 8 else ""


def pmcid_of_field(name: str, value: str) -> str:
    """The PMCID of a field; bare digits are one where the field is for nothing else."""
    if name in ("pmc", "pmcid", "PMC", "PMCID") and (digits := value.strip()).isdecimal():
        return f"PMC{digits.lstrip('0')}" if digits.strip("0") else ""
    return next(iter(pmcids_of_link(value)), "") or clean.pmcid(value)


def year_of_field(name: str, value: str) -> str:
    """The year of a date; in a field for any purpose only of a month and year, as Web of Science writes early access."""
    return clean.year(value) if name != "C6" or _MONTH.fullmatch(value.strip()) else ""


def accession_of_field(name: str, value: str) -> str:
    """The database's own number; not the running number of a library, nor Rayyan's key, nor a number of PubMed Central."""
    said = clean.text(value)
    is_running = name in ("ID", "id") and not (_OVID_NUMBER.fullmatch(said) or _REGISTERED.fullmatch(said))
    if is_running or _LABELLED.fullmatch(said):
        return ""
    return "" if said.lower().startswith(("rayyan-", "mdl-")) or said.upper().startswith("PMC") else said


def dois_of_link(value: str) -> set[str]:
    """The DOI of a resolver's or publisher's address, or of a field for addresses that holds a DOI alone."""
    value = _PROXY.sub("", value.strip())
    if _OF_CENTRAL in value.lower():
        return set()
    if _DOI_LINK.match(value) or _BARE_DOI.match(value):
        return {doi} if (doi := clean.doi(value)) else set()
    if path := _DOI_PATH.match(value):
        return {doi} if (doi := clean.doi(_BEHIND_PATH.sub("", path[1]))) else set()
    return set()


def pmids_of_link(value: str) -> set[str]:
    """PMIDs in PubMed's addresses."""
    return {*_PUBMED_LINK.findall(value), *_EUROPE_LINK.findall(value)}


def pmcids_of_link(value: str) -> set[str]:
    """PMCIDs in PubMed Central's addresses."""
    return {f"PMC{digits}" for digits in _PMC_LINK.findall(value)}


def accessions_of_link(value: str) -> set[str]:
    """Record numbers in Embase.com's addresses."""
    return set(_EMBASE_NUMBER.findall(value)) if "embase.com" in value else set()


def accessions_of_note(value: str) -> set[str]:
    """Embase's record number on a line of its own, as EndNote keeps it."""
    return {line.strip() for line in re.split(r"[\r\n]", value) if _EMBASE_NUMBER.fullmatch(line.strip())}


def _noted(value: str, label: str) -> list[str]:
    """What stands behind a label that begins a line, or follows upon another label and its value."""
    value = value.replace("electronic-resource-num:", "DOI:")  # as Zotero keeps EndNote's field
    return [
        found[2].rstrip(".,;")
        for line in _LINES.split(value)
        for found in _NOTED.finditer(line)
        if found[1].upper() == label and (not (above := line[: found.start()]).strip() or _KEYED.match(above))
    ]


def pmids_of_note(value: str) -> set[str]:
    """A PMID as Zotero and Mendeley keep it; not one within a sentence."""
    return {said for said in _noted(value, "PMID") if said.isdecimal() and 4 <= len(said) <= 8}


def pmcids_of_note(value: str) -> set[str]:
    """A PMCID as Zotero keeps it."""
    return {clean.pmcid(said) for said in _noted(value, "PMCID") if clean.pmcid(said)}


def dois_of_note(value: str) -> set[str]:
    """A DOI as Zotero keeps that of a chapter."""
    return {doi for said in _noted(value, "DOI") if (doi := clean.doi(said))}


# Printed sources, as tables give them in one cell. Each form is anchored at both ends: what fits none stays as it is.
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_VOLUME = r"(?P<volume>[A-Z]?\d+[A-Z]?(?:[-/]\d+)?)"
_PAGES = r"(?P<pages>[A-Za-z]{0,8}\.?\d[\w.]*(?:\s?[-\u2013]\s?\w+)?)"
_SOURCES = tuple(
    re.compile(form)
    for form in (
        # Embase.com: "Imaginary Rheumatology (2025) 7:2 (44-51). Date of Publication: 1 Feb 2025"
        rf"(?P<journal>.+?) \({_YEAR}\)(?=\W*\w)(?: {_VOLUME}(?:(?::\s?|\s(?=SUPPL))(?P<issue>[^()]+?))?)?(?:,? (?:Article Number: )?\(?{_PAGES}\)?)?(?:\.\s+[A-Z][a-z].*|\.?)",
        # Ovid: "Journal of Sheep. 77(2):226-38, 2025 Feb.", "Journal of Sheep. 15(1):12-19 2024"
        rf"(?P<journal>.+?)\.\s+{_VOLUME}\s*(?:\((?P<issue>[^)]*)\))?(?:\s?\(pp\s|:\s*){_PAGES}\)?[,;.]?\s+{_YEAR}\b.*",
        # PubMed: "Eur J Med Genet. 2020 Feb;63(2):103640. doi: ..."
        rf"(?P<journal>.+?)\. {_YEAR}(?:[ -][A-Za-z0-9/-]+)*;{_VOLUME}(?: Suppl [\w]+)?(?:\((?P<issue>[^)]*)\))?(?::{_PAGES})?(?:[.;].*|)",
        # LILACS: "J Inv;3(2): 10-19, 2025"
        rf"(?P<journal>[^;]+?)\s*;\s*{_VOLUME}\s*(?:\((?P<issue>[^)]*)\))?\s*(?::\s*(?:p\.?\s*)?{_PAGES})?,\s*(?:[A-Za-z.]+\s*)?{_YEAR}\b.*",
        # EBSCO and others: "Journal of Sheep, Vol. 3, No. 2, pp. 10-19, 2025", "Journal of Sheep, 2025; 3(2): 10-19"
        rf"(?P<journal>.+?),\s+[Vv]ol(?:ume|\.)?\s?{_VOLUME},?\s+(?:(?:[Nn]o|[Ii]ss(?:ue)?)\.?\s?(?P<issue>[\w-]+),?\s+)?(?:pp?\.?\s?{_PAGES},?\s+)?\(?{_YEAR}\)?\.?",
        rf"(?P<journal>.+?),\s+{_YEAR};\s?{_VOLUME}\s?(?:\((?P<issue>[^)]*)\))?\s?:\s?{_PAGES}\.?",
    )
)
_COMPOSITE = re.compile(
    r"\d{1,4}\s*\(\w+\)\s*:|\((?:1[5-9]|20)\d\d\)\s\d|(?:1[5-9]|20)\d\d(?: \w+)*;\s?\d|;\s?\d+\s?\(\w+\)\s?:"
)
NOTHING: Mapping[str, str] = MappingProxyType({})


def parts_of_source(value: str) -> Mapping[str, str]:
    """A printed source taken apart: journal, year, volume, issue and pages, as far as they are there.

    >>> dict(parts_of_source("Imaginary Rheumatology (2025) 7:2 (44-51). Date of Publication: 1 Feb 2025"))["pages"]
    '44-51'
    >>> dict(parts_of_source("Journal of Sheep"))
    {}
    """
    value = clean.text(value[:1000])
    for form in _SOURCES:
        if found := form.fullmatch(value):
            return {name: said.strip() for name, said in found.groupdict().items() if said and said.strip()}
    return NOTHING


def is_composite(value: str) -> bool:
    """Whether a cell for a journal holds a volume and pages too, in a form that `parts_of_source` may not know."""
    return bool(_COMPOSITE.search(value[:1000]))
