"""Which tag, element or column of each format holds which fact, and what each platform always gives.

Sources: NLM's MEDLINE/PubMed data element descriptions, the RIS specification of Reference Manager, the field tables of
EndNote, Ovid, Embase.com, EBSCO and Web of Science, the column names of ClinicalTrials.gov and of WHO's ICTRP, and exports
of each platform as they are found in public test data.
"""

from __future__ import annotations

import re
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
    sources : tuple of str
        Printed sources with journal, year, volume and pages in one, which give what no name of its own does.
    odd_dois : tuple of str
        Names for something else that some exporters put the DOI into; believed where it stands there alone.
    links : tuple of str
        Addresses that may hold a DOI, a PMID, a PMCID or an Embase number.
    notes : tuple of str
        Notes in which reference managers keep identifiers on lines of their own.
    relations : tuple of str
        Names of other records that correct, retract, republish or comment on this one, or the other way round.
    listed : str
        Characters that part keywords within one value.
    author_lists : str
        How one value may hold several authors: not at all, as in BibTeX ("and"), or in any way that tables have ("cell").
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
    sources: tuple[str, ...] = ()
    odd_dois: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    listed: str = ""
    author_lists: str = ""


#: NLM's tags for relations between records; behind each stand the other record's source and PMID.
RELATIONS = (
    *("CIN", "CON", "EIN", "EFR", "RIN", "ROF", "PRIN", "PROF", "ECI", "ECF", "RPI", "RPF"),
    *("CRI", "CRF", "RRI", "RRF", "UIN", "UOF", "SPIN", "ORI"),
)

