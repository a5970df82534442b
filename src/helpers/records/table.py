"""Tables: of databases, registers and reference managers, by the names of their columns; and our own records.csv."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from helpers.records.building import Raw
from helpers.records.cells import unsafe_cell
from helpers.records.columns import KNOWN, Header, plain
from helpers.records.findings import Findings

_FORCED_TEXT = re.compile(r'\A\s*="([^"]*)"\s*\Z')  # ="2025": written so that a spreadsheet takes it for text

csv.field_size_limit(2**31 - 1)  # the module's own limit, 131,072 characters, is below some abstracts


def parse(lines: Iterable[str], header: Header, findings: Findings, *, ends_mid_line: bool) -> Iterator[Raw]:
    """Rows of a table as records, one at a time.

    Parameters
    ----------
    lines : iterable of str
        All lines of the file, without line ends.
    header : Header
        As `find_header` found it.
    findings : Findings
        Is told of rows that do not fit the header and of a cell that never ends.
    ends_mid_line : bool
        Whether the file's last line has no end: then a last row with too few cells was cut off.

    Yields
    ------
    Raw
        Names are those of the columns as `plain` spells them; where that is not a name we know, as the header does.
    """
    rows = _rows(lines, header, findings)
    if header.by_row:
        yield from _by_row(rows, findings)
        return
    names = [
        plain(name) if plain(name) in KNOWN else name or f"column {place}"
        for place, name in enumerate(header.names, start=1)
    ]
    is_ours = "record_id" in names
    held: tuple[int, list[str]] | None = None
    for begun, row in rows:
        if held:
            findings.note("short-row", held[0])
            yield _record(*held, names, is_ours)
            held = None
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            findings.fault(
                begun,
                "row-fits-header",
                f"The row has {len(row)} cells, the header {len(names)}.",
                value=" | ".join(row),
                fix="A cell that holds the delimiter or a line break must stand in quotes: export again.",
            )
        if len(names) > 2 and sum(map(bool, map(str.strip, row))) == 1:
            findings.note("single-cell", begun, "".join(row))
        if len(row) < len(names):
            held = begun, row  # whether it is the last one shows with the next
        else:
            yield _record(begun, row, names, is_ours)
    if held:
        if ends_mid_line:
            why = f"the last row has {len(held[1])} cells, the header {len(names)}"
            findings.cut(held[0], "row-is-whole", why, value=" | ".join(held[1]))
        elif not findings.is_cut(held[0]):
            findings.note("short-row", held[0])
        yield _record(*held, names, is_ours)


def _rows(lines: Iterable[str], header: Header, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    below = (line + "\n" for number, line in enumerate(lines, start=1) if number > header.line)
    reader = csv.reader(below, delimiter=header.delimiter, strict=False)
    says = re.compile(rf'[^\s"{header.delimiter}]')
    begun = header.line + 1
    last: list[str] = []
    open_at = 0
    for row in reader:
        # Blank lines are rows of no cells; a row begins where the one before it ended.
        if any(says.search(cell) for cell in row) or (row and row[-1].endswith("\n")):
            yield begun, row
            last, open_at = row, begun
        elif row:  # as spreadsheets write rows that somebody has emptied
            findings.note("empty-row", begun)
        begun = header.line + reader.line_num + 1
    if last and last[-1].endswith("\n"):  # only a quoted cell that was never closed ends so
        why = "the row that begins here has a quoted cell that never ends"
        if _holds_rows(last[-1], header):
            # Not cut off but a quote too few: to use it would take all the rest for one cell.
            findings.fault(open_at, "row-is-whole", f"{why[0].upper()}{why[1:]}; further rows seem to be within it.")
        else:
            findings.cut(open_at, "row-is-whole", why, value=" | ".join(last))


def _holds_rows(cell: str, header: Header) -> bool:
    fewest = max(2, len(header.names) - 1)
    return any(line.count(header.delimiter) >= fewest for line in cell.split("\n")[1:])


def _record(begun: int, row: list[str], names: list[str], is_ours: bool) -> Raw:
    raw = Raw(begun)
    for name, cell in zip(names, row, strict=False):
        raw.add(name, unsafe_cell(cell) if is_ours else _FORCED_TEXT.sub(r"\1", cell))
    return raw


def _by_row(rows: Iterable[tuple[int, list[str]]], findings: Findings) -> Iterator[Raw]:
    record: Raw | None = None
    for begun, row in rows:
        name, *values = row
        if name == "TITLE":
            if record:
                yield record
            record = Raw(begun)
        if record is None:
            findings.note("between", begun, ",".join(row))
            continue
        if name == "AUTHOR NAMES" and len(values) > 1:
            values = ["; ".join(value.strip(" ,") for value in values if value.strip())]
        for value in values:
            record.add(plain(name), value)
    if record:
        yield record
