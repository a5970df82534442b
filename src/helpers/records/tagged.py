"""Two plain line formats: Web of Science's (a tag of two characters) and EndNote's (``.enw``: a percent sign and a letter)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from helpers.records.building import Raw
from helpers.records.findings import Findings

#: Where each further line of Web of Science is one more value.
LISTS = frozenset({"AU", "AF", "BA", "BE", "BF", "C1", "CA", "CR", "ED", "GP"})


def parse_wos(lines: Iterable[str], findings: Findings) -> Iterator[Raw]:
    """Records of a Web of Science file, one at a time: from ``PT`` to ``ER``.

    Parameters
    ----------
    lines : iterable of str
        Without line ends.
    findings : Findings
        Is told what was repaired or passed over.

    Yields
    ------
    Raw
    """
    record: Raw | None = None
    pieces: list[str] = []
    number, begun, ended = 0, False, False  # the lines FN and EF, which Web of Science writes first and last
    for number, line in enumerate(lines, start=1):
        tag, value = line[:2], line[3:].strip()
        is_tag = len(tag) == 2 and tag.isalnum() and tag.isupper() and line[2:3] in ("", " ")
        if record and is_tag:
            _close(record, pieces)
        if tag == "PT" and is_tag:
            if record:
                findings.note("no-end", record.line)
                yield record
            record = Raw(number, is_closed=False)
        if is_tag and tag == "ER" and not value:
            if record:
                record.is_closed = True
                yield record
            record = None
        elif record is None:
            begun = begun or tag == "FN"
            ended = tag == "EF" or (ended and not line.strip())
            if line.strip() and tag not in ("FN", "VR", "EF"):
                findings.note("between", number, line)
        elif is_tag:
            record.last = tag
            pieces.append(value)
        elif line.strip():
            pieces.append(line.strip())
    if record:
        _close(record, pieces)
        yield record
    if begun and not ended:
        why = "the line that ends such a file (EF) is missing"
        findings.cut(record.line if record else number, "record-is-whole", why)


def _close(record: Raw, pieces: list[str]) -> None:
    if pieces and record.last in LISTS:
        record.fields.setdefault(record.last, []).extend(pieces)
    elif pieces:
        record.add(record.last, " ".join(pieces))
    pieces.clear()


def parse_enw(lines: Iterable[str], findings: Findings) -> Iterator[Raw]:
    """Records of a file in EndNote's tagged format (or that of refer), one at a time.

    A record begins with ``%0``; where a tool writes none, or not first, with the title or author behind a blank line.

    Parameters
    ----------
    lines : iterable of str
        Without line ends.
    findings : Findings
        Is told what was passed over.

    Yields
    ------
    Raw
        Names are the percent sign and the letter.
    """
    record: Raw | None = None
    pieces: list[str] = []
    after_blank = True
    for number, line in enumerate(lines, start=1):
        is_tag = line[:1] == "%" and len(line) > 1 and not line[1].isspace() and line[2:3] in ("", " ", "\t")
        if is_tag and record:
            _close(record, pieces)
        if is_tag and (record is None or _begins_next(record, line[:2], after_blank=after_blank)):
            if record:
                yield record
            record = Raw(number)
        if record is None:
            if line.strip():
                findings.note("between", number, line)
        elif is_tag:
            record.last = line[:2]
            pieces.append(line[3:].strip())
        elif line.strip():
            pieces.append(line.strip())
        after_blank = not line.strip()
    if record:
        _close(record, pieces)
        yield record


def _begins_next(record: Raw, tag: str, *, after_blank: bool) -> bool:
    if tag == "%0":
        return after_blank or "%0" in record.fields
    return after_blank and tag in ("%T", "%A") and "%T" in record.fields
