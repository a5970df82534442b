"""Which tag, element or column of each format holds which fact.

Sources: NLM's MEDLINE/PubMed data element descriptions, the RIS specification of Reference Manager, the field tables of
Ovid, Embase.com and Web of Science, and exports of each platform as they are found in public test data.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of one format, the best first; the first that holds something is used, the others are kept in `other`.

    Attributes
    ----------
    title, authors, year, ... : tuple of str
        Names of the fields of a `Record`.
    more_authors : tuple of str
        Names whose values follow the authors (bodies as authors).
    first_page, last_page : tuple of str
        Used together where `pages` holds nothing.
    links : tuple of str
        Addresses that may hold a DOI, a PMID, a PMCID or an Embase number.
    notes : tuple of str
        Notes in which reference managers keep identifiers on lines of their own.
    listed : str
        Characters that part keywords within one value.
    has_author_lists : bool
        Whether one value may hold several authors.
    """

    title: tuple[str, ...]
    authors: tuple[str, ...]
    year: tuple[str, ...]
    journal: tuple[str, ...]
    volume: tuple[str, ...]
    issue: tuple[str, ...]
    doi: tuple[str, ...]
    type: tuple[str, ...]
    language: tuple[str, ...]
    abstract: tuple[str, ...]
    keywords: tuple[str, ...]
    database: tuple[str, ...]
    pages: tuple[str, ...] = ()
    first_page: tuple[str, ...] = ()
    last_page: tuple[str, ...] = ()
    pmid: tuple[str, ...] = ()
    pmcid: tuple[str, ...] = ()
    accession: tuple[str, ...] = ()
    more_authors: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    listed: str = ""
    has_author_lists: bool = False


