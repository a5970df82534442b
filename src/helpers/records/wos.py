"""Web of Science's plain text: a tag of two characters, three blanks before the next line of a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from helpers.records.building import Raw
from helpers.records.findings import Findings

#: Where each further line is one more value.
LISTS = frozenset({"AU", "AF", "BA", "BE", "BF", "C1", "CA", "CR", "ED", "GP"})


def parse(lines: Iterable[str], findings: Findings) -> Iterator[Raw]:
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
