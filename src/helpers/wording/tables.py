"""Frames as Markdown tables, complete without scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.wording.text import Computed, Text

BAR = re.compile(r"(?<!\\)((?:\\\\)*)\|")  # one that no backslash has made text already


def markdown_table(
    frame: pd.DataFrame,
    *,
    align: str | None = None,
    notes: Sequence[str] = (),
    spanners: Mapping[str, Sequence[str]] | None = None,
    values: Iterable[Mapping[str, Any]] = (),
    name: str | None = None,
    base: str = "../",
) -> Text:
    """A frame as a Markdown pipe table, complete without scripts.

    Parameters
    ----------
    frame : DataFrame
        Cells are Markdown, or numbers as `computed`; missing cells show as an en dash. Text of the data becomes a cell through
        `markup.literal`. The index is not shown.
    align : str, optional
        One letter a column, ``l`` or ``r``; default left.
    notes : sequence of str
        Paragraphs below the table.
    spanners : mapping of str to sequence of str, optional
        Headings over several neighbouring columns, each with the names of its columns. They stand above the columns on
        finished pages; elsewhere the columns' own names must do.
    values, name
        As in `Text`; numbers as `computed` are added to the values.
    base : str
        Way to the site's root, for numbers as `computed`.

    Returns
    -------
    Text
        A sentence instead of a table when the frame has no rows.
    """
    if frame.empty:
        return Text("*No rows: the source states nothing here as of this update.*")
    cells = frame.to_numpy(dtype=object).ravel()
    values = [*values, *(cell.recorded() for cell in cells if isinstance(cell, Computed))]
    frame = frame.map(lambda cell: cell.link(base) if isinstance(cell, Computed) else cell)
    letters = align or "l" * len(frame.columns)
    widths = [_width([column, *frame[column]]) for column in frame.columns]
    rule = ["-" * n + ":" if letter == "r" else ":" + "-" * n for letter, n in zip(letters, widths, strict=True)]
    over = {column: spanner for spanner, columns in (spanners or {}).items() for column in columns}
    heads = [_head(str(column), over.get(column)) for column in frame.columns]
    lines = ["| " + " | ".join(heads) + " |", "|" + "|".join(rule) + "|"]
    for line in frame.itertuples(index=False):
        shown = ["–" if pd.isna(c) or str(c) == "" else BAR.sub(r"\1\\|", str(c)).replace("\n", " ") for c in line]
        lines.append("| " + " | ".join(shown) + " |")
    return Text("\n".join(lines) + "".join(f"\n\n{note}" for note in notes), values, name)


def _head(name: str, spanner: str | None) -> str:
    """A heading, with the one above it as an attribute that the publisher of pages understands."""
    return f'<span data-under="{html.escape(spanner)}">{name}</span>' if spanner else name


def _width(cells: Sequence[Any]) -> int:
    """Dashes below a column: Pandoc and Quarto share the width of a wide table out in proportion to them."""
    told = [re.sub(r"\\(?=\W)", "", str(cell)) for cell in cells if not pd.isna(cell)]
    shown = [re.sub(r"\]\([^)]*\)|<[^>]*>|[\[`*]|\{[^}]*\}", "", cell) for cell in told]
    return min(max(5, *(len(text) for text in shown)), 36) if shown else 5
