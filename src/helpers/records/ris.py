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
_FIELD = {"  ": re.compile(r"([A-Z][A-Z0-9])  -(.*)"), " ": re.compile(r"([A-Z][A-Z0-9]) {1,2}-(.*)")}
_PAGE_HEADER = re.compile(r"\s*(?:-+\s*)?(?:page|seite)\s+\d+(?:\s*(?:/|of|von)\s*\d+)?(?:\s*-+)?\s*", re.IGNORECASE)
# Rayyan glues fields of Embase.com together: "10.1000/sheep     LK  - https://...".
_GLUED = re.compile(r"(?<!\s)\s{3,}+(?=[A-Z][A-Z0-9]  - )")


# What platforms write in front of a record: Ovid its number, Cochrane its number of all.
_NUMBER = re.compile(r"\s*(?:(\d{1,7})\.|Record #(\d{1,7}) of (\d{1,7}))\s*")
_COCHRANE = ("Provider: ", "Content: ")


def parse(lines: Iterable[str], findings: Findings, ends_mid_line: bool = False) -> Iterator[Raw]:
    """Records of a RIS file, one at a time.

    A record begins with its ``TY`` line and ends with ``ER`` and nothing behind it, or where the next one begins; a line
    of an abstract that happens to begin with ``ER`` does not end it. Fields that stand in front of ``TY`` belong to the
    record if they hold its title (as some tools write it). Fields that belong to no record are a fault.

    Parameters
    ----------
    lines : iterable of str
        Without line ends.
    findings : Findings
        Is told what was repaired, passed over or found to be broken.
    ends_mid_line : bool
        Whether the file's last line has no end: then text behind the last record is what is left of a next one.

    Yields
    ------
    Raw
    """
    record: Raw | None = None
    numbers = _Numbers(findings)
    number, line, ends_with = 0, "", ""
    has_start = False
    is_adopted = False  # fields in front of TY were taken for the record's own
    field = _FIELD["  "]
    pieces: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.startswith("TY") and (start := _START.match(line)):
            field = _FIELD["  "] if start[1] == "  " else field if has_start else _FIELD[" "]
        found = field.match(line) if line[2:4] in ("  ", " -") else None
        if found and found[1] == "ER" and found[2].strip():
            found = None  # "ER  - positive cells" is text
        if not found:
            if line.strip() and not (record is None and numbers.take(line, number)):
                _text(line, number, record if has_start else None, pieces, findings)
            continue
        tag, value = found.groups()
        ends_with = line
        if record:
            _close(record, pieces)
        if tag == "ER":
            if record and has_start and not (is_adopted and _has_two_titles(record)):
                record.is_closed = True
                yield record
            elif record:
                _stray(record, findings)
            record, has_start, is_adopted = None, False, False
            continue
        if tag == "TY":
            if record and has_start:
                findings.note("no-end", record.line)
                yield record
                record = None
            elif record and not {"TI", "T1"} & record.fields.keys():
                _stray(record, findings)
                record = None
            is_adopted = record is not None
            has_start = True
            numbers.are_used()
        record = record or Raw(number, is_closed=False)
        value, *glued = _GLUED.split(value) if "  - " in value else (value,)
        record.last = tag
        pieces.append(value.strip())
        for part in glued:
            _close(record, pieces)
            record.last = part[:2]
            pieces.append(part[5:].strip())
    if record:
        _close(record, pieces)
        if has_start:
            yield record
        else:
            _stray(record, findings)
    elif ends_mid_line and line.strip() and line != ends_with:
        findings.cut(number, "record-is-whole", "the last line belongs to no record and has no end", value=line)
    else:
        numbers.check_end(number)


class _Numbers:
    """Running numbers in front of records: one that is missing, or has no record behind it, shows what was lost.

    Parameters
    ----------
    findings : Findings
        Is told of both.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._last, self._of = 0, 0
        self._waits = False

    def take(self, line: str, number: int) -> bool:
        """Whether a line outside of records is such a number, or goes with one."""
        found = _NUMBER.fullmatch(line)
        if not found:
            return self._waits and line.startswith(_COCHRANE)
        said = int(found[1] or found[2])
        if self._last and said > self._last + 1:
            self._findings.note("gap", number, f"{said} after {self._last}")
        self._last, self._of, self._waits = said, int(found[3] or 0), True
        return True

    def are_used(self) -> None:
        """A record begins."""
        self._waits = False

    def check_end(self, number: int) -> None:
        """At the end of the file: a number without a record, or one that is not the last of all, shows a cut."""
        if self._waits:
            why = f"number {self._last:,} stands here, but no record behind it"
        elif self._last < self._of:
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