RIS = Vocabulary(
    title=("TI", "T1", "BT", "CT", "ST"),
    authors=("AU", "A1"),
    year=("PY", "Y1", "DA", "Y2"),
    journal=("JF", "T2", "JO", "JA", "J2", "JI", "J9", "J1", "BT"),
    volume=("VL",),
    issue=("IS",),
    first_page=("SP", "C7"),  # C7: article number in Web of Science
    last_page=("EP",),
    doi=("DO", "DI"),
    pmid=("PM", "C5", "C3", "C2"),  # C5: Embase.com; C3: Cochrane ("PUBMED 123, EMBASE 456")
    pmcid=("C2", "PMC"),  # EndNote's Custom 2
    accession=("U2", "AN", "UT", "ID"),  # U2: Embase.com; ID: Ovid
    type=("PT", "M3"),
    language=("LA", "LG"),
    abstract=("AB", "N2"),
    keywords=("KW",),
    database=("DB",),
    links=("UR", "L1", "L2", "L3", "L4", "LK"),
    notes=("N1",),
)
NBIB = Vocabulary(
    title=("TI", "BTI", "TT"),
    authors=("AU", "FAU", "FA"),
    more_authors=("CN",),
    year=("DP", "YR", "DEP"),
    journal=("JT", "TA", "JN"),
    volume=("VI",),
    issue=("IP",),
    pages=("PG",),
    doi=("LID", "AID", "DO"),
    pmid=("PMID", "PM"),
    pmcid=("PMC",),
    accession=("UI", "AN"),
    type=("PT",),
    language=("LA", "LG"),
    abstract=("AB",),
    keywords=("MH", "OT", "KW"),
    database=("DB",),
    links=("UR",),
)
WOS = Vocabulary(
    title=("TI",),
    authors=("AU", "AF"),
    more_authors=("CA",),
    year=("PY", "EY", "PD"),
    journal=("SO", "JI", "J9"),
    volume=("VL",),
    issue=("IS",),
    first_page=("BP", "AR"),
    last_page=("EP",),
    doi=("DI",),
    pmid=("PM",),
    accession=("UT",),
    type=("DT",),
    language=("LA",),
    abstract=("AB",),
    keywords=("DE", "ID"),
    database=("DB",),
    listed=";",
)
ENDNOTE_XML = Vocabulary(
    title=("title", "short-title", "translated-title"),
    authors=("author",),
    year=("year", "date"),
    journal=("full-title", "secondary-title", "abbr-1", "alt-title", "abbr-2"),
    volume=("volume",),
    issue=("number", "issue"),
    pages=("pages",),
    doi=("electronic-resource-num",),
    pmcid=("custom2",),
    accession=("accession-num",),
    type=("work-type", "ref-type"),
    language=("language",),
    abstract=("abstract",),
    keywords=("keyword",),
    database=("remote-database-name",),
    links=("url",),
    notes=("notes", "research-notes"),
    listed="\r",
)
BIBTEX = Vocabulary(
    title=("title", "booktitle", "shorttitle"),
    authors=("author",),
    year=("year", "date"),
    journal=("journal", "journaltitle", "booktitle", "shortjournal"),
    volume=("volume",),
    issue=("number", "issue"),
    pages=("pages", "article-number", "eid"),
    doi=("doi",),
    pmid=("pmid",),
    pmcid=("pmcid", "pmc"),
    accession=("unique-id", "accession"),
    type=("type", "entry type"),
    language=("language", "langid"),
    abstract=("abstract",),
    keywords=("keywords", "keyword"),
    database=("database", "source"),
    links=("url", "howpublished"),
    notes=("note", "annote"),
    listed=",;",
    has_author_lists=True,
)
#: Names of columns, lower case, letters and digits only. Two-letter names: Ovid and Web of Science.
TABLE = Vocabulary(
    title=("title", "articletitle", "documenttitle", "primarytitle", "ti", "originaltitle"),
    authors=("authors", "authornames", "author", "aulist", "authorfullnames", "au", "firstauthor"),
    year=("year", "publicationyear", "yearofpublication", "pubyear", "yr", "py", "dateofpublication", "date", "dp"),
    journal=(
        "journal",
        "sourcetitle",
        "publicationtitle",
        "journalname",
        "journaltitle",
        "journalbook",
        "publicationname",
        "jn",
        "abbreviatedsourcetitle",
        "journalabbreviation",
        "so",
        "source",
    ),
    volume=("volume", "vol", "vi", "vl"),
    issue=("issue", "issuenumber", "issuepart", "number", "ip", "is"),
    pages=("pages", "page", "pagenumbers", "pagination", "pg"),
    first_page=("firstpage", "pagestart", "startpage", "bp", "sp", "artno", "articlenumber"),
    last_page=("lastpage", "pageend", "endpage", "ep"),
    doi=("doi", "digitalobjectidentifier", "do", "di"),
    pmid=("pmid", "pubmedid", "medlinepmid", "pm"),
    pmcid=("pmcid", "pmc"),
    accession=("accession", "embaseaccessionid", "pui", "accessionnumber", "utuniquewosid", "ut", "eid", "an", "ui"),
    type=("type", "publicationtype", "documenttype", "itemtype", "dt", "pt"),
    language=("language", "articlelanguage", "languageoforiginaldocument", "la", "lg"),
    abstract=("abstract", "abstractnote", "ab"),
    keywords=(
        "keywords",
        "authorkeywords",
        "manualtags",
        "automatictags",
        "emtreemedicalindexterms",
        "subjectheadings",
    ),
    database=("database", "databasename", "db"),
    links=("url", "link", "embaselink", "fulltextlink", "ur"),
    notes=("notes", "extra"),
    listed=";",
    has_author_lists=True,
)

#: Kinds of publication that RIS names in its first line; journal articles are not told apart there.
RIS_TYPES = {
    "ABST": "abstract",
    "BOOK": "book",
    "CHAP": "book chapter",
    "CONF": "conference paper",
    "CPAPER": "conference paper",
    "PREPRINT": "preprint",
    "RPRT": "report",
    "THES": "thesis",
    "UNPB": "unpublished work",
}
