"""What a third person decided where two extractions differ, and the worklist of what is left to decide."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.dictionary import Table
from helpers.extraction.cells import ODD
from helpers.extraction.grids import Odd, column, read_grids
from helpers.extraction.joint import Statement, differing
from helpers.extraction.words import is_formula, shown
from helpers.faults import Fault
from helpers.records import safe_cell

COLUMNS = ("table", "row_a", "column", "value_a", "value_chosen", "chosen", "reason")  # what a list must have
WHO = ("person", "decided_on")  # who decided and when: behind the others where decisions are kept, and not asked for
BESIDE = ("row_b", "value_b", "about", "locator_a", "locator_b")  # what the person who decides needs to see
CHOICES = ("a", "b", "other", "none")
HELP = (
    "# chosen: a or b takes what this extractor has; other takes what you write into value_chosen; leave it empty to decide later",
    "# a line without a column is about a whole row that one extractor alone has: a or b (whose it is) keeps it, none leaves it out",
    "# reason: why, in a few words; needed with every choice",
    "# look at the report, not at who is more often right; change nothing else on the list",
)
SUBJECT = ("study_id", "condition", "treatment", "measure", "kind", "quantity", "statistic", "item_id", "group")
Key = tuple[str, str, str]  # table, row as `Statement.key` names it, column or "" for the whole row


@dataclass(frozen=True)
class Decision:
    """One line of decisions, with where it stands."""

    label: str
    line: int
    cells: Mapping[str, str]

    def fault(self, name: str, rule: str, message: str, fix: str) -> Fault:
        """A fault of this line."""
        return Fault(self.label, self.line, name, self.cells.get(name) or None, rule, message, fix)


def read_decisions(given: Path | pd.DataFrame) -> tuple[list[Decision], list[Fault]]:
    """Decisions of a file or a frame; lines in which nothing is chosen yet are left out.

    Parameters
    ----------
    given : Path or DataFrame
        Worklist or ``decisions.csv``: at least ``COLUMNS``.

    Returns
    -------
    decisions : list of Decision
        Those that say clearly what was chosen and why.
    faults : list of Fault
        A file that cannot be read, columns that are missing, choices that are none, reasons that are missing.
    """
    if isinstance(given, Path):
        grids, faults = read_grids(given)
        rows = [(g.label, line, list(cells)) for g in grids[:1] for line, cells in g.rows]
    else:
        faults = []
        lines = given.astype("string").fillna("").to_numpy().tolist()
        rows = [("decisions", at, list(map(str, line))) for at, line in enumerate([list(given.columns), *lines], 1)]
    if not rows:
        return [], faults
    label, first, header = rows[0]
    lacking = [name for name in COLUMNS if name not in header]
    if lacking:
        fix = f"The columns are {', '.join(COLUMNS)}."
        message = "this column is missing"
        return [], [*faults, *(Fault(label, first, name, None, "columns", message, fix) for name in lacking)]
    made = []
    for label, line, cells in rows[1:]:
        read = {str(name): column(cells, at) for at, name in enumerate(header)}
        if str(read["table"]).startswith("#"):
            continue
        refused = [(n, c) for n, c in read.items() if isinstance(c, Odd) or is_formula(c)]
        faults += [_odd(label, line, name, cell) for name, cell in refused]
        if read["chosen"] and not refused:
            said = {name: str(cell) for name, cell in read.items()}
            decision = Decision(label, line, said | {"chosen": said["chosen"].lower()})
            unclear = _unclear(decision)
            faults += unclear
            made += [] if unclear else [decision]  # what is unclear would be followed by faults of what came of it
    return made, faults


def _odd(label: str, line: int, name: str, cell: str | Odd) -> Fault:
    kind, text = (cell.kind, cell.text) if isinstance(cell, Odd) else ("formula", cell)
    rule, message, fix = ODD[kind]
    return Fault(label, line, name, shown(text), rule, message, fix)


def _unclear(decision: Decision) -> list[Fault]:
    faults = []
    chosen = decision.cells["chosen"]
    if chosen not in CHOICES:
        near = difflib.get_close_matches(chosen.lower(), CHOICES, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        faults.append(decision.fault("chosen", "choice", "not a choice", f"{hint}Choose a, b, other or none."))
    if not decision.cells["reason"]:
        faults.append(
            decision.fault("reason", "reason-required", "a decision needs its reason", "Say why, in a few words.")
        )
    return faults


def key_of(decision: Decision, statements: Mapping[tuple[str, str], Statement]) -> Key | None:
    """What a decision is about; None where there is no such row.

    Parameters
    ----------
    decision : Decision
        A line.
    statements : mapping of (table, row) to Statement
        By either reader's id; rows of the second reader as ``b:`` and the id.
    """
    cells = decision.cells
    row = cells["row_a"] or f"b:{cells.get('row_b') or (cells['value_chosen'] if not cells['column'] else '')}"
    found = statements.get((cells["table"], row))
    return (found.table, found.key, cells["column"]) if found else None


def open_lines(
    statements: Sequence[Statement], dictionary: Mapping[str, Table], decided: Mapping[Key, Decision]
) -> pd.DataFrame:
    """The worklist: cells that differ and rows of one reader only, as far as nobody has decided.

    Returns
    -------
    DataFrame
        ``COLUMNS`` and ``BESIDE``, all text. A row without ``column`` is about the row as a whole: ``a`` or ``b`` keeps
        it, ``none`` leaves it out; its id stands under ``value_chosen``.
    """
    lines = []
    for s in statements:
        about = ", ".join(text for name in SUBJECT if (text := s.row.get(name, "")) not in ("", "none"))
        places = [("" if row is None else row.get("locator", "")) for row in (s.a, s.b)]
        names = [""] if s.a is None or s.b is None else differing(dictionary[s.table], s)
        for name in names:
            if (s.table, s.key, name) in decided:
                continue
            value_a, value_b = ("" if row is None or not name else row[name] for row in (s.a, s.b))
            whole = (s.id_a or s.id_b) if not name else ""
            lines.append((s.table, s.id_a, name, value_a, whole, "", "", s.id_b, value_b, about, *places))
    return pd.DataFrame(lines, columns=[*COLUMNS, *BESIDE], dtype=object)


def worklist_csv(frame: pd.DataFrame, *, with_help: bool = False) -> str:
    """A worklist or table of decisions as CSV that a spreadsheet may open; with rows that say how to fill it in."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows([[line, *[""] * (len(frame.columns) - 1)] for line in HELP if with_help])
    writer.writerows([[safe_cell(str(cell)) for cell in row] for row in frame.to_numpy().tolist()])
    return stream.getvalue()
