"""Two independent extractions of the same source, side by side: which rows both found, which cells agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from statsmodels.stats.inter_rater import cohens_kappa

from helpers.dictionary import Table, load_dictionary

# own words differ
FREE_TEXT = {"detail", "note", "definition", "as_printed", "title", "schedule", "contrast", "group", "comparable"}
BOOKKEEPING = {"source_id", "added_in", "retired_in", "adds_up_to", "test", "section"}
PLACE = "locator"
NUMBER_WEIGHT, CODE_WEIGHT, PLACE_WEIGHT = 3.0, 2.0, 4.0
MIN_SCORE = 0.6  # share of the weights two rows must have in common to be the same statement
KEYS = {"studies": ("study_id",), "appraisals": ("study_id", "item_id")}  # rows that are told by their ids alone
FILLED = {  # what a form does not ask; where it is one and the same throughout, it is no agreement of two readers
    *("source_id", "added_in", "retired_in", "level", "refs", "ref_no", "identity", "citation_key"),
    "appraisal_id",
}
ABOUT = {"study_id", "condition", "treatment", "measure", "kind", "quantity", "statistic"}  # what a row speaks of


@dataclass(frozen=True)
class TableAgreement:
    """Agreement of two extractions on one table.

    Attributes
    ----------
    table : str
        Name of the table.
    rows_a, rows_b : int
        Rows each extractor wrote.
    paired : int
        Rows found by both.
    cells : DataFrame
        One row a column compared: ``column``, ``compared``, ``equal``, ``kappa`` (coded columns only).
    pairs : DataFrame
        ``a`` and ``b``, positions of the paired rows.
    """

    table: str
    rows_a: int
    rows_b: int
    paired: int
    cells: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def row_agreement(self) -> float:
        """Rows found by both, as a share of the rows found by either."""
        either = self.rows_a + self.rows_b - self.paired
        return self.paired / either if either else 1.0

    @property
    def cell_agreement(self) -> float:
        """Equal cells, as a share of the cells compared in paired rows."""
        compared = int(self.cells["compared"].sum())
        return int(self.cells["equal"].sum()) / compared if compared else 1.0


def compare(root: Path, folder_a: Path, folder_b: Path) -> list[TableAgreement]:
    """Agreement on every table that both extractors wrote.

    Parameters
    ----------
    root : Path
        Folder of the review, for the dictionary.
    folder_a, folder_b : Path
        Folders with the two extractions, one CSV a table.

    Returns
    -------
    list of TableAgreement
        In dictionary order.
    """
    found = []
    for table in load_dictionary(root).values():
        paths = [folder / table.path for folder in (folder_a, folder_b)]
        if all(path.is_file() for path in paths):
            a, b = (pd.read_csv(path, dtype="string").fillna("") for path in paths)
            found.append(compare_rows(table, a, b))
    return found


def compare_rows(
    table: Table, a: pd.DataFrame, b: pd.DataFrame, *, keys: Sequence[str] | None = None
) -> TableAgreement:
    """Agreement on one table.

    Parameters
    ----------
    table : Table
        From the dictionary.
    a, b : DataFrame
        The two extractions as text, empty cells as ``""``.
    keys : sequence of str, optional
        Columns that alone tell which rows belong together; default ``KEYS``, or none.

    Returns
    -------
    TableAgreement
    """
    pairs = pair_rows(table, a, b, keys=keys)
    rows_a, rows_b = a.iloc[pairs["a"]].reset_index(drop=True), b.iloc[pairs["b"]].reset_index(drop=True)
    coded = {f.name for f in table.fields if f.vocabulary}
    cells = [
        {
            "column": c,
            "compared": len(pairs),
            "equal": int((rows_a[c] == rows_b[c]).sum()),
            "kappa": _kappa(rows_a[c], rows_b[c]) if c in coded else np.nan,
        }
        for c in compared_columns(table, a, b)
        if not _is_filled_in(c, a, b)
    ]
    columns = ["column", "compared", "equal", "kappa"]
    return TableAgreement(table.name, len(a), len(b), len(pairs), pd.DataFrame(cells, columns=columns), pairs)


def pair_rows(table: Table, a: pd.DataFrame, b: pd.DataFrame, *, keys: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows of two extractions that are the same statement.

    Two rows that speak of something else and also hold another number are two statements, however much they share.

    Parameters
    ----------
    table, a, b, keys
        As in `compare_rows`.

    Returns
    -------
    DataFrame
        ``a`` and ``b``, positions; each row at most once.
    """
    keys = KEYS.get(table.name) if keys is None else keys
    if keys:
        left, right = (f[list(keys)].assign(at=range(len(f))).drop_duplicates(list(keys)) for f in (a, b))
        met = left.merge(right, on=list(keys), suffixes=("_a", "_b"))
        return pd.DataFrame({"a": met["at_a"].to_numpy(dtype=int), "b": met["at_b"].to_numpy(dtype=int)})
    columns = compared_columns(table, a, b)
    score = _scores(table, columns, a, b)
    at_a, at_b = linear_sum_assignment(-score)
    keep = score[at_a, at_b] >= MIN_SCORE
    about = [c for c in columns if c in ABOUT]
    numeric = [f.name for f in table.fields if f.name in columns and f.type in ("integer", "number")]
    keep &= _equal(about, a, at_a, b, at_b) | _equal(numeric, a, at_a, b, at_b)
    return pd.DataFrame({"a": at_a[keep], "b": at_b[keep]})


