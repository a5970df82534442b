"""Tables of pages as rows of cells: read from Markdown, written as CSV, as Markdown, and as typed cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes what begins so for a formula


def pipe_rows(markdown: str) -> list[list[str]]:
    """Cells of the first pipe table of a Markdown text, without links and marks; empty when there is none."""
    rows: list[list[str]] = []
    for line in markdown.splitlines():
        if not line.lstrip().startswith("|"):
            if rows:
                break
            continue
        cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
        if len(rows) == 1 and all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in cells):
            continue
        rows.append([_unmarked(cell) for cell in cells])
    return rows


def _unmarked(cell: str) -> str:
    text = re.sub(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", cell.strip())
    text = re.sub(r"<br\s*/?>", "; ", text)
    text = re.sub(r"</?[a-z][^>]*>", "", text)
    return re.sub(r"(?<!\\)[*`]", "", text).replace("\\|", "|").replace("\\", "")


def from_records(records: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Header and rows of records; columns in the order in which they first appear, those without any value left out."""
    kept = list(records)
    names = dict.fromkeys(name for record in kept for name in record)
    used = [name for name in names if any(_cell(record.get(name)) for record in kept)]
    return [used, *[[_cell(record.get(name)) for name in used] for record in kept]] if used else []


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def to_markdown(rows: Sequence[Sequence[str]], *, link: str, known: Collection[str]) -> str:
    """A pipe table; a cell that names a known row links to it.

    Parameters
    ----------
    rows : sequence of sequence of str
        Header first.
    link : str
        What stands before the name of a row in a link.
    known : collection of str
        Names of rows.
    """

    def shown(cell: str) -> str:
        text = re.sub(r"([\\`*_\[\]<>|@$^~])", r"\\\1", " ".join(cell.split()))
        return f"[{text}]({link}{cell})" if cell in known else text

    header, *body = rows
    numeric = [all(_is_number(row[column]) for row in body if row[column]) for column in range(len(header))]
    lines = [
        "| " + " | ".join(shown(name.replace("_", " ")) for name in header) + " |",
        "|" + "|".join("--:" if right else ":--" for right in numeric) + "|",
        *["| " + " | ".join(shown(cell) for cell in row) + " |" for row in body],
    ]
    return "\n".join(lines)


def _is_number(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell))


def to_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with LF. Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return buffer.getvalue().encode()


def harmless(cell: str) -> str:
    """The cell as text even for a spreadsheet; negative numbers stay numbers."""
    return "'" + cell if cell.startswith(FORMULA) and not _is_number(cell) else cell


def typed(rows: Sequence[Sequence[str]]) -> list[list[str | int | float | None]]:
    """Rows in which columns that hold nothing but numbers are numbers; empty cells are None.

    Parameters
    ----------
    rows : sequence of sequence of str
        Header first; it stays text.
    """
    if not rows:
        return []
    header, *body = rows
    width = max(len(row) for row in rows)
    filled = [[*row, *[""] * (width - len(row))] for row in body]
    numeric = {
        column
        for column in range(width)
        if any(row[column] for row in filled) and all(_is_number(row[column]) for row in filled if row[column])
    }
    return [
        list(header),
        *[[(number(c) if i in numeric else c) if c else None for i, c in enumerate(row)] for row in filled],
    ]


def number(text: str) -> int | float:
    """A number written with or without commas between the thousands."""
    plain = text.replace(",", "")
    return float(plain) if "." in plain else int(plain)
