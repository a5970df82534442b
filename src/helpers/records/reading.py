"""One export from its path to its records, with the proof that none was lost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from helpers.records import bibtex, endnote_xml, nbib, ris, table, wos
from helpers.records import vocabulary as words
from helpers.records.building import Raw, build
from helpers.records.columns import Header, find_header
from helpers.records.counting import count_starts
from helpers.records.encoding import Text, read_text
from helpers.records.findings import Findings
from helpers.records.record import Import, Record
from helpers.records.sniffing import HEAD, sniff

_WORDS = {
    "ris": words.RIS,
    "nbib": words.NBIB,
    "wos": words.WOS,
    "endnote_xml": words.ENDNOTE_XML,
    "bibtex": words.BIBTEX,
    "csv": words.TABLE,
    "tsv": words.TABLE,
}
#: Tags whose values are committed: half a value of theirs must not get in.
_FACTS = frozenset(
    name
    for used in (words.RIS, words.NBIB, words.WOS)
    for field in ("title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "type")
    for name in getattr(used, field)
) | {"SP", "EP", "BP", "U2", "AN", "UT", "LA"}


class _Reading:
    """A file being read: format and encoding are known, findings grow while the records pass."""

    def __init__(self, path: Path) -> None:
        self.findings = Findings(path.name)
        self.text: Text = read_text(path)
        head = _head(self.text)
        self.format = sniff(head, path.name)
        is_table = self.format in ("csv", "tsv")
        self.header: Header | None = find_header(self.text.lines()) if is_table else None
        if is_table and not self.header:  # the first bytes looked like one, the text as it is encoded does not
            self.findings.fault(None, "is-an-export", "No row names a column for the title and another known one.")
            self.findings.raise_faults()
        if self.text.note:
            self.findings.note("encoding", 1, self.text.note)
        self.started = self.parsed = 0

    def records(self) -> Iterator[Record]:
        """The records, one at a time; at the end the faults, if there are any."""
        ended = 0  # records whose end was seen, which tells a habit of the file from a file cut off
        last: Raw | None = None
        for raw in self._raws():
            if last is not None:
                ended += last.is_closed
                yield from self._record(last)
            last = raw
        if last is not None and not self._is_half(last, ended):
            yield from self._record(last)
        self._prove()

    def _raws(self) -> Iterator[Raw]:
        if self.header:
            ends = self.text.ends_mid_line
            return table.parse(self.text.lines(), self.header, self.findings, ends_mid_line=ends)
        if self.format == "endnote_xml":
            return endnote_xml.parse(self.text.chunks(), self.findings)
        parse = {"ris": ris.parse, "nbib": nbib.parse, "wos": wos.parse, "bibtex": bibtex.parse}[self.format]
        return parse(self.text.lines(), self.findings)

    def _record(self, raw: Raw) -> Iterator[Record]:
        record = build(raw, _WORDS[self.format], position=self.parsed + 1, findings=self.findings)
        if not record.title and not record.has_identifier:
            self.findings.fault(
                record.line,
                "record-says-what-it-is",
                "The record that begins here has neither a title nor any identifier.",
                value="; ".join(value for values in record.other.values() for value in values) or None,
            )
            return
        if not record.title:
            self.findings.note("no-title", record.line)
        self.parsed += 1
        yield record

    def _is_half(self, last: Raw, ended: int) -> bool:
        """Whether the file was cut off within its last record; says so."""
        if last.is_closed:
            return False
        titles = [value for name in _WORDS[self.format].title for value in last.fields.get(name, ())]
        if not any(value.strip() for value in titles):
            message = "The file ends within the record that begins here, in front of its title."
        elif ended and self.text.ends_mid_line and last.last in _FACTS:
            message = f"The file ends in the middle of a line ({last.last}) of the record that begins here."
        else:
            kind = "last-short" if self.format == "nbib" else "last-open" if ended else "no-end"
            self.findings.note(kind, last.line)
            return False
        said = last.fields.get(last.last, [""])[-1]
        self.findings.fault(
            last.line,
            "record-is-whole",
            message,
            value=said or None,
            fix="The download was cut off: export again. If the record is complete, end the file with an empty line.",
        )
        return True

    def _prove(self) -> None:
        self.findings.raise_faults()
        self.started = count_starts(self.text, self.format, self.header)
        if self.started != self.parsed:
            self.findings.fault(
                None,
                "no-record-lost",
                f"{self.started:,} records begin in the file, but {self.parsed:,} were read.",
                fix="The import is not used. Send the file to whoever maintains this program; do not work around it.",
            )
        elif not self.started:
            self.findings.fault(None, "no-record-lost", "There is no record in the file.")
        self.findings.raise_faults()


def _head(text: Text) -> bytes:
    with io.FileIO(text.path) as file:
        head = b""
        while not head.strip() and (more := file.read(HEAD)):
            head = more  # past any blank lines at the top
        return head


def iter_records(path: Path) -> Iterator[Record]:
    """The records of an export, one at a time, in memory that does not grow with the file.

    Parameters
    ----------
    path : Path
        The export, in any format that `sniff` knows.

    Yields
    ------
    Record
        In the order of the file.

    Raises
    ------
    ReviewError
        Before the first record when the file is no export; after the last one with every fault of the file. Records
        that came before are not to be used then.
    """
    yield from _Reading(Path(path)).records()


def read_export(path: Path) -> Import:
    """A whole export, with the proof that no record was lost.

    Parameters
    ----------
    path : Path
        The export, in any format that `sniff` knows; only read, never changed.

    Returns
    -------
    Import
        ``started == parsed == len(records)``.

    Raises
    ------
    ReviewError
        The file is no export, is broken, was cut off within a record, or a record was lost: each fault with the line
        where the record begins and what to do.
    """
    reading = _Reading(Path(path))
    records = list(reading.records())
    return Import(
        file=Path(path).name,
        format=reading.format,
        encoding=reading.text.encoding,
        started=reading.started,
        parsed=reading.parsed,
        records=records,
        notes=reading.findings.notes,
    )
