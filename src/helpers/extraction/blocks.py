"""Which sheet or file is which table of a form, and what the form says about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.dictionary import Table
from helpers.extraction import words
from helpers.extraction.forms import ABOUT, CODES, HELP, KNOWN, REPORTS
from helpers.extraction.grids import Grid, Odd, column, read_grids
from helpers.extraction.plan import SHOWN, asked_columns
from helpers.extraction.workbook import LISTS, START
from helpers.faults import Fault

BESIDE = {
    START,
    LISTS,
    *(name.removesuffix(".csv") for name in (ABOUT, REPORTS, HELP, CODES, KNOWN)),
}  # hold no rows to read
Cells = tuple[str | Odd, ...]


@dataclass(frozen=True)
class About:
    """What a form says about itself; empty where it says nothing.

    Attributes
    ----------
    update_id, extractor, name : str
        Update it belongs to, whose form it is (``a`` or ``b``), and who filled it in.
    """

    update_id: str = ""
    extractor: str = ""
    name: str = ""


@dataclass(frozen=True)
class Block:
    """The rows of one table, wherever they stood.

    Attributes
    ----------
    table : Table
        From the dictionary.
    label : str
        What to call the place in faults.
    line : int
        Line of the header.
    header : tuple of str
        Columns, without the star of those that must be filled in.
    rows : tuple of (int, cells)
        Line and cells.
    """

    table: Table
    label: str
    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...]

    def records(self) -> list[tuple[int, dict[str, str | Odd]]]:
        """Rows by column."""
        return [(line, {name: column(cells, at) for at, name in enumerate(self.header)}) for line, cells in self.rows]


@dataclass(frozen=True)
class Form:
    """What came back: tables, what it says about itself, and whether it is a whole form or a single table."""

    blocks: tuple[Block, ...]
    about: About
    is_whole: bool


def read_blocks(path: Path, tables: Mapping[str, Table]) -> tuple[Form, list[Fault]]:
    """The tables of a form.

    Parameters
    ----------
    path : Path
        Folder of CSV files, workbook, or one CSV file; one file may hold several tables, each under its header.
    tables : mapping of str to Table
        Tables that a form has.

    Returns
    -------
    Form
    faults : list of Fault
        Files that cannot be read, sheets that are missing, unknown or changed.
    """
    grids, faults = read_grids(path)
    is_whole = path.is_dir() or len(grids) > 1
    if not grids:
        return Form((), About(), False), faults
    first = {START, ABOUT.removesuffix(".csv")} if is_whole else {grids[0].name.lower()}
    about = next((_about(g) for g in grids if g.name.lower() in first), About())
    blocks: list[Block] = []
    for grid in grids:
        if is_whole and grid.name.lower() in BESIDE:
            continue
        found = _named(grid, tables) if is_whole else _stacked(grid, tables)
        if not found:
            message = "this is no part of a form: neither its name nor its header is known"
            fix = f"Give the form as it was made; its tables are {', '.join(tables)}."
            faults.append(Fault(grid.label, 1, None, _first_words(grid), "form-unknown", message, fix))
        blocks += found
    if is_whole:
        present = {b.table.name for b in blocks}
        fix = "Put it back, with its header, even if it stays empty."
        faults += [
            Fault(path.name, None, name, None, "sheet-missing", f"the table {name} is missing", fix)
            for name in tables
            if name not in present
        ]
    faults += [f for block in blocks for f in _header_faults(block)]
    faults += _twice(blocks)
    return Form(tuple(blocks), about, {b.table.name for b in blocks} >= set(tables)), faults


def _first_words(grid: Grid) -> str | None:
    return words.shown(" ".join(map(_plain, grid.rows[0][1])))[:60] if grid.rows else None


def _plain(cell: str | Odd) -> str:
    return cell.text if isinstance(cell, Odd) else cell


def _names(cells: Cells) -> tuple[str, ...]:
    return tuple(_plain(cell).removesuffix("*").strip() for cell in cells)


def _about(grid: Grid) -> About:
    said = {_plain(cells[0]).lower(): _plain(column(cells, 1)) for _, cells in grid.rows}
    return About(said.get(words.UPDATE, ""), said.get(words.EXTRACTOR, ""), said.get(words.NAME, ""))


def _named(grid: Grid, tables: Mapping[str, Table]) -> list[Block]:
    """A sheet or file by its name; by its header where the name is none of ours."""
    table = tables.get(grid.name.lower())
    if table is None:
        return _stacked(grid, tables)
    if not grid.rows:
        return [Block(table, grid.label, 1, (), ())]
    (line, header), *rows = grid.rows
    return [Block(table, grid.label, line, _names(header), tuple(rows))]


def _stacked(grid: Grid, tables: Mapping[str, Table]) -> list[Block]:
    """Tables of one file by their headers, one below the other."""
    blocks: list[Block] = []
    for line, cells in grid.rows:
        names = _names(cells)
        if not blocks and names[0].lower() in (words.UPDATE, words.EXTRACTOR, words.NAME):
            continue
        table = _headed(names, tables) or (_nearly_headed(names, tables) if not blocks else None)
        if table is not None:
            blocks.append(Block(table, grid.label, line, names, ()))
        elif not blocks:
            return []
        else:
            last = blocks[-1]
            blocks[-1] = Block(last.table, last.label, last.line, last.header, (*last.rows, (line, cells)))
    return blocks


def _headed(names: Sequence[str], tables: Mapping[str, Table]) -> Table | None:
    """The table that a row is the header of."""
    return next((t for t in tables.values() if {f.name for f in asked_columns(t)} <= set(names)), None)


def _nearly_headed(names: Sequence[str], tables: Mapping[str, Table]) -> Table | None:
    """The table whose header this seems to be, with columns changed."""

    def share(table: Table) -> float:
        asked = {f.name for f in asked_columns(table)}
        return len(asked & set(names)) / len(asked)

    best = max(tables.values(), key=share, default=None)
    return best if best is not None and share(best) > 0.5 else None


def is_readable(block: Block) -> bool:
    """Whether the rows can be told apart by column: no column is missing or stands twice."""
    asked = {f.name for f in asked_columns(block.table)}
    return asked <= set(block.header) and len(set(block.header)) == len(block.header)


def _header_faults(block: Block) -> list[Fault]:
    asked = [f.name for f in asked_columns(block.table)]
    known = {f.name for f in block.table.fields} | set(SHOWN.get(block.table.name, ()))
    fix = f"Put the header back as it was; its columns are {', '.join(asked)}."
    wrong = [(name, "this column is missing") for name in asked if name not in block.header]
    wrong += [(name or "(empty)", "unknown column") for name in dict.fromkeys(block.header) if name not in known]
    wrong += [
        (name, "this column stands twice")
        for name in sorted({n for n in block.header if block.header.count(n) > 1})
        if name in known
    ]
    faults = [Fault(block.label, block.line, name, None, "columns", message, fix) for name, message in wrong]
    wide = [line for line, cells in block.rows if len(cells) > len(block.header)]
    more = "more cells than the header has columns"
    return faults + [
        Fault(block.label, line, None, None, "cells-per-row", more, "Quote cells that hold commas.") for line in wide
    ]


def _twice(blocks: Sequence[Block]) -> list[Fault]:
    faults = []
    for at, block in enumerate(blocks):
        first = next((b for b in blocks[:at] if b.table.name == block.table.name), None)
        if first is not None:
            message = f"the table {block.table.name} stands twice, first in {first.label}"
            faults.append(Fault(block.label, block.line, None, None, "sheet-twice", message, "Keep one of the two."))
    return faults
