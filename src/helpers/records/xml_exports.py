"""XML of EndNote, PubMed and WHO's ICTRP, read as a stream; entities and outside files are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from helpers.records.building import Raw
from helpers.records.columns import KNOWN, plain
from helpers.records.findings import Findings

PIECE = 1 << 16
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_CUT_START = re.compile(r"<(?:record|Trial|Pubmed(?:Book)?Article)[\s/][^>]*\Z")
# PubMed's files name their document type; nothing is fetched for it, and entities are refused all the same.
_DOCTYPE = re.compile(r"<!DOCTYPE\s+\w+\s+(?:PUBLIC\s+\"[^\"]*\"|SYSTEM)\s+\"[^\"]*\"\s*>")
# Not allowed in XML at all, but EndNote writes what was pasted into a note.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def parse(chunks: Iterable[str], findings: Findings, format: str = "endnote_xml") -> Iterator[Raw]:
    """Records of an XML file, one at a time.

    Parameters
    ----------
    chunks : iterable of str
        The text in pieces of any length.
    findings : Findings
        Is told where the file breaks off, is not well formed, or declares entities.
    format : str
        ``endnote_xml``, ``pubmed_xml`` or ``ictrp_xml``.

    Yields
    ------
    Raw
        Names are those of EndNote's elements, editors under ``secondary-authors`` and so on; of the columns of ICTRP's table;
        and for PubMed the tags of its own text format.
    """
    target = {"endnote_xml": _Target, "pubmed_xml": _PubMed, "ictrp_xml": _Trials}[format]()
    parser = DefusedXMLParser(target=target)
    target.where = parser.parser
    is_first = True
    is_at_end = False
    rest = ""
    try:
        for chunk in chunks:
            text = _ILLEGAL.sub("", chunk)
            if is_first:
                text = _DECLARED.sub(
                    lambda found: "\n" * found.group().count("\n"), text
                )  # the text is decoded already
                text = _DOCTYPE.sub(lambda found: "\n" * found.group().count("\n"), text, count=1)
                is_first = False
            for start in range(0, len(text), PIECE):
                parser.feed(text[start : start + PIECE])
                yield from target.take()
            rest = text[text.rfind("<") :] if "<" in text else rest + text
        is_at_end = True
        parser.close()
    except DefusedXmlException as error:
        yield from target.take()
        findings.fault(
            parser.parser.CurrentLineNumber,
            "no-entities",
            f"The file declares entities or refers to outside files ({type(error).__name__}); such a file is not read.",
            fix="No export has such a thing: export again as XML.",
        )
    except ParseError as error:
        yield from target.take()
        line, _ = error.position
        begun = target.record.line if target.record else None
        if is_at_end:
            if begun or _CUT_START.match(rest):  # what is counted as begun, but cannot be read
                findings.left_out += 1
                findings.note("left-out", begun or line)
            why = "the record that begins here is not closed" if begun else "the list of records is not closed"
            findings.cut(begun or line, "xml-is-whole", why)
            return
        findings.fault(
            begun or line,
            "xml-is-whole",
            f"The record that begins here is not well formed at line {line} ({str(error).split(':')[0]})."
            if begun
            else f"The file is not well formed here ({str(error).split(':')[0]}).",
            fix="The export was edited or damaged: export again as XML.",
        )


class _Target:
    """Builds EndNote's records while the parser reads, and forgets them when they are taken."""

    starts = frozenset({"record"})
    style = frozenset({"style"})  # how a word looks, not what it says

    def __init__(self) -> None:
        self.where: object = None
        self.record: Raw | None = None
        self._ready: list[Raw] = []
        self._open: list[str] = []
        self._text: list[list[str]] = []
        self._attributes: list[dict[str, str]] = []

    def take(self) -> Iterator[Raw]:
        """The records that are complete."""
        ready, self._ready = self._ready, []
        yield from ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self.starts and self.record is None:
            self.record = Raw(self.where.CurrentLineNumber)  # type: ignore[attr-defined]
            self._open, self._text, self._attributes = [], [], []
        elif self.record and name not in self.style:
            self._open.append(name)
            self._text.append([])
            self._attributes.append(attributes)

    def data(self, data: str) -> None:
        if self._text:
            self._text[-1].append(data)

    def end(self, name: str) -> None:
        if self.record is None or name in self.style:
            return
        if name in self.starts and not self._open:
            self.finish()
            self._ready.append(self.record)
            self.record = None
            return
        self._open.pop()
        self.element(name, "".join(self._text.pop()).strip(), self._attributes.pop())

    def close(self) -> None:
        pass

    def finish(self) -> None:
        """The record is whole."""

    def element(self, name: str, value: str, attributes: dict[str, str]) -> None:
        """An element is whole; those that are around it are still open."""
        assert self.record is not None
        if name == "ref-type" and attributes.get("name"):
            value = attributes["name"]
        if not value:
            return
        parent = self._open[-1] if self._open else ""
        if name == "author" and parent != "authors":
            name = parent
        elif name == "isbn":
            for part in value.split("\r"):
                self.record.add(name, part)
            return
        self.record.add(name, value)


