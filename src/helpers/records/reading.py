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
from helpers.records.ending import Endings
from helpers.records.findings import Findings, shorten
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


class _Reading:
    """A file being read: format and encoding are known, findings grow while the records pass."""

    def __init__(self, path: Path, *, anyway: bool) -> None:
        self.findings = Findings(path.name)
        self.anyway = anyway
        self.text: Text = read_text(path)
        head = _head(self.text)
        self.format = sniff(head, path.name)
        is_table = self.format in ("csv", "tsv")
        self.header: Header | None = find_header(self.text.lines()) if is_table else None
        if is_table and not self.header:  # the first bytes looked like one, the text as it is encoded does not
            self.findings.fault(None, "is-an-export", "No row names a column for the title and another known one.")
            self.findings.raise_faults()
        if self.text.note:
            self.findings.say(self.text.note)
        self.words = _WORDS[self.format]
        # A quoted cell that is closed is whole, whether a line end follows or not.
        self.ends_open = self.text.ends_mid_line and not (is_table and self.text.last == '"')
        self.endings = Endings(
            self.words.title,
            has_end_mark=self.format in ("ris", "wos"),
            compares_names=self.format == "nbib" or (self.header is not None and self.header.by_row),
            ends_mid_line=self.ends_open,
        )
        self.last_whole = 0, ""  # line and title
        self.started = self.parsed = self.halves = 0

    def records(self) -> Iterator[Record]:
        """The records, one at a time; at the end the faults, if there are any."""
        last: Raw | None = None
        for raw in self._raws():
            if last is not None:
                self.endings.pass_by(last)
                yield from self._record(last)
            last = raw
        if last is not None:
            yield from self._last(last)
        self._prove()

    def _raws(self) -> Iterator[Raw]:
        if self.header:
            ends = self.text.ends_mid_line
            return table.parse(self.text.lines(), self.header, self.findings, ends_mid_line=ends)
        if self.format == "endnote_xml":
            return endnote_xml.parse(self.text.chunks(), self.findings)
        if self.format == "ris":
            return ris.parse(self.text.lines(), self.findings, self.text.ends_mid_line)
        parse = {"nbib": nbib.parse, "wos": wos.parse, "bibtex": bibtex.parse}[self.format]
        return parse(self.text.lines(), self.findings)

    def _last(self, raw: Raw) -> Iterator[Record]:
        """The last record, which may be cut off."""
        if not self.findings.is_cut() and (why := self.endings.why_not_whole(raw)):
            self.findings.cut(raw.line, "record-is-whole", why, value=raw.fields.get(raw.last, [""])[-1])
        is_half = self.findings.is_cut(raw.line)
        if not raw.is_closed and not is_half:
            self.findings.note("no-end", raw.line)
        if not is_half and self.endings.is_unseen:
            self.findings.note("unseen-end", raw.line)
        if not self.findings.is_cut() and self.ends_open and self.format in ("ris", "csv", "tsv"):
            self.findings.note("no-line-end", raw.line)
        if is_half and self.ends_open:
            self._set_aside_last_value(raw)
        yield from self._record(raw, is_half=is_half)

    def _set_aside_last_value(self, raw: Raw) -> None:
        """Half an identifier names another publication; half a title or abstract is still of use."""
        if raw.last in (*self.words.title, *self.words.abstract, *self.words.keywords) or not raw.fields.get(raw.last):
            return
        half = raw.fields[raw.last].pop()
        raw.add("cut off", f"{raw.last}: {half}")

    def _record(self, raw: Raw, *, is_half: bool = False) -> Iterator[Record]:
        record = build(raw, self.words, position=self.parsed + 1, findings=self.findings)
        if not record.title and not record.has_identifier:
            if is_half:
                self.findings.left_out += 1
                self.findings.note("left-out", raw.line)
                return
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
        if is_half:
            self.halves += 1
        else:
            self.last_whole = record.line, record.title
        yield record

    def _prove(self) -> None:
        self.findings.settle_cuts(self._read_so_far(), anyway=self.anyway)
        self.findings.raise_faults()
        self.started = count_starts(self.text, self.format, self.header) - self.findings.left_out
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

    def _read_so_far(self) -> str:
        """How much was read, and where it ends; for the operator to compare."""
        whole = self.parsed - self.halves
        if not whole:
            return "No whole record was read."
        line, title = self.last_whole
        said = f" ({shorten(title)})" if title else ""
        count = (
            "One whole record was read; it" if whole == 1 else f"{whole:,} whole records were read; the last of them"
        )
        return f"{count} begins at line {line:,}{said}."


def _head(text: Text) -> bytes:
    with io.FileIO(text.path) as file:
        head = b""
        while not head.strip() and (more := file.read(HEAD)):
            head = more  # past any blank lines at the top
        return head


def iter_records(path: Path, *, anyway: bool = False) -> Iterator[Record]:
    """The records of an export, one at a time, in memory that does not grow with the file.

    Parameters
    ----------
    path : Path
        The export, in any format that `sniff` knows.
    anyway : bool
        As for `read_export`.

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
    yield from _Reading(Path(path), anyway=anyway).records()


def read_export(path: Path, *, anyway: bool = False) -> Import:
    """A whole export, with the proof that no record was lost.

    Parameters
    ----------
    path : Path
        The export, in any format that `sniff` knows; only read, never changed.
    anyway : bool
        Use a file that seems to be cut off at its end; a note then says so. Its last record is kept as far as it goes,
        without the value that breaks off if that is no title or abstract, and left out if it says nothing of itself yet.

    Returns
    -------
    Import
        ``started == parsed == len(records)``.

    Raises
    ------
    ReviewError
        The file is no export, is broken, seems to be cut off, or a record was lost: each fault with the line where the
        record begins and what to do.
    """
    reading = _Reading(Path(path), anyway=anyway)
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
