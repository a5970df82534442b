"""Tables of pages as rows of cells: read from Markdown, written as CSV, as Markdown, and as typed cells."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
# Columns of drawn rows in the order in which people read them; any other follows as it comes.
LEADING = (
    *("row_id", "comparison_id", "study", "label", "group", "condition", "treatment", "measure", "detail"),
    *("method", "ci", "is_primary", "left_out", "validity", "definition"),
)
CLOSING = (
    "k",
    "events",
    "total",
    "percent_printed",
    "estimate",
    "ci_low",
    "ci_high",
    "low",
    "high",
    "unit",
    "tau2",
    "i2",
)
WORDS = {
    "row_id": "evidence row",
    "ci": "interval",
    "ci_low": "interval, low",
    "ci_high": "interval, high",
    "k": "studies",
}
WORDS |= {"is_primary": "primary", "percent_printed": "printed percentage", "comparison_id": "evidence row"}
# What serves the machinery; the files that go with a figure have it.
UNSHOWN = frozenset(
    [
        "added_in",
        "retired_in",
        "adds_up_to",
        "section",
        "source_id",
        "study_id",
        "refs",
        "level",
        "locator",
        "how_obtained",
        "comparable",
        "note",
        "rank",
        "as_printed",
        "is_exact",
        "n_left_out",
    ]
)
DIGITS = 4  # that a computed share is shown with; the files have all of them
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


def readable(records: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Drawn rows for people: columns in reading order, those of the machinery left out, long fractions rounded."""
    names = dict.fromkeys(name for record in records for name in record if name not in UNSHOWN)
    middle = [name for name in names if name not in LEADING and name not in CLOSING]
    ordered = [name for name in (*LEADING, *middle, *CLOSING) if name in names]
    return from_records([{name: _rounded(record.get(name)) for name in ordered} for record in records])


def _rounded(value: Any) -> Any:
    is_fraction = isinstance(value, float) and math.isfinite(value) and not value.is_integer()  # counts stay whole
    return float(f"{value:.{DIGITS}g}") if is_fraction else value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
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
        "| " + " | ".join(shown(WORDS.get(name, name.replace("_", " "))) for name in header) + " |",
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
