"""Two extractions made one: what both agree on or a third person decided; while anything is open, nothing may merge."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.dictionary import Table, load_dictionary
from helpers.extraction import missing
from helpers.extraction.agreement import TableAgreement
from helpers.extraction.cells import broken_rules, typed
from helpers.extraction.decisions import COLUMNS, WHO, Decision, Key, key_of, open_lines, read_decisions
from helpers.extraction.joint import Extraction, Statement, differing, follow, lay_together, own_words, texts
from helpers.extraction.known import know
from helpers.extraction.naming import lasting_ids
from helpers.extraction.plan import ITEM, OWN_ID, STUDY, TABLES
from helpers.extraction.references import POINTS_AT
from helpers.faults import Fault, ReviewError

DROPPED = {
    "none": "both",
    "a": "b",
    "b": "a",
}  # a whole row is left out by `none`, or by choosing the reader without it


@dataclass(frozen=True)
class Reconciliation:
    """What two extractions of one update give.

    Attributes
    ----------
    tables : dict of str to DataFrame
        Rows that both agree on or that were decided, typed, with lasting ids; rows with anything open are not here.
    open : DataFrame
        The worklist of what nobody has decided: ``table``, ``row_a``, ``column``, ``value_a``, ``value_chosen``,
        ``chosen``, ``reason``, and what is needed to decide. Empty when everything is settled.
    decisions : DataFrame
        The decisions that were used, as ``decisions.csv`` holds them; with who decided and when, where that was given.
    agreement : list of TableAgreement
        How well the two agreed before anything was decided.
    faults : list of Fault
        Decisions that cannot be followed, and decided values that break the dictionary.
    is_copy : bool
        Whether the two are alike in every cell, own words included.
    """

    tables: dict[str, pd.DataFrame]
    open: pd.DataFrame
    decisions: pd.DataFrame
    agreement: list[TableAgreement]
    faults: list[Fault]
    is_copy: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether the rows may be merged."""
        return self.open.empty and not self.faults

    def settled(self) -> dict[str, pd.DataFrame]:
        """The tables, if everything is settled.

        Raises
        ------
        ReviewError
            Something is open, or a decision cannot be followed; everything at once.
        """
        if self.is_settled:
            return self.tables
        raise ReviewError(
            [*self.faults, *(_open_fault(row) for row in self.open.to_dict("records"))], "Not all is settled"
        )


def _open_fault(row: Mapping[Hashable, str]) -> Fault:
    name = row["row_a"] or row["row_b"]
    if row["column"]:
        message = f"{row['table']} {name}: the first extractor has {row['value_a']!r}, the second {row['value_b']!r}"
    else:
        message = f"{row['table']} {name}: only the {'first' if row['row_a'] else 'second'} extractor has this row"
    fix = "A third person decides in the worklist: a, b, other or none, with the reason."
    return Fault("decisions", None, row["column"] or None, None, "open", message, fix)


def reconcile(
    root: Path, a: Extraction, b: Extraction, adjudicated: Path | pd.DataFrame | None = None
) -> Reconciliation:
    """Make one extraction of two.

    Parameters
    ----------
    root : Path
        Folder of the review.
    a, b : mapping of str to DataFrame, or Path
        The two extractions: tables as `read_form` returns them, or folders with one CSV a table.
    adjudicated : Path or DataFrame, optional
        Worklist with choices made, or ``decisions.csv``: ``a``, ``b``, ``other`` (then ``value_chosen`` holds the value)
        or, for a whole row, ``none`` to leave it out; always with a reason. Lines without a choice stay open.

    Returns
    -------
    Reconciliation
        Own words (details, notes, places) are those of the first extractor, or of the second where the first has none;
        both extractions stay as they are.
    """
    dictionary = load_dictionary(root)
    text_a, text_b = texts(a, dictionary), texts(b, dictionary)
    statements, agreement = lay_together(text_a, text_b, dictionary)
    made, faults = ([], []) if adjudicated is None else read_decisions(adjudicated)
    decided, said = _matched(made, statements, dictionary)
    open_ = open_lines(statements, dictionary, decided)
    kept = [s for s in statements if not _is_dropped(s, decided)]
    dropped = {(s.table, s.key) for s in statements} - {(s.table, s.key) for s in kept}
    tables, more = _merged(root, kept, dropped, decided, open_, dictionary)
    columns = [*COLUMNS, *(name for name in WHO if any(name in d.cells for d in decided.values()))]
    used = [[d.cells[c] for c in columns] for d in decided.values()]
    is_copy = any(len(f) for f in text_a.values()) and all(text_a[n].equals(text_b[n]) for n in TABLES)
    frame = pd.DataFrame(used, columns=columns, dtype=object)
    return Reconciliation(tables, open_, frame, agreement, [*faults, *said, *more], is_copy)


def _matched(
    made: Sequence[Decision], statements: Sequence[Statement], dictionary: Mapping[str, Table]
) -> tuple[dict[Key, Decision], list[Fault]]:
    """Decisions by what they are about, and those that fit nothing or contradict each other or the forms."""
    by_row = {(s.table, s.id_a): s for s in statements if s.a is not None}
    by_row |= {(s.table, f"b:{s.id_b}"): s for s in statements if s.b is not None}
    by_key = {(s.table, s.key): s for s in statements}
    decided: dict[Key, Decision] = {}
    faults: list[Fault] = []
    for decision in made:
        key = key_of(decision, by_row)
        if key is None:
            fix = "Keep the worklist's own lines; only choices and reasons are filled in."
            faults.append(decision.fault("row_a", "decision-unknown", "no extraction has this row", fix))
            continue
        before = decided.get(key)
        if before is not None and (before.cells["chosen"], before.cells["value_chosen"]) != (
            decision.cells["chosen"],
            decision.cells["value_chosen"],
        ):
            message, fix = f"decided otherwise in line {before.line}", "Keep one of the two lines."
            faults.append(decision.fault("chosen", "decision-twice", message, fix))
            continue
        statement = by_key[key[0], key[1]]
        wrong = _wrong_row(decision, statement) if not key[2] else _wrong_cell(decision, statement, dictionary[key[0]])
        faults += wrong
        if not wrong:
            decided[key] = decision
    return decided, faults


