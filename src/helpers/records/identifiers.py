"""Identifiers where platforms hide them: custom fields, accession numbers, links and notes."""

from __future__ import annotations

import re

from helpers.records import clean

_EMBASE_NUMBER = re.compile(r"L\d{6,}")
_OVID_NUMBER = re.compile(r"[A-Z]{0,2}\d{6,}|\d{4}-\d{5}-\d{3}")
_COCHRANE_PMID = re.compile(r"\bPUBMED\s+(\d{1,8})\b")
_DOI_LINK = re.compile(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)
_PUBMED_LINK = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,8})(?!\d)")
_PMC_LINK = re.compile(r"(?:ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/(PMC\d+)")
_NOTED_PMID = re.compile(r"PMID:?\s*(\d{4,8})\.?", re.IGNORECASE)
_PUBMED_NAMES = re.compile(r"pubmed|medline|\bnlm\b", re.IGNORECASE)


def doi_of_field(_: str, value: str) -> str:
    """The DOI of a field meant for it."""
    return clean.doi(value)


def pmid_of_field(name: str, value: str) -> str:
    """The PMID of a field meant for it, or of one of the custom fields that platforms use for it."""
    if name == "C3":
        found = _COCHRANE_PMID.search(value)
        return found[1] if found else ""
    if name in ("C2", "C5"):  # fields for any purpose: only bare digits are believed
        digits = value.strip()
        return clean.pmid(digits) if digits.isdecimal() and len(digits) >= (5 if name == "C2" else 1) else ""
    return clean.pmid(value)


def pmid_of_accession(value: str, database: str) -> str:
    """Ovid and EndNote give the PMID as the accession number of a record from MEDLINE."""
    number = value.strip()
    is_pubmed = _PUBMED_NAMES.search(database) and "embase" not in database.lower()
    return clean.pmid(number) if is_pubmed and number.isdecimal() and 5 <= len(number) <= 8 else ""


def pmcid_of_field(_: str, value: str) -> str:
    """The PMCID of a field."""
    return clean.pmcid(value)


def year_of_field(_: str, value: str) -> str:
    """The year of a date."""
    return clean.year(value)


def accession_of_field(name: str, value: str) -> str:
    """The database's own number; not the running number of a library, nor Rayyan's key."""
    said = clean.text(value)
    if name == "ID" and not _OVID_NUMBER.fullmatch(said):
        return ""
    return "" if said.lower().startswith("rayyan-") else said


def dois_of_link(value: str) -> set[str]:
    """The DOI of a resolver's address."""
    return {doi} if _DOI_LINK.match(value.strip()) and (doi := clean.doi(value)) else set()


def pmids_of_link(value: str) -> set[str]:
    """PMIDs in PubMed's addresses."""
    return set(_PUBMED_LINK.findall(value))


def pmcids_of_link(value: str) -> set[str]:
    """PMCIDs in PubMed Central's addresses."""
    return set(_PMC_LINK.findall(value))


def accessions_of_link(value: str) -> set[str]:
    """Record numbers in Embase.com's addresses."""
    return set(_EMBASE_NUMBER.findall(value)) if "embase.com" in value else set()


def accessions_of_note(value: str) -> set[str]:
    """Embase's record number on a line of its own, as EndNote keeps it."""
    return {line.strip() for line in re.split(r"[\r\n]", value) if _EMBASE_NUMBER.fullmatch(line.strip())}


def pmids_of_note(value: str) -> set[str]:
    """A PMID on a line of its own, as Zotero and Mendeley keep it; not one within a sentence."""
    found = (_NOTED_PMID.fullmatch(line.strip()) for line in re.split(r"[\r\n;]", value))
    return {match[1] for match in found if match}
