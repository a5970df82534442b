"""The evidence as of an update: typed tables, labels, and where each number comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers import tables as table_files
from helpers.faults import Fault, ReviewError
from helpers.project import find_root

CORRECTIONS = "data/corrections.yaml"


@dataclass(frozen=True)
class Evidence:
    """The tables of the review as they stood at one update.

    Attributes
    ----------
    root : Path
        Folder of the review.
    as_of : str
        Update the tables are cut at, as an ISO date.
    tables : mapping of str to DataFrame
        Every table of the dictionary, without rows added later or retired by then. The index is the line in the file.
    corrections : tuple of mapping
        Known slips of the sources; they annotate rows and change nothing.
    """

    root: Path
    as_of: str
    tables: Mapping[str, pd.DataFrame]
    corrections: tuple[Mapping[str, Any], ...] = ()

    def __repr__(self) -> str:
        counts = self.tables["counts"]
        return (
            f"Evidence as of {self.as_of}: {len(counts)} counts, {len(self.tables['studies'])} studies known by number"
        )

    @property
    def update(self) -> pd.Series:
        """The update itself: version, dates, status."""
        updates = self.tables["updates"]
        return updates[updates["update_id"] == self.as_of].iloc[0]

    def select(self, table: str = "counts", /, **wanted: Any) -> pd.DataFrame:
        """Rows of a table in which each named column has the wanted value.

        Parameters
        ----------
        table : str
            Name of the table.
        **wanted : str, list of str, or None
            Column and value; a list accepts any of its values, None accepts only an empty cell.

        Returns
        -------
        DataFrame
            In the order of the file; empty when nothing fits.

        Raises
        ------
        KeyError
            The table has no such column.
        """
        frame = self.tables[table]
        keep = pd.Series(True, index=frame.index)
        for column, value in wanted.items():
            if value is None:
                keep &= frame[column].isna()
            else:
                keep &= frame[column].isin(value if isinstance(value, (list, tuple, set)) else [value]).fillna(False)
        return frame[keep]

    def row(self, row_id: str) -> pd.Series:
        """One row of the evidence by its id, whichever of the tables holds it.

        Raises
        ------
        KeyError
            No row has this id at this update.
        """
        for table, key in ROW_KEYS.items():
            frame = self.tables[table]
            found = frame[frame[key] == row_id]
            if len(found):
                return found.iloc[0]
        raise KeyError(f"no evidence row {row_id!r} as of {self.as_of}")

    def label(self, vocabulary: str, code: str, *, short: bool = False) -> str:
        """What readers see for a code; its short form on request."""
        terms = self.tables["vocabularies"]
        term = terms[(terms["list"] == vocabulary) & (terms["code"] == code)].iloc[0]
        return str(term["short"] if short and not pd.isna(term["short"]) else term["label"])

    def order(self, vocabulary: str) -> list[str]:
        """Codes of a list in display order."""
        terms = self.tables["vocabularies"]
        return list(terms[terms["list"] == vocabulary].sort_values("sort")["code"])

    def corrections_of(self, row_id: str) -> list[Mapping[str, Any]]:
        """Known slips that touch a row."""
        return [c for c in self.corrections if row_id in c["rows"]]


ROW_KEYS = {
    "counts": "row_id",
    "doses": "dose_id",
    "quantities": "quantity_id",
    "comparisons": "comparison_id",
    "flow": "box_id",
}


def load(root: Path | str | None = None, *, as_of: str | None = None) -> Evidence:
    """Evidence as of an update.

    Parameters
    ----------
    root : path, optional
        Folder of the review; default found from the working directory upwards.
    as_of : str, optional
        Update as an ISO date; default the latest integrated one.

    Returns
    -------
    Evidence
        Valid tables only.

    Raises
    ------
    ReviewError
        The data break the dictionary, in all places at once, or there is no such update.
    """
    folder = find_root(root)
    tables, faults = table_files.read_tables(folder)
    corrections, more = read_corrections(folder)
    if faults + more:
        raise ReviewError(faults + more, "The evidence tables break the data dictionary")
    updates = tables["updates"]
    integrated = sorted(updates.loc[updates["status"] == "integrated", "update_id"])
    chosen = as_of or next(reversed(integrated), "")
    if chosen not in integrated:
        fix = f"Choose one of: {', '.join(integrated) or 'none is integrated yet'}."
        fault = Fault(
            "data/updates.csv", None, "update_id", as_of, "known-update", "no integrated update of this date", fix
        )
        raise ReviewError([fault], "The evidence cannot be cut at this update")
    return Evidence(folder, chosen, {n: _as_of(t, chosen) for n, t in tables.items()}, tuple(corrections))


def _as_of(frame: pd.DataFrame, update: str) -> pd.DataFrame:
    if "added_in" not in frame:
        return frame[frame["update_id"] <= update] if "update_id" in frame else frame
    is_in = frame["added_in"] <= update
    is_out = (frame["retired_in"] <= update).fillna(False)
    return frame[is_in & ~is_out]


def read_corrections(root: Path) -> tuple[list[Mapping[str, Any]], list[Fault]]:
    """Entries of ``data/corrections.yaml`` and what is wrong with the file."""
    path = root / CORRECTIONS
    required = {"id", "rows", "printed", "likely", "reason", "evidence", "expect"}
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except FileNotFoundError:
        return [], [
            Fault(
                CORRECTIONS,
                None,
                None,
                None,
                "file-present",
                "the file is missing",
                f"Restore it: `git checkout {CORRECTIONS}`.",
            )
        ]
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        return [], [Fault(CORRECTIONS, None, None, None, "yaml", f"not readable: {error}", "Mend the place named.")]
    faults = [
        Fault(
            CORRECTIONS,
            None,
            str(entry.get("id", number)),
            None,
            "correction-parts",
            f"entry {number} lacks {', '.join(sorted(lacking))}",
            "Add what is missing.",
        )
        for number, entry in enumerate(entries, 1)
        if (lacking := required - set(entry))
    ]
    return ([] if faults else entries), faults
