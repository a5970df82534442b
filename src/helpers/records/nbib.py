"""MEDLINE's tagged format: PubMed's NBIB, and the tagged exports of Ovid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, pairwise

from helpers.records.building import Raw
from helpers.records.findings import Findings

_HEAD = 2000  # lines that show the habits of a file
_OVID_START = re.compile(r"<\s*(\d+)\s*\.?\s*>\s*")
_OVID_SOURCE = re.compile(r"(?P<JT>.+?)\.\s+(?P<VI>\d+)\s*\((?P<IP>[^)]*)\)(?::\s*(?P<PG>[^,;\s]+))?[,;.].*")


def parse(lines: Iterable[str], findings: Findings) -> Iterator[Raw]:
    """Records of a MEDLINE file, one at a time.

    A record begins with its ``PMID`` line, in Ovid's exports with its running number ``<1. >`` (or, in their older form,
    with ``UI``; in ERIC's with ``OWN``), and ends where the next one begins. An indented line goes on with the value above it; a line that is
    neither tagged nor indented does so too unless an empty line stands in front of it. The format has no mark for the end
    of a record; whether the last one is whole shows only beside the others. PubMed keeps the blank at which it breaks a
    line, so a line of its that ends with a hyphen was broken at the hyphen and is joined without a blank.

    Parameters
    ----------
    lines : iterable of str
        Without line ends.
    findings : Findings
        Is told what was passed over or found to be broken.

    Yields
    ------
    Raw
    """
    record: Raw | None = None
    start = ""  # what opens a record of this file: "<", "PMID" or "UI"
    pieces: list[str] = []
    after_blank = True
    has_strayed = False
    numbered = 0
    lines = iter(lines)
    head = list(islice(lines, _HEAD))
    keeps_blanks = any(above[-1:] == " " and below[:6].isspace() for above, below in pairwise(head))
    for number, line in enumerate(chain(head, lines), start=1):
        tag = _tag(line)
        opens_ovid = _OVID_START.fullmatch(line) if line.startswith("<") else None
        if opens_ovid:
            said = int(opens_ovid[1])
            if numbered and said > numbered + 1:
                findings.note("gap", number, f"{said} after {numbered}")
            numbered = said
        opening = "<" if opens_ovid else tag if tag in ("PMID", "UI") or line.startswith("OWN - ERIC") else ""
        if opening and opening == (start or opening):
            start = opening
            if record:
                _close(record, pieces, keeps_blanks)
                yield _finished(record, start)
            record = Raw(number)
        if tag:
            if record is None:
                if not has_strayed:
                    _stray(number, line, findings)
                has_strayed = True  # told once, not for every line
            else:
                _close(record, pieces, keeps_blanks)
                record.last = tag
                pieces.append(line[5:].lstrip())
        elif line.strip() and not opens_ovid:
            if record and pieces and (line[:2].isspace() or not after_blank):
                pieces.append(line.lstrip())
            else:
                findings.note("between", number, line)
        after_blank = not line.strip()
    if record:
        _close(record, pieces, keeps_blanks)
        yield _finished(record, start)


def _tag(line: str) -> str:
    """The tag of a line: up to four characters, then a hyphen in the fifth column."""
    if line[4:5] != "-" or line[5:6] not in ("", " ") or line[:1].isspace():
        return ""
    tag = line[:4].rstrip()
    return tag if len(tag) > 1 and tag.isalnum() and tag.isupper() else ""


def _close(record: Raw, pieces: list[str], keeps_blanks: bool) -> None:
    """Put the value that was being read into the record."""
    if not pieces:
        return
    if keeps_blanks:
        pieces[:-1] = [piece if piece.endswith("-") else piece.rstrip() + " " for piece in pieces[:-1]]
        record.add(record.last, "".join(pieces).strip())
    else:
        record.add(record.last, " ".join(map(str.strip, pieces)))
    pieces.clear()


def _finished(record: Raw, start: str) -> Raw:
    """Ovid names the journal, volume, issue and pages only within the printed source."""
    source = record.fields.get("SO", [""])[0]
    if start != "PMID" and source and "JT" not in record.fields and "JN" not in record.fields:
        found = _OVID_SOURCE.fullmatch(source)
        parts = found.groupdict() if found else {"JT": source.split(". ", 1)[0]}
        for tag, value in parts.items():
            if value and tag not in record.fields:
                record.fields[tag] = [value]
    return record


def _stray(number: int, line: str, findings: Findings) -> None:
    findings.fault(
        number,
        "record-without-start",
        "Fields stand here that belong to no record: the line that begins a record (PMID, or <1. > in Ovid) is missing.",
        value=line,
    )