def _wrong_row(decision: Decision, statement: Statement) -> list[Fault]:
    if decision.cells["chosen"] == "other":
        fix = "Choose a or b to keep the row, none to leave it out."
        return [decision.fault("chosen", "choice", "a whole row is kept or left out", fix)]
    return []


def _wrong_cell(decision: Decision, statement: Statement, table: Table) -> list[Fault]:
    """What is wrong with a decision on one cell."""
    cells, name = decision.cells, decision.cells["column"]
    may = {*own_words(table), *(f.name for f in table.fields)} - {
        *("added_in", "retired_in", "appraisal_id", ITEM, OWN_ID.get(table.name, ("",))[0])
    }
    if name not in may or (name == STUDY and table.name in ("studies", "appraisals")):
        return [decision.fault("column", "decision-unknown", "no cell that is decided on", "Correct the column.")]
    if cells["chosen"] == "none":
        fix = "Choose other and leave value_chosen empty if the cell is to be empty."
        return [decision.fault("chosen", "choice", "a cell is a's, b's or another value", fix)]
    wanted = {"a": statement.a, "b": statement.b}.get(cells["chosen"])
    if cells["chosen"] in "ab" and wanted is None:
        message, fix = "this extractor does not have the row", "Choose the other one, or other with a value."
        return [decision.fault("chosen", "choice", message, fix)]
    said_a = "" if statement.a is None else statement.a[name]
    if cells["value_a"] != said_a and name in differing(table, statement):
        message = f"decided when the first extractor had {cells['value_a']!r}; now it is {said_a!r}"
        return [decision.fault("value_a", "decision-stale", message, "Decide anew on a fresh worklist.")]
    if wanted is not None and cells["value_chosen"] not in ("", wanted[name]):
        message = f"extractor {cells['chosen']} has {wanted[name]!r}"
        return [decision.fault("value_chosen", "choice", message, "Choose other to take another value.")]
    return []


def _is_dropped(statement: Statement, decided: Mapping[Key, Decision]) -> bool:
    decision = decided.get((statement.table, statement.key, ""))
    if decision is None:
        return False
    chosen = decision.cells["chosen"]
    return chosen == "none" or (chosen == "a" and statement.a is None) or (chosen == "b" and statement.b is None)


def _merged(
    root: Path,
    kept: Sequence[Statement],
    dropped: set[tuple[str, str]],
    decided: Mapping[Key, Decision],
    open_: pd.DataFrame,
    dictionary: Mapping[str, Table],
) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Tables with lasting ids of the statements that nothing is open about."""
    update = next((s.row["added_in"] for s in kept if s.row.get("added_in")), "")
    known, faults = know(root, update, ())
    taken = {i for name, ids in known.ids.items() if name not in ("sources", "appraisal_tools") for i in ids}
    waiting = {(r["table"], r["row_a"] or f"b:{r['row_b']}") for r in open_.to_dict("records")}
    rows = {name: [(s, _row(s, decided, dictionary[name])) for s in kept if s.table == name] for name in TABLES}
    names = {}
    for name, (own, _) in OWN_ID.items():
        ids = lasting_ids(name, [row for _, row in rows[name]], own, taken)
        names[name] = {s.key: new for (s, _), new in zip(rows[name], ids, strict=True)}
    tables = {}
    for name in TABLES:
        table, said = dictionary[name], []
        for s, row in rows[name]:
            if name in OWN_ID:
                row[OWN_ID[name][0]] = names[name][s.key]
            if name in POINTS_AT:
                column, other = POINTS_AT[name]
                gone = [part for part in row[column].split(";") if (other, part) in dropped]
                said += [_gone(name, s, column, part) for part in gone]
                row[column] = follow(row[column], names[other])
        settled = [(at, row) for at, (s, row) in enumerate(rows[name], 1) if (name, s.key) not in waiting]
        label = f"reconciled {name}"
        frame, wrong = typed(table, label, settled)
        refused = {(f.row, f.column) for f in wrong}
        faults += [*said, *wrong, *missing.cells(table, label, frame, refused)]
        faults += broken_rules(table, label, frame, known.codes)
        tables[name] = frame
    return tables, faults


def _gone(table: str, statement: Statement, column: str, part: str) -> Fault:
    message = f"{table} {statement.id_a or statement.id_b} names a row that was left out"
    fix = "Keep that row, or decide another value for this cell."
    return Fault("decisions", None, column, part, "reference", message, fix)


def _row(statement: Statement, decided: Mapping[Key, Decision], table: Table) -> dict[str, str]:
    """A statement with what was decided; own words of the second reader where the first has none."""
    row = dict(statement.row)
    if statement.a is not None and statement.b is not None:
        for column in own_words(table):
            row[column] = row[column] or statement.b[column]
    for (name, key, column), decision in decided.items():
        if (name, key) == (statement.table, statement.key) and column:
            source = {"a": statement.a, "b": statement.b}.get(decision.cells["chosen"])
            row[column] = decision.cells["value_chosen"] if source is None else source[column]
    return row