RIS = Vocabulary(
    title=("TI", "T1", "BT", "CT", "TT", "ST"),
    authors=("AU", "A1"),
    # Not Y2: for Zotero, Mendeley, Citavi and Dimensions it is the day of access. C6: early access in Web of Science.
    year=("PY", "Y1", "DA", "YR", "PD", "C6"),
    journal=("JF", "T2", "JO", "JA", "J2", "JI", "J9", "J1", "BT"),
    volume=("VL",),
    issue=("IS",),
    pages=("PG",),  # Covidence
    first_page=("SP", "C7"),  # C7: article number in Web of Science
    last_page=("EP",),
    doi=("DO", "DI", "DOI"),
    pmid=("PM", "PMID", "U1", "C5", "C3", "C2"),  # U1: PubMed Central; C5: Embase.com; C3: Cochrane ("PUBMED 123")
    pmcid=("PMCID", "C2", "PMC", "U2", "AN"),  # EndNote's Custom 2; U2, AN: PubMed Central
    accession=("U2", "AN", "UT", "UI", "ID"),  # U2: Embase.com; ID: Ovid
    type=("PT", "M3"),
    language=("LA", "LG"),
    abstract=("AB", "N2"),
    keywords=("KW",),
    database=("DB",),
    odd_dois=("M3", "M1", "N3"),  # EndNote once kept the DOI in M3; PsycNet still does
    links=("UR", "L1", "L2", "L3", "L4", "LK"),  # L3: EBSCO puts the bare DOI there
    notes=("N1", "RN"),
)
NBIB = Vocabulary(
    title=("TI", "BTI", "TT"),
    authors=("AU", "FAU", "FA"),
    more_authors=("CN",),
    year=("DP", "YR", "DEP", "PDAT"),
    journal=("JT", "TA", "JN"),
    volume=("VI",),
    issue=("IP",),
    pages=("PG",),
    doi=("LID", "AID", "DO"),
    pmid=("PMID", "PM"),
    pmcid=("PMC",),
    accession=("UI", "AN", "OID"),
    type=("PT",),
    language=("LA", "LG"),
    abstract=("AB",),
    keywords=("MH", "OT", "KW"),
    database=("DB",),
    links=("UR",),
    relations=RELATIONS,
)
WOS = Vocabulary(
    title=("TI",),
    authors=("AU", "AF"),
    more_authors=("CA",),
    year=("PY", "EY", "PD", "EA"),
    journal=("SO", "JI", "J9"),
    volume=("VL",),
    issue=("IS",),
    first_page=("BP", "AR"),
    last_page=("EP",),
    doi=("DI", "D2"),
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
    pmid=("custom5", "custom3", "custom2"),  # as C5, C3 and C2 in RIS
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
#: EndNote's tagged format (.enw), after the manual of EndNote, "Tags for the EndNote Import filter".
ENW = Vocabulary(
    title=("%T", "%Q", "%!"),
    authors=("%A",),
    year=("%D", "%8", "%7"),
    journal=("%J", "%B", "%S"),
    volume=("%V",),
    issue=("%N",),
    pages=("%P", "%]"),
    doi=("%R",),
    pmid=("%2",),
    pmcid=("%2",),
    accession=("%M",),
    type=("%9", "%0"),
    language=("%G",),
    abstract=("%X",),
    keywords=("%K",),
    database=("%~", "%W"),
    links=("%U", "%>"),
    notes=("%Z", "%<"),
    listed=";\r",
)
BIBTEX = Vocabulary(
    title=("title", "booktitle", "shorttitle"),
    authors=("author",),
    year=("year", "date", "early-access-date", "earlyaccessdate", "publication-date"),
    journal=("journal", "journaltitle", "booktitle", "shortjournal", "journal-full"),
    volume=("volume",),
    issue=("number", "issue"),
    pages=("pages", "article-number", "eid"),
    doi=("doi", "digital-object-identifier", "article-doi"),
    pmid=("pmid", "pubmed-id", "pubmedid", "pubmed", "medline-pmid"),
    pmcid=("pmcid", "pmc", "pmc-id", "pmc_id"),
    accession=("unique-id", "accession", "accession-number"),
    type=("type", "document-type", "entry type"),
    language=("language", "langid"),
    abstract=("abstract",),
    keywords=("keywords", "keyword", "author-keywords"),
    database=("database", "source"),
    odd_dois=("note", "eprint", "crossref"),
    links=("url", "howpublished"),
    notes=("note", "annote", "entry key"),  # Europe PMC has the PMID as its key
    listed=",;",
    author_lists="and",
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Names of columns, lower case, without accents, letters and digits only; first those of platforms, then those of people.
#: Two-letter names: Ovid, Web of Science, and RIS as a table.
TABLE = Vocabulary(
    title=_words(
        "title articletitle documenttitle primarytitle titleprimary itemtitle studytitle publictitle scientifictitle ti"
        " displayname originaltitle brieftitle officialtitle titel titre titulo titolo tytul 题名 标题 篇名 文献标题 タイトル 論文名 論題 文献名 문헌명 논문명 rubrik nimike otsikko baslik baslık nazev cim τιτλος заглавие 제목 название"
    ),
    authors=_words(
        "authors authornames author aulist authorsprimary authorfullnames contributors firstauthors"
        " authorshipsauthordisplayname authornamesfull au firstauthor autor autoren autorin verfasser auteur auteurs autores"
        " autori autorzy 作者 著者 저자 著者名 執筆者 forfattare forfatter forfattere tekija tekijat yazarlar yazar szerzo szerzok autorzy συγγραφεις автор авторы"
    ),
    year=_words(
        "year publicationyear yearofpublication publishedyear pubyear yr py publishyear dateofpublication publicationdate"
        " datepublished publisheddate date dp pubdate coverdate issuedate onlinedate earlyaccessdate da firstposted datefirstposted"
        " studyfirstposted dateregistration dateregistration3 registrationdate dateofregistration dateregistered dateapplied jahr"
        " erscheinungsjahr publikationsjahr annee anneedepublication anneepublication ano anno anodepublicacao anodepublicacion"
        " anopublicacao fechadepublicacion datadepublicacao jaar rok 年 年份 出版年 发表时间 発行年 年月 出版年月 発行年月日 掲載年 발행연도 발행년 출판연도 erscheinungsdatum erschienen datum datedepublication dateparution utgivningsar utgivelsesar aarstal arstal vuosi yil yıl yayinyili yayınyılı ev rokvydani rokwydania ετος jaarvanpublicatie 연도 год"
    ),
    journal=_words(
        "journal sourcetitle publicationtitle journalname journaltitle journalbook publicationname jo ja periodicalfull pubtitle"
        " sourcetitleanthologytitle primarylocationsourcedisplayname hostvenuedisplayname publication parenttitle jn jf t2 jo"
        " abbreviatedsourcetitle journalabbreviation periodicalabbrev zeitschrift zeitschriftentitel zeitschriftzeitung revue"
        " revista periodico rivista tijdschrift czasopismo 期刊 刊名 来源 文献来源 雑誌名 誌名 資料名 収録刊行物 刊行物名 학술지명 titredelarevue titredureve titrerevue nomdelarevue titolorivista titulodelarevista titulodarevista tidskrift tidsskrift lehti dergi casopis folyoirat περιοδικο 저널 журнал so source fonte fuente quelle"
    ),
    volume=_words(
        "volume volumenumber journalvolume bibliovolume vol vi vl band jahrgang volym volumen tome tomo 卷 巻 권 argang arg rocnik rocznik cilt evfolyam jaargang τομος том"
    ),
    issue=_words(
        "issue issuenumber issuepart journalissue biblioissue number numberissue ip is heft heftnummer ausgabe nummer numero"
        " fasciculo fascicule 期 号 호 fascicolo aflevering hafte hefte cislo zeszyt sayi sayı szam τευχος номер выпуск"
    ),
    pages=_words(
        "pages page pagenumbers pagination pagerange pg seiten seitenvonbis paginas pagina pagine strony 页码 页 ページ 頁 쪽 페이지 sidor sider sivut strany strona sayfa sayfalar oldal oldalak σελιδες страницы bladzijden"
    ),
    first_page=_words(
        "firstpage pagestart startpage beginningpage bibliofirstpage bp sp ar artno articlenumber seitevon seitenvon paginainicial"
    ),
    last_page=_words("lastpage pageend endpage endingpage otherpages bibliolastpage ep seitebis seitenbis paginafinal"),
    doi=_words(
        "doi itemdoi digitalobjectidentifier doilink doiurl articledoi idsdoi doinumber doinummer doicode do di"
    ),
    pmid=_words("pmid pubmedid medlinepmid idspmid pubmedpmid pubmed medlineid pm"),
    pmcid=_words("pmcid pmc pubmedcentralid idspmcid"),
    accession=_words(
        "accession embaseaccessionid pui accessionnumber centralid cochranereviewid utuniquewosid ut eid lensid publicationid externalid"
        " nctnumber nctid trialid isrctn isrctnid eudractnumber trialnumber registrationnumber mainid an ui id"
    ),
    type=_words(
        "type publicationtype documenttype itemtype doctype doctypes pubtype contenttype articletype referencetype studytype dt"
        " pt typ dokumenttyp publikationstyp tipo typededocument tipodedocumento 文献类型"
    ),
    language=_words(
        "language articlelanguage languages languageoforiginaldocument outputlanguage la lg sprache langue idioma lingua 语种 语言"
    ),
    abstract=_words(
        "abstract abstractnote briefsummary ab zusammenfassung resume resumen resumo riassunto 摘要 抄録 초록"
    ),
    keywords=_words(
        "keywords authorkeywords manualtags automatictags emtreemedicalindexterms subjectheadings descriptors subjects de"
        " schlagworter schlagworte motscles palabrasclave palavraschave parolechiave descritores descriptores 关键词"
    ),
    database=_words(
        "database longdbname databasename subfiledatabase sourceregister dataprovider db datenbank basededatos basededados"
        " basededonnees 数据库"
    ),
    sources=_words("source so citation publicationsource fonte fuente"),
    links=_words(
        "url link embaselink fulltextlink openurllink fulltexturl plink articleurl dimensionsurl externalurl sourceurls ur weblink"
        " urls"
    ),
    notes=_words("notes extra"),
    listed=";",
    author_lists="cell",
)
#: Words in a column for the journal that name a database, as Scopus, Europe PMC and others fill it.
NO_JOURNAL = frozenset(
    {*_words("scopus embase pubmed medline wos crossref cinahl med pmc ppr agr cba openalex ieee springer acm wiley")}
    | {"web of science", "google scholar", "europe pmc", "science direct", "sciencedirect"}
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


@dataclass(frozen=True, slots=True)
class Platform:
    """Where a file comes from, by a mark in its records, and what such files always hold.

    Attributes
    ----------
    name : str
        As people call it.
    mark : Pattern
        Found in ``NAME=value`` of some field of its records, and of no other platform's.
    always : tuple of str
        Fields of `Record` that at least some of its records must have.
    """

    name: str
    mark: re.Pattern[str]
    always: tuple[str, ...]


_CITED = ("title", "authors", "year", "journal")
#: The first whose mark is found; what reference managers write last, since their files come from elsewhere.
PLATFORMS = tuple(
    Platform(name, re.compile(mark, re.IGNORECASE), always)
    for name, mark, always in (
        (
            "a register of trials",
            r"^(?:nctnumber|trialid|isrctn)=|^(?:accession|an|ID)=(?:NCT\d|ISRCTN)",
            ("title", "accession"),
        ),
        ("PubMed", r"^OWN ?=NLM|^(?:create date|nihms id)=", (*_CITED, "pmid")),
        ("Embase.com", r"^U2=L\d{6}|^embaselink=|^emtree|embase\.com/|^(?:pui|embaseaccessionid)=", _CITED),
        ("Cochrane CENTRAL", r"^(?:AN|accession-num|centralid|%M)=CN-\d", _CITED),
        (
            "Web of Science",
            r"^(?:UT|AN|unique-id|utuniquewosid|accession-num|%M)=(?:WOS|ISI|MEDLINE|BCI|KJD|RSCI):",
            _CITED,
        ),
        ("Scopus", r"^(?:DB|source|database)=Scopus$|scopus\.com/", _CITED),
        ("EBSCO", r"^(?:DP|remote-database-provider|%~)=EBSCO|^(?:plink|longdbname)=|search\.ebscohost\.com", _CITED),
        ("Ovid", r"^VN=Ovid|^DB=.*<\d{4}|ovid(?:sp)?\.com|^DB=Ovid", _CITED),
        ("ProQuest", r"^(?:DP|DB)=.*ProQuest|proquest\.com", _CITED),
        ("The Lens", r"^lensid=|lens\.org/\d", _CITED),
        ("Dimensions", r"^dimensionsurl=|app\.dimensions\.ai", _CITED),
        ("LILACS", r"^(?:ID|id|AN)=(?:mdl|lil|biblio|ibc|wpr|pmc)-\w", _CITED),
        ("Covidence", r"^covidence #=", ("title", "authors", "year")),
    )
)
