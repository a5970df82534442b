"""Two extractions laid side by side: each statement once, with what either reader wrote of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.dictionary import Table
from helpers.extraction.agreement import FREE_TEXT, PLACE, TableAgreement, compare_rows, compared_columns
from helpers.extraction.grids import number_text
from helpers.extraction.plan import OWN_ID, STUDY, TABLES
from helpers.extraction.references import POINTS_AT
from helpers.faults import Fault, ReviewError

Extraction = Mapping[str, pd.DataFrame] | Path
GROUPS = "comparison_groups"
ONLY_B = "b:"  # before ids of the second reader that no row of the first has
SETTLED_TOO = {"section", "source_id"}  # no measure of agreement, but one of the two has to be right
KEYS = {"cohorts": ("study_id", "condition"), GROUPS: ("comparison_id", "group_no")}  # what tells a row beside its id
UNDEFINED = "not defined"


@dataclass(frozen=True)
class Statement:
    """A row of the first reader, of the second, or of both.

    Attributes
    ----------
    table : str
        Name of the table.
    id_a, id_b : str
        The row's id with either reader; empty where that reader has none.
    a, b : mapping of str to str, or None
        Column to text; ids that the second reader's row names are those of the first where both have the row.
    """

    table: str
    id_a: str
    id_b: str
    a: Mapping[str, str] | None
    b: Mapping[str, str] | None

    @property
    def key(self) -> str:
        """The id by which rows of both readers are named here."""
        return self.id_a if self.a is not None else ONLY_B + self.id_b

    @property
    def row(self) -> Mapping[str, str]:
        """What the first reader wrote, or else the second."""
        found = self.a if self.a is not None else self.b
        assert found is not None
        return found


def as_text(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """A typed table as text, empty cells as ``""``, numbers as the files write them."""
    missing = [""] * len(frame)
    text = {f.name: [_text(c) for c in frame[f.name].tolist()] if f.name in frame else missing for f in table.fields}
    return pd.DataFrame(text, index=range(len(frame)), dtype=object)


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    return "" if pd.isna(cell) else number_text(float(cell))


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(column): str(text) for column, text in row.items()} for row in frame.to_dict("records")]


def texts(extraction: Extraction, dictionary: Mapping[str, Table]) -> dict[str, pd.DataFrame]:
    """Every table of an extraction as text; a table that is not there has no rows."""
    found = {}
    for name in TABLES:
        table = dictionary[name]
        if not isinstance(extraction, Path):
            frame = extraction[name] if name in extraction else table.empty()
        elif (extraction / table.path).is_file():
            frame = _kept(extraction / table.path)
        else:
            frame = table.empty()
        found[name] = as_text(table, frame)
    return found


def _kept(path: Path) -> pd.DataFrame:
    """A table of an extraction as it was kept when the form was handed in.

    Raises
    ------
    ReviewError
        It cannot be read.
    """
    try:
        return pd.read_csv(path, dtype="string", encoding="utf-8-sig")
    except (OSError, ValueError, pd.errors.ParserError) as error:  # a wrong encoding and an empty file are ValueErrors
        name = "/".join(path.parts[-5:])
        message = f"it keeps what an extractor has handed in, and cannot be read: {str(error).strip().splitlines()[0]}"
        fix = "Bring back the last good one with git, or hand in the form again: review update extract"
        fault = Fault(name, None, None, None, "readable", message, fix)
        raise ReviewError([fault], "An extraction cannot be read") from None


def row_ids(table: str, frame: pd.DataFrame) -> list[str]:
    """How each row is named in decisions."""
    if table == GROUPS:
        return [f"{c}/{n}" for c, n in zip(frame["comparison_id"], frame["group_no"], strict=True)]
    column = {"studies": STUDY, "appraisals": "appraisal_id"}.get(table) or OWN_ID[table][0]
    return list(frame[column])


def lay_together(
    a: Mapping[str, pd.DataFrame], b: Mapping[str, pd.DataFrame], dictionary: Mapping[str, Table]
) -> tuple[list[Statement], list[TableAgreement]]:
    """Statements of two extractions, and how well the two agree.

    Parameters
    ----------
    a, b : mapping of str to DataFrame
        Tables as `texts` gives them.
    dictionary : mapping of str to Table
        Tables of the dictionary.

    Returns
    -------
    statements : list of Statement
        Table by table; rows of the first reader in their order, then those that only the second has.
    agreement : list of TableAgreement
        Of each table in which either reader has a row.
    """
    statements: list[Statement] = []
    agreement: list[TableAgreement] = []
    renamed: dict[str, dict[str, str]] = {}  # table: id of the second reader -> id here
    for name in TABLES:
        ids_a, ids_b = row_ids(name, a[name]), row_ids(name, b[name])
        mapped = _point_here(name, b[name], renamed)
        found = compare_rows(dictionary[name], a[name], mapped, keys=KEYS.get(name))
        to_a = {int(right): int(left) for left, right in zip(found.pairs["a"], found.pairs["b"], strict=True)}
        renamed[name] = {i: ids_a[to_a[at]] if at in to_a else ONLY_B + i for at, i in enumerate(ids_b)}
        mapped = _point_here(name, mapped, {name: renamed[name]})  # rows may name rows of their own table
        to_b = {left: right for right, left in to_a.items()}
        rows_a, rows_b = _rows(a[name]), _rows(mapped)
        for at, row in enumerate(rows_a):
            other = to_b.get(at)
            statements.append(
                Statement(
                    name,
                    ids_a[at],
                    "" if other is None else ids_b[other],
                    row,
                    None if other is None else rows_b[other],
                )
            )
        statements += [Statement(name, "", ids_b[at], None, row) for at, row in enumerate(rows_b) if at not in to_a]
        if rows_a or rows_b:
            agreement.append(found)
    return statements, agreement


def _point_here(table: str, frame: pd.DataFrame, renamed: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Rows whose references to rows of the second reader use the ids they have here."""
    if table not in POINTS_AT or POINTS_AT[table][1] not in renamed:
        return frame
    column, other = POINTS_AT[table]
    here = [follow(text, renamed[other]) for text in frame[column]]
    return frame.assign(**{column: pd.Series(here, index=frame.index, dtype=object)})  # also of a table without rows


def follow(text: str, renamed: Mapping[str, str]) -> str:
    """A cell with one or more ids, each by its new name."""
    return ";".join(renamed.get(part.strip(), part.strip()) for part in text.split(";")) if text else text


def differing(table: Table, statement: Statement) -> list[str]:
    """Columns in which the two readers contradict each other; own words may differ, a definition may not be missing."""
    a, b = statement.a, statement.b
    if a is None or b is None:
        return []
    coded = {f.name for f in table.fields if f.vocabulary}
    points = POINTS_AT.get(table.name, ("",))[0]
    wanted = {*compared_columns(table), *coded, *SETTLED_TOO, points} - {PLACE}
    found = [f.name for f in table.fields if f.name in wanted and a[f.name] != b[f.name]]
    if "definition" in a and _is_defined(a) != _is_defined(b):
        found.append("definition")
    return found


def _is_defined(row: Mapping[str, str]) -> bool:
    return bool(row["definition"]) and UNDEFINED not in row["definition"]


def own_words(table: Table) -> list[str]:
    """Columns in which each reader writes freely."""
    return [f.name for f in table.fields if f.name in {*FREE_TEXT, PLACE, "test"} and not f.vocabulary]