def _equal(columns: Sequence[str], a: pd.DataFrame, at_a: np.ndarray, b: pd.DataFrame, at_b: np.ndarray) -> np.ndarray:
    """Whether two rows are alike in all of the columns, for each pair of positions."""
    return np.asarray(
        (a[list(columns)].to_numpy(dtype=str)[at_a] == b[list(columns)].to_numpy(dtype=str)[at_b]).all(axis=1)
    )


def _is_filled_in(column: str, a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """Whether a column was filled in for the extractors: the same in every row, or made of the study's id."""
    if column not in FILLED:
        return False
    values = pd.concat([a, b])
    return values[column].nunique() < 2 or bool((values[column] == values.get("study_id")).all())


def compared_columns(table: Table, *extractions: pd.DataFrame) -> list[str]:
    """Columns whose values can be equal: numbers, codes and ids of studies; not the row's own id, not own words.

    Columns that an extraction does not have were added to the dictionary after it was made.
    """
    own_id = {table.primary_key[0]} if len(table.primary_key) == 1 and table.name != "studies" else {"comparison_id"}
    left_out = FREE_TEXT | BOOKKEEPING | own_id | {PLACE}
    return [f.name for f in table.fields if f.name not in left_out and all(f.name in e for e in extractions)]


def _scores(table: Table, columns: list[str], a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    numeric = {f.name for f in table.fields if f.type in ("integer", "number")}
    score = np.zeros((len(a), len(b)))
    weights = 0.0
    for column in columns:
        weight = NUMBER_WEIGHT if column in numeric else CODE_WEIGHT
        score += weight * (a[column].to_numpy(dtype=str)[:, None] == b[column].to_numpy(dtype=str)[None, :])
        weights += weight
    if PLACE in a and PLACE in b:
        exact = a[PLACE].to_numpy(dtype=str)[:, None] == b[PLACE].to_numpy(dtype=str)[None, :]
        near = (
            a[PLACE].map(_passage).to_numpy(dtype=str)[:, None] == b[PLACE].map(_passage).to_numpy(dtype=str)[None, :]
        )
        score += np.where(exact, PLACE_WEIGHT, np.where(near, PLACE_WEIGHT / 2, -PLACE_WEIGHT))
        weights += PLACE_WEIGHT
    return score / weights


def _passage(locator: str) -> str:
    """Section or table row of a locator, without paragraph and sentence, which two readers may count differently."""
    return re.sub(r",?\s*p\d+.*$|,?\s*s\d+.*$|,\s*(Treatment|Outcome).*$", "", str(locator)).strip().lower()


def _kappa(a: pd.Series, b: pd.Series) -> float:
    """Cohen's kappa; 1 when both used one and the same code throughout."""
    codes = sorted(set(a) | set(b))
    if len(codes) < 2:
        return 1.0
    counts = np.zeros((len(codes), len(codes)), dtype=int)
    np.add.at(counts, (np.searchsorted(codes, a.to_numpy(dtype=str)), np.searchsorted(codes, b.to_numpy(dtype=str))), 1)
    return float(cohens_kappa(counts, return_results=False))
