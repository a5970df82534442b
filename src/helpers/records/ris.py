"""RIS, in every flavour: Embase.com, Ovid, EndNote, Zotero, Mendeley, Rayyan, Cochrane, Web of Science, Scopus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from helpers.records.building import Raw
from helpers.records.findings import Findings

#: Where an untagged line is one more value, not the rest of the last: EndNote writes lists so.
LISTS = frozenset({"AD", "DB", "KW", "L1", "L2", "L3", "L4", "N1", "SN", "UR"})
#: Fields of a few characters. An untagged line after them is something else, e.g. a sentence of the platform.
SHORT = frozenset(
    {"AN", "C2", "C5", "DA", "DO", "EP", "ID", "IS", "LA", "PM", "PY", "SP", "TY", "U2", "VL", "Y1", "Y2"}
)
LOOSE = "text without a tag"

_START = re.compile(r"TY( {1,2})-")
_FIELD = {
    "  ": re.compile(r"([A-Z][A-Z0-9]|PMC?ID|DOI)  -(.*)"),  # PsycNet writes the PMID so
    " ": re.compile(r"([A-Z][A-Z0-9]) {1,2}-(.*)"),
}
# Tags in lower case, behind blanks, or parted from the value by tabs or no-break blanks, where the first record begins so.
_LOOSE_START = re.compile(r"\s*(TY)[ \t\xa0]{1,3}[-\u2013]", re.IGNORECASE)
_LOOSE_FIELD = re.compile(r"\s{0,4}([A-Za-z][A-Za-z0-9])[ \t\xa0]{1,3}[-\u2013](?=[ \t\xa0]|$)[ \t\xa0]?(.*)")
_PAGE_HEADER = re.compile(r"\s*(?:-+\s*)?(?:page|seite)\s+\d+(?:\s*(?:/|of|von)\s*\d+)?(?:\s*-+)?\s*", re.IGNORECASE)
# Rayyan glues fields of Embase.com together: "10.1000/sheep     LK  - https://...".
_GLUED = re.compile(r"(?<!\s)\s{3,}+(?=[A-Z][A-Z0-9]  - )")


# What platforms write in front of a record: Ovid its number, Cochrane its number of all.
_NUMBER = re.compile(r"\s*(?:(\d{1,7})\.|Record #(\d{1,7}) of (\d{1,7}))\s*")
_COCHRANE = ("Provider: ", "Content: ")
# How a record or what stands in front of it begins: a last line that is less than this is what is left of one.
_BEGINNING = re.compile(
    r"[A-Z][A-Z0-9]? {0,2}-? ?|[A-Z][A-Z0-9]  -.*|\d{1,7}\.?|Rec(?:o(?:r(?:d.*)?)?)?|Pro[a-z]*:?|Con[a-z]*:?"
)


def parse(lines: Iterable[str], findings: Findings, ends_mid_line: bool = False) -> Iterator[Raw]:
    """Records of a RIS file, one at a time.

    A record begins with its ``TY`` line and ends with ``ER`` and nothing behind it, or where the next one begins; a line
    of an abstract that happens to begin with ``ER`` does not end it. Fields without a title that follow upon ``ER`` belong
    to the record above them (Ovid), those in front of ``TY`` to the one below (Rayyan, spreadsheets), as some tools write
    it; both are told. A title without ``TY`` is a record that lost its beginning, and a fault.

    Parameters
    ----------
    lines : iterable of str
        Without line ends.
    findings : Findings
        Is told what was repaired, passed over or found to be broken.
    ends_mid_line : bool
        Whether the file's last line has no end: then text behind the last record may be what is left of a next one.

    Yields
    ------
    Raw
    """
    reading = _Reading(findings)
    number, line = 0, ""
    for number, line in enumerate(lines, start=1):
        yield from reading.take(number, line)
    yield from reading.end(number, line, ends_mid_line=ends_mid_line)


class _Reading:
    """The record that is being read, the one above it, and the habits of the file.

    Parameters
    ----------
    findings : Findings
        Is told what was repaired, passed over or found to be broken.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._numbers = _Numbers(findings)
        self._above: Raw | None = None  # ended, and not yet given away: fields behind its end may follow
        self._record: Raw | None = None
        self._has_start = False
        self._adopted = 0  # fields in front of TY that were taken for the record's own
        self._places: list[tuple[int, str]] = []  # line and text of each of them
        self._after_blank = True
        self._is_loose = self._is_first = False
        self._in_front = False  # the first record has fields in front of TY: so have the others
        self._field = _FIELD["  "]
        self._pieces: list[str] = []
        self._last_field = ""

    def take(self, number: int, line: str) -> Iterator[Raw]:
        """One line; gives the records that are whole with it."""
        found = self._match(line)
        if not found:
            if not line.strip():
                self._after_blank = True
            elif self._has_start or not self._numbers.take(line, number):
                _text(line, number, self._record if self._has_start else None, self._pieces, self._findings)
                self._after_blank = True
            return
        tag, value = found
        self._last_field = line
        if self._record:
            _close(self._record, self._pieces)
        if tag == "ER":
            yield from self._end_record()
            self._after_blank = False
            return
        if tag == "TY":
            yield from self._begin_record(number)
        elif self._record is None:
            self._record = Raw(number, is_closed=False)
            self._is_first = self._after_blank
        if not self._has_start:
            self._places.append((number, line))
        assert self._record is not None
        value, *glued = _GLUED.split(value) if "  - " in value else (value,)
        self._record.last = tag
        self._pieces.append(value.strip())
        for part in glued:
            _close(self._record, self._pieces)
            self._record.last = part[:2]
            self._pieces.append(part[5:].strip())
        self._after_blank = False

    def _match(self, line: str) -> tuple[str, str] | None:
        """Tag and value of a line that has them."""
        if line.startswith("TY") and (start := _START.match(line)):
            self._field = _FIELD["  "] if start[1] == "  " else self._field if self._has_start else _FIELD[" "]
        elif self._above is None and not self._has_start and not self._is_loose and _LOOSE_START.match(line):
            self._is_loose = True
        found = (_LOOSE_FIELD if self._is_loose else self._field).match(line)
        if not found or (found[1].upper() == "ER" and found[2].strip()):
            return None  # "ER  - positive cells" is text
        return found[1].upper(), found[2]

    def _begin_record(self, number: int) -> Iterator[Raw]:
        record = self._record
        if record and self._has_start:
            self._findings.note("no-end", record.line)
            yield record
            record = None
        elif record and self._above and not (self._is_first or self._in_front or {"TI", "T1"} & record.fields.keys()):
            self._join(self._above, record)  # fields right below the end of a record, none of them a title
            record = None
        if self._above:
            yield self._above
            self._above = None
        if record and not {"TI", "T1"} & record.fields.keys():
            self._tell("before-start")
            self._in_front = True
        self._adopted = sum(map(len, record.fields.values())) if record else 0
        self._record = record or Raw(number, is_closed=False)
        self._has_start, self._places = True, []
        self._numbers.are_used()

    def _end_record(self) -> Iterator[Raw]:
        record = self._record
        self._record = None
        if record and self._has_start and not (self._adopted and _has_two_titles(record)):
            record.is_closed = True
            if self._above:
                yield self._above
            self._above = record
        elif record and not self._has_start and self._above and not {"TI", "T1"} & record.fields.keys():
            self._join(self._above, record)  # an end in the middle of a record
        elif record:
            _stray(record, self._findings)
        self._has_start, self._adopted, self._places = False, 0, []

    def _join(self, above: Raw, fields: Raw) -> None:
        """Add fields to the record above them."""
        self._tell("behind-end")
        for name, values in fields.fields.items():
            above.fields.setdefault(name, []).extend(values)
        self._places = []

    def _tell(self, kind: str) -> None:
        for number, line in self._places:
            self._findings.note(kind, number, line)

    def end(self, number: int, line: str, *, ends_mid_line: bool) -> Iterator[Raw]:
        """The last records; what is left of a next one shows a cut."""
        record = self._record
        if record:
            _close(record, self._pieces)
            if not self._has_start and self._above and not {"TI", "T1"} & record.fields.keys():
                self._join(self._above, record)
                record = None
            elif not self._has_start:
                _stray(record, self._findings)
                record = None
        if self._above:
            yield self._above
        if record:
            yield record
        elif ends_mid_line and line.strip() and line != self._last_field and _BEGINNING.fullmatch(line):
            why = "the last line belongs to no record and has no end"
            self._findings.cut(number, "record-is-whole", why, value=line)
        elif not self._record:
            self._numbers.check_end(number)


