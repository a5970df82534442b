"""The tables of the review at one update, and how to ask them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.codes import Codes
from helpers.dictionary import Table, load_dictionary
from helpers.evidence.living import as_printed
from helpers.evidence.totals import Living
from helpers.navigation import section_pages
from helpers.settings import Settings, load_settings

LISTED = 60  # names in a message; the rest is counted
AUDIT = "audit"  # name of that notebook, without its number
ROW_KEYS = {
    "counts": "row_id",
    "doses": "dose_id",
    "quantities": "quantity_id",
    "comparisons": "comparison_id",
    "flow": "box_id",
}


class UnknownNameError(ValueError):
    """A table, column, code or id that there is not: the message gives the value, the nearest one, and all of them.

    Parameters
    ----------
    what : str
        What it should be the name of.
    value : str
        What was written.
    known : iterable of str
        Names that there are.
    """

    def __init__(self, what: str, value: str, known: Iterable[str]) -> None:
        names = [str(name) for name in known if pd.notna(name)]
        alike = {name.casefold(): name for name in names}
        near = difflib.get_close_matches(str(value).casefold(), alike, n=1)
        hint = f" Did you mean {alike[near[0]]!r}?" if near else ""
        shown = ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
        super().__init__(f"no {what} is called {value!r}.{hint} There are: {shown or 'none'}.")


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
        Totals in `counts` hold what studies of later updates add to them; see `printed`. `findings` has a column more than
        its file: ``certainty``, the level that follows from the rows of `certainty`.
    corrections : tuple of mapping
        Known slips of the sources; they annotate rows and change nothing.
    living : mapping of str to Living
        The rows of `counts` that differ from print because something was added: what was printed, and what was added.
        Empty at the first update.
    is_latest : bool
        Whether no later update is integrated.
    uncut : mapping of str to DataFrame
        The tables as their files have them: an id of a later update is known, though it has no rows here.
    """

    root: Path
    as_of: str
    tables: Mapping[str, pd.DataFrame]
    corrections: tuple[Mapping[str, Any], ...] = ()
    living: Mapping[str, Living] = field(default_factory=dict)
    is_latest: bool = True
    uncut: Mapping[str, pd.DataFrame] = field(default_factory=dict)

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

    @property
    def printed(self) -> Evidence:
        """The same evidence before anything was added up: each row as its source prints it, additions on their own.

        What a source states is held against this, never against the living totals.
        """
        if not self.living:
            return self
        counts, studies, cohorts = (self.tables[name] for name in ("counts", "studies", "cohorts"))
        counts = as_printed(counts, studies, cohorts, self.living, self.codes)
        return replace(self, tables={**self.tables, "counts": counts}, living={})

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
            In the order of the file; empty when nothing fits, and then the evidence has no such row.

        Raises
        ------
        UnknownNameError
            There is no such table or column, or the value is no code or id that the column may hold: an empty answer to a
            misspelt question would read as "nothing is stated".

        Examples
        --------
        >>> review.select(level="study", added_in=["2023-06-30", "2024-06-30"])  # doctest: +SKIP
        >>> review.select("doses", study_id=None)  # doctest: +SKIP
        """
        if table not in self.tables:
            raise UnknownNameError("table", table, self.tables)
        frame = self.tables[table]
        keep = pd.Series(True, index=frame.index)
        for column, value in wanted.items():
            if column not in frame:
                raise UnknownNameError(f"column of {table}", column, frame.columns)
            if value is None:
                keep &= frame[column].isna()
                continue
            values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
            if (known := self._may_hold(table, column)) is not None:
                for one in values:
                    if one not in known:
                        raise UnknownNameError(f"{column} in {table}", str(one), known)
            keep &= frame[column].isin(values).fillna(False)
        return frame[keep]

    def columns(self, table: str, names: Collection[str]) -> pd.DataFrame:
        """Some columns of a whole table.

        A notebook that takes them is run again when one of these columns changes, and not when a note in another does.

        Raises
        ------
        UnknownNameError
            There is no such table or column.
        """
        if table not in self.tables:
            raise UnknownNameError("table", table, self.tables)
        frame = self.tables[table]
        for name in names:
            if name not in frame:
                raise UnknownNameError(f"column of {table}", name, frame.columns)
        return frame[list(names)]

    def _may_hold(self, table: str, column: str) -> Collection[Any] | None:
        """Codes or ids that a column may hold; None where it holds free text or numbers."""
        entry = self._dictionary.get(table)
        described = next((f for f in entry.fields if f.name == column), None) if entry else None
        if entry is None or described is None or described.separator:
            return None
        if described.vocabulary:
            return self.codes.order(described.vocabulary)
        if allowed := described.constraints.get("enum"):
            return list(allowed)
        if column in entry.primary_key:
            return set(self.uncut.get(table, self.tables[table])[column])
        for name, other, key in entry.foreign_keys:
            if name == column:
                return set(self.uncut.get(other, self.tables[other])[key])
        return None

    @cached_property
    def _dictionary(self) -> dict[str, Table]:
        return load_dictionary(self.root)

    def row(self, row_id: str) -> pd.Series:
        """One row of the evidence by its id, whichever of the tables holds it.

        Raises
        ------
        KeyError
            No row has this id at this update.
        """
        if row_id not in self._places:
            raise KeyError(f"no evidence row {row_id!r} as of {self.as_of}")
        table, place = self._places[row_id]
        return self.tables[table].iloc[place]

    def has_row(self, row_id: str) -> bool:
        """Whether a row of the evidence has this id at this update."""
        return row_id in self._places

    def counted_once(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Study rows in which no patient stands twice, for pooling.

        Parameters
        ----------
        rows : DataFrame
            Study rows of `counts`, one a study and condition.

        Returns
        -------
        DataFrame
            The rows without those of a study that shares patients with a larger one among them (of two of the same
            size, with an earlier one). Overlaps are those that `cohorts` states; rows without a cohort are kept.
        """
        cohorts = self.tables["cohorts"].set_index("cohort_id")
        sharing = cohorts[cohorts["overlap_patients"].fillna(0) > 0]["overlaps_with"].dropna()
        pairs = {frozenset((one, other.strip())) for one, names in sharing.items() for other in names.split(";")}
        by_subject = {(c["study_id"], c["condition"]): name for name, c in cohorts.iterrows()}
        found = [by_subject.get(subject) for subject in zip(rows["study_id"], rows["condition"], strict=True)]
        size = {name: 0 if pd.isna(n) else int(n) for name, n in cohorts["patients"].items()}
        kept: list[str] = []
        for name in sorted(dict.fromkeys(n for n in found if n), key=lambda n: -size[n]):  # stable
            if not any(frozenset((name, other)) in pairs for other in kept):
                kept.append(str(name))
        return rows[[name is None or name in kept for name in found]]

    def label(self, vocabulary: str, code: str, *, short: bool = False) -> str:
        """What readers see for a code; its short form on request."""
        return self.codes.label(vocabulary, code, short=short)

    def order(self, vocabulary: str) -> list[str]:
        """Codes of a list in display order."""
        return self.codes.order(vocabulary)

    def corrections_of(self, row_id: str) -> list[Mapping[str, Any]]:
        """Known slips that touch a row."""
        return [c for c in self.corrections if row_id in c["rows"]]

    # Pages ask for thousands of labels and rows: both are looked up once.

    @cached_property
    def settings(self) -> Settings:
        """What the review says of itself: names, subject, words that only it knows."""
        return load_settings(self.root)

    @cached_property
    def codes(self) -> Codes:
        """The code lists: labels, order, roles, what lies within what."""
        return Codes(self.tables["vocabularies"])

    @cached_property
    def section_pages(self) -> dict[str, str]:
        """The notebook of each section, as `navigation.section_pages` finds it."""
        return section_pages(self.root)

    @property
    def audit_page(self) -> str | None:
        """The notebook that recomputes what the sources print and explains their slips; None where there is none."""
        return self.section_pages.get(AUDIT)

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        """Table and position of each evidence row."""
        found: dict[str, tuple[str, int]] = {}
        for table, key in ROW_KEYS.items():
            for place, name in enumerate(self.tables[table][key]):
                found.setdefault(name, (table, place))
        return found