class _Trials(_Target):
    """ICTRP's trials: one level of elements, named as the columns of its table."""

    starts = frozenset({"Trial"})

    def element(self, name: str, value: str, attributes: dict[str, str]) -> None:
        assert self.record is not None
        if value:
            self.record.add(plain(name) if plain(name) in KNOWN else name, value)


_RELATED = {
    "CommentIn": "CIN", "CommentOn": "CON", "ErratumIn": "EIN", "ErratumFor": "EFR", "RetractionIn": "RIN",
    "RetractionOf": "ROF", "PartialRetractionIn": "PRIN", "PartialRetractionOf": "PROF", "ExpressionOfConcernIn": "ECI",
    "ExpressionOfConcernFor": "ECF", "RepublishedIn": "RPI", "RepublishedFrom": "RPF", "CorrectedandRepublishedIn": "CRI",
    "CorrectedandRepublishedFrom": "CRF", "RetractedandRepublishedIn": "RRI", "RetractedandRepublishedFrom": "RRF",
    "UpdateIn": "UIN", "UpdateOf": "UOF", "SummaryForPatientsIn": "SPIN", "OriginalReportIn": "ORI",
}  # fmt: skip


class _PubMed(_Target):
    """PubMed's articles, with the tags of its text format, whose vocabulary is then one for both."""

    starts = frozenset({"PubmedArticle", "PubmedBookArticle"})
    style = frozenset({"i", "b", "u", "sub", "sup", "em", "strong"})
    _SIMPLE: ClassVar[dict[str, str]] = {
        "ArticleTitle": "TI", "VernacularTitle": "TT", "BookTitle": "BTI", "Title": "JT", "ISOAbbreviation": "TA",
        "Volume": "VI", "Issue": "IP", "MedlinePgn": "PG", "Language": "LA", "PublicationType": "PT", "Keyword": "OT",
        "DescriptorName": "MH", "ISSN": "IS", "CopyrightInformation": "CI", "MedlineTA": "TA",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[str, str] = {}
        self._abstract: list[str] = []

    def element(self, name: str, value: str, attributes: dict[str, str]) -> None:
        record, around = self.record, set(self._open)
        assert record is not None
        if "ReferenceList" in around or name == "ReferenceList":
            return  # what the paper cites
        if "CommentsCorrections" in around:
            self._parts[name] = value
        elif name == "CommentsCorrections":
            tag = _RELATED.get(attributes.get("RefType", ""), attributes.get("RefType", "related"))
            number = self._parts.get("PMID", "")
            record.add(tag, self._parts.get("RefSource", "") + (f" PMID: {number}" if number else ""))
            self._parts = {}
        elif name == "MedlineCitation":
            record.add("OWN", attributes.get("Owner", ""))
            record.add("STAT", attributes.get("Status", ""))
        elif name in ("LastName", "ForeName", "Initials", "Suffix", "CollectiveName") and "Author" in around:
            self._parts[name] = value
        elif name == "Author":
            self._author(record)
        elif name in ("Year", "Month", "Day", "MedlineDate", "Season") and value:
            self._parts[name] = value
        elif name in ("PubDate", "ArticleDate", "ContributionDate", "DateRevised", "DateCompleted", "PubMedPubDate"):
            dates = [self._parts.get(part, "") for part in ("MedlineDate", "Year", "Season", "Month", "Day")]
            tag = (
                "DP"
                if name == "PubDate"
                else "DEP"
                if name == "ArticleDate"
                else "CRDT"
                if name == "PubMedPubDate"
                else "LR"
            )
            if any(dates):
                record.add(tag, " ".join(filter(None, dates)))
            self._parts = {}
        elif name == "PMID" and "PMID" not in record.fields:
            record.add("PMID", value)
        elif name in ("ArticleId", "ELocationID") and value:
            kind = attributes.get("IdType", "") or attributes.get("EIdType", "")
            record.add("PMC" if kind == "pmc" else "AID", value if kind == "pmc" else f"{value} [{kind}]")
        elif name == "AbstractText":
            label = attributes.get("Label", "")
            if value and "OtherAbstract" not in around:
                self._abstract.append(f"{label}: {value}" if label else value)
        elif value and name in self._SIMPLE and not (name == "Title" and not {"Journal", "Book"} & around):
            record.add(self._SIMPLE[name], value)
        elif value and not self._holds_elements(name):
            record.add(name, value)

    @staticmethod
    def _holds_elements(name: str) -> bool:
        return name in ("Pagination", "Journal", "Article", "MedlineCitation", "PubmedData", "AuthorList")

    def _author(self, record: Raw) -> None:
        parts, self._parts = self._parts, {}
        if body := parts.get("CollectiveName"):
            record.add("CN", body)
        elif family := parts.get("LastName"):
            given = parts.get("Initials") or parts.get("ForeName", "")
            record.add("AU", " ".join(filter(None, (family, given, parts.get("Suffix", "")))))
            record.add("FAU", f"{family}, {parts.get('ForeName') or given}")

    def finish(self) -> None:
        assert self.record is not None
        if self._abstract:
            self.record.add("AB", " ".join(self._abstract))
        self._abstract, self._parts = [], {}
