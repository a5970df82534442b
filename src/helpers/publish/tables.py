"""Tables of pages as rows of cells: read from Markdown, written as CSV, as Markdown, and as typed cells."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from helpers import markup, numbers

NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
AMOUNT = re.compile(r"[<>]?\d[\d,.]*(?:%| of \d)")  # "83% (73% to 90%)", "68 of 82"
# Columns of drawn rows in the order in which people read them; any other follows as it comes.
LEADING = (
    *("label", "study", "group", "treatment", "measure", "condition", "kind", "detail", "patients"),
    *("count", "share", "events", "total", "percent_printed", "low", "high", "unit"),
    *("method", "ci", "validity", "definition", "left_out", "is_primary", "k", "weight", "tau2", "i2"),
)
CLOSING = ("row_id", "comparison_id")
WORDS = {
    "row_id": "evidence row",
    "comparison_id": "evidence row",
    "share": "share (interval)",
    "method": "model",
    "ci": "interval by",
    "is_primary": "primary",
    "left_out": "study left out",
    "percent_printed": "printed percentage",
    "k": "studies",
    "i2": "I² (%)",
    "tau2": "tau²",
    "weight": "weight (%)",
    "known_slip": "† known slip",
}
# What serves the machinery; the files that go with a figure have it.
UNSHOWN = frozenset(
    (
        *("added_in", "retired_in", "adds_up_to", "section", "source_id", "study_id", "refs", "level", "locator"),
        *("how_obtained", "comparable", "note", "rank", "as_printed", "is_exact", "n_left_out", "box", "group_no"),
    )
)
# What the title of a figure says where it is the same in every row, and the label of a row where it has one.
CONTEXT = frozenset(
    (
        *("condition", "treatment", "measure", "detail", "definition", "regimen"),
        *("line", "unit", "kind", "schedule", "route"),
    )
)
DIGITS = 2  # that a small computed value is shown with; from 10 on with one decimal. The files have all digits
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes what begins so for a formula


HEAD = re.compile(r"<thead>\s*<tr([^>]*)>((?:(?!</tr>).)*data-under=.*?)</tr>\s*</thead>", re.S)
HEAD_CELL = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.S)
UNDER = re.compile(r'<span data-under="([^"]*)">(.*?)</span>', re.S)


def with_spanners(page: str) -> str:
    """A finished page with headings over several columns where tables ask for them; Markdown tables cannot hold them.

    Parameters
    ----------
    page : str
        HTML; heads of columns that stand under one heading are ``<span data-under="that heading">``, as `wording.markdown_table`
        writes them.
    """
    return HEAD.sub(_two_rows, page) if "data-under=" in page else page


def _two_rows(head: re.Match[str]) -> str:
    cells = [(attributes, text, UNDER.search(text)) for attributes, text in HEAD_CELL.findall(head[2])]
    upper, lower = [], []
    for spanner, group in groupby(cells, key=lambda cell: cell[2] and cell[2][1]):
        members = list(group)
        if spanner:
            upper.append(f'<th class="spanner" scope="colgroup" colspan="{len(members)}">{spanner}</th>')
            lower += [f"<th{attributes}>{under[2]}</th>" for attributes, _, under in members if under]
        else:
            upper += [f'<th{attributes} rowspan="2">{text}</th>' for attributes, text, _ in members]
    rows = [f"<tr{head[1]}>\n" + "\n".join(row) + "\n</tr>" for row in (upper, lower)]
    return "\n".join(["<thead>", *rows, "</thead>"])


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


def readable(records: Sequence[Mapping[str, Any]], named: Mapping[str, str] | None = None) -> list[list[str]]:
    """Drawn rows for people: a count and a share in one cell each, in reading order, without what serves machines.

    A column that few rows have is a remark on these rows; one that says the same in every row is in the title of the
    figure, and what a row is about in its label. The files have all of them.

    Parameters
    ----------
    records : sequence of mapping
        Rows drawn.
    named : mapping of str to str, optional
        What people call the studies, by their ids.
    """
    told = [_joined(record, named or {}) for record in records]
    names = [name for name in dict.fromkeys(n for record in told for n in record) if name not in UNSHOWN]
    names = [n for n in names if n == "known_slip" or 2 * sum(n in record for record in told) > len(told)]
    names = [name for name in names if name not in CONTEXT or not ("label" in names or _is_constant(told, name))]
    middle = [name for name in names if name not in LEADING and name not in CLOSING]
    ordered = [name for name in (*LEADING, *middle, *CLOSING) if name in names]
    if "label" not in names and "share" in names:  # then the share is what a row is known by
        ordered.sort(key=lambda name: (name != "share", name == "count"))
    header, *body = from_records([{name: _rounded(record.get(name)) for name in ordered} for record in told]) or [[]]
    return [[_heading(name) for name in header], *body] if header else []


def _joined(record: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    """Events and their total as one count, an estimate and its limits as one share, studies by their names."""
    told = dict(record)
    if left_out := told.get("left_out"):
        told["left_out"] = "; ".join(named.get(study, study) for study in str(left_out).split("; "))
    if told.get("events") is not None and told.get("total") is not None:
        told["count"] = f"{numbers.whole(told.pop('events'))} of {numbers.whole(told.pop('total'))}"
    if all(isinstance(told.get(name), (int, float)) for name in ("estimate", "ci_low", "ci_high")):
        limits = numbers.interval(told.pop("ci_low"), told.pop("ci_high"))
        told["share"] = f"{numbers.percent(told.pop('estimate'))} ({limits})"
        told.pop("percent_printed", None)
    return told


def _is_constant(records: Sequence[Mapping[str, Any]], name: str) -> bool:
    return len({record[name] for record in records if record.get(name) is not None}) < 2


def _heading(name: str) -> str:
    words = WORDS.get(name, name.replace("_", " "))
    return words if words.startswith("tau") else words[:1].upper() + words[1:]


def _rounded(value: Any) -> Any:
    if not isinstance(value, float) or not math.isfinite(value) or value.is_integer():  # counts stay whole
        return value
    return float(numbers.rounded(value, 1)) if abs(value) >= 10 else float(f"{value:.{DIGITS}g}")


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
        text = markup.literal(cell)
        return f"[{text}]({link}{cell})" if cell in known else text

    header, *body = rows
    numeric = [all(_is_amount(row[column]) for row in body if row[column]) for column in range(len(header))]
    lines = [
        "| " + " | ".join(shown(name) for name in header) + " |",
        "|" + "|".join("--:" if right else ":--" for right in numeric) + "|",
        *["| " + " | ".join(shown(cell) for cell in row) + " |" for row in body],
    ]
    return "\n".join(lines)


def _is_number(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell))


def _is_amount(cell: str) -> bool:
    return _is_number(cell) or bool(AMOUNT.match(cell))


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
