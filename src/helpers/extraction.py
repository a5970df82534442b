"""Two independent extractions of the same source, side by side: which rows both found, which cells agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from statsmodels.stats.inter_rater import cohens_kappa

from helpers.dictionary import Table, load_dictionary

FREE_TEXT = {"detail", "note", "definition", "as_printed", "title", "schedule", "contrast", "group"}  # own words differ
BOOKKEEPING = {"source_id", "added_in", "retired_in", "adds_up_to", "test", "section"}
PLACE = "locator"
NUMBER_WEIGHT, CODE_WEIGHT, PLACE_WEIGHT = 3.0, 2.0, 4.0
MIN_SCORE = 0.6  # share of the weights two rows must have in common to be the same statement


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
            found.append(_compare_table(table, a, b))
    return found


def _compare_table(table: Table, a: pd.DataFrame, b: pd.DataFrame) -> TableAgreement:
    columns = _compared_columns(table)
    score = _scores(table, columns, a, b)
    left, right = linear_sum_assignment(-score)
    keep = score[left, right] >= MIN_SCORE
    pairs = pd.DataFrame({"a": left[keep], "b": right[keep]})
    rows_a, rows_b = a.iloc[pairs["a"]].reset_index(drop=True), b.iloc[pairs["b"]].reset_index(drop=True)
    coded = {f.name for f in table.fields if f.vocabulary}
    cells = [
        {
            "column": c,
            "compared": len(pairs),
            "equal": int((rows_a[c] == rows_b[c]).sum()),
            "kappa": _kappa(rows_a[c], rows_b[c]) if c in coded else np.nan,
        }
        for c in columns
    ]
    return TableAgreement(table.name, len(a), len(b), len(pairs), pd.DataFrame(cells), pairs)


def _compared_columns(table: Table) -> list[str]:
    """Columns whose values can be equal: numbers, codes and ids of studies; not the row's own id, not own words."""
    own_id = {table.primary_key[0]} if len(table.primary_key) == 1 and table.name != "studies" else {"comparison_id"}
    return [f.name for f in table.fields if f.name not in FREE_TEXT | BOOKKEEPING | own_id | {PLACE}]


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
    counts = pd.crosstab(pd.Categorical(a, codes), pd.Categorical(b, codes), dropna=False).to_numpy()
    return float(cohens_kappa(counts, return_results=False))