class _Numbers:
    """Running numbers in front of records: one that is missing, or has no record behind it, shows what was lost.

    Parameters
    ----------
    findings : Findings
        Is told of both.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._first, self._last, self._of = 0, 0, 0
        self._waits, self._gaps = False, list[tuple[int, str]]()

    def take(self, line: str, number: int) -> bool:
        """Whether a line outside of records is such a number, or goes with one."""
        found = _NUMBER.fullmatch(line)
        if not found:
            return self._waits and line.startswith(_COCHRANE)
        said = int(found[1] or found[2])
        if self._last and said > self._last + 1:
            self._gaps.append((number, f"{said} after {self._last}"))
        self._first = self._first or said
        self._last, self._of, self._waits = said, int(found[3] or 0), True
        return True

    def are_used(self) -> None:
        """A record begins."""
        self._waits = False

    def check_end(self, number: int) -> None:
        """At the end of the file: a number without a record, or one that is not the last of all, shows a cut.

        Where the first number is not 1 somebody has chosen records, and further numbers may lack too.
        """
        is_selection = self._first > 1
        if is_selection:
            self._findings.note(
                "selection", number, f"number {self._last:,}" + (f" of {self._of:,}" if self._of else "")
            )
        else:
            for line, gap in self._gaps:
                self._findings.note("gap", line, gap)
        if self._waits:
            why = f"number {self._last:,} stands here, but no record behind it"
        elif self._last < self._of and not is_selection and not self._gaps:
            why = f"the last record is number {self._last:,} of {self._of:,}"
        else:
            return
        self._findings.cut(number, "record-is-whole", why)


def _has_two_titles(record: Raw) -> bool:
    return sum(len(record.fields.get(tag, ())) for tag in ("TI", "T1")) > 1


def _close(record: Raw, pieces: list[str]) -> None:
    """Put the value that was being read into the record."""
    if pieces:
        record.add(record.last, " ".join(pieces))
        pieces.clear()


def _text(line: str, number: int, record: Raw | None, pieces: list[str], findings: Findings) -> None:
    """A line without a tag: the rest of a value, one more value, or nothing of ours."""
    if record is None:
        findings.note("between", number, line)
    elif _PAGE_HEADER.fullmatch(line):
        findings.note("page-header", number, line)
    elif line[:1].isspace() or record.last not in LISTS | SHORT:
        pieces.append(line.strip())
    elif record.last in LISTS:
        tag = record.last
        _close(record, pieces)
        record.last = tag
        pieces.append(line.strip())
    else:
        record.fields.setdefault(LOOSE, []).append(line.strip())


def _stray(record: Raw, findings: Findings) -> None:
    findings.fault(
        record.line,
        "record-without-start",
        "Fields stand here that belong to no record: a line with TY is missing in front of them, "
        "or a line with ER stands in the middle of a record.",
        value=next(iter(record.fields.values()))[0] if record.fields else None,
        fix="Look at the line: put the record's TY line in front of it, or remove the wrong ER line. Or export again.",
    )
