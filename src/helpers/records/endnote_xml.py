"""EndNote's XML, read as a stream; entities and outside files are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from helpers.records.building import Raw
from helpers.records.findings import Findings

PIECE = 1 << 16
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_CUT_START = re.compile(r"<record[\s/][^>]*\Z")
# Not allowed in XML at all, but EndNote writes what was pasted into a note.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def parse(chunks: Iterable[str], findings: Findings) -> Iterator[Raw]:
    """Records of an EndNote XML file, one at a time.

    Parameters
    ----------
    chunks : iterable of str
        The text in pieces of any length.
    findings : Findings
        Is told where the file breaks off, is not well formed, or declares entities.

    Yields
    ------
    Raw
        Names are those of the elements; editors stand under ``secondary-authors`` and so on.
    """
    target = _Target()
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
            fix="EndNote writes no such thing: export the library again as XML.",
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
            fix="The export was edited or damaged: export the library again from EndNote as XML.",
        )


class _Target:
    """Builds records while the parser reads, and forgets them when they are taken."""

    def __init__(self) -> None:
        self.where: object = None
        self.record: Raw | None = None
        self._ready: list[Raw] = []
        self._open: list[str] = []
        self._text: list[list[str]] = []

    def take(self) -> Iterator[Raw]:
        """The records that are complete."""
        ready, self._ready = self._ready, []
        yield from ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "record" and self.record is None:
            self.record = Raw(self.where.CurrentLineNumber)  # type: ignore[attr-defined]
            self._open, self._text = [], []
        elif self.record and name != "style":  # style is how a word looks, not what it says
            self._open.append(name)
            self._text.append([])
            if name == "ref-type" and attributes.get("name"):
                self.record.add("ref-type", attributes["name"])

    def data(self, data: str) -> None:
        if self._text:
            self._text[-1].append(data)

    def end(self, name: str) -> None:
        if self.record is None or name == "style":
            return
        if name == "record":
            self._ready.append(self.record)
            self.record = None
            return
        self._open.pop()
        value = "".join(self._text.pop()).strip()
        if not value or (name == "ref-type" and "ref-type" in self.record.fields):
            return
        parent = self._open[-1] if self._open else ""
        if name == "author" and parent != "authors":
            name = parent
        elif name == "isbn":
            for part in value.split("\r"):
                self.record.add(name, part)
            return
        self.record.add(name, value)

    def close(self) -> None:
        pass
