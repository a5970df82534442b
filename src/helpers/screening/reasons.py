"""The controlled list of reasons for exclusion, in the order in which they are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from helpers.screening.words import FULL_TEXT, NOT_RETRIEVED, nearest, plain

LIST = "exclusion_reason"
# Reasons that Rayyan and Covidence offer by themselves: those that mean one of ours, and those that fit several.
ALIASES = {
    "foreign language": "language",
    "wrong language": "language",
    "background article": "not_original",
    "wrong publication type": "not_original",
}
OF_TOOLS = {
    *("wrong drug", "wrong intervention", "wrong comparator", "wrong dose", "wrong route of administration"),
    *("wrong outcome", "wrong outcomes", "wrong population", "wrong patient population", "wrong indication"),
    *("wrong study design", "wrong study duration", "wrong setting", "wrong publication type", "background article"),
    *("foreign language", "wrong language", "adult population", "paediatric population", "pediatric population"),
}


@dataclass(frozen=True)
class Reason:
    """A reason for exclusion: code, label, and what it means."""

    code: str
    label: str
    definition: str


@dataclass(frozen=True)
class Reasons:
    """Reasons in the order in which they are checked: of several that apply, the first counts.

    Attributes
    ----------
    all : tuple of Reason
        In the order of the list.
    meant : mapping of str to str
        What a tool's own reasons mean in this review, as the operator says: their words, and a code of ours.
    """

    all: tuple[Reason, ...]
    meant: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_table(cls, vocabularies: pd.DataFrame) -> Reasons:
        """The list ``exclusion_reason`` of ``data/vocabularies.csv``.

        Raises
        ------
        ValueError
            The table has no such list.
        """
        rows = vocabularies[vocabularies["list"] == LIST]
        if rows.empty:
            raise ValueError(f"the vocabularies have no list {LIST!r}")
        rows = rows.assign(sort=rows["sort"].astype(int)).sort_values("sort")
        return cls(tuple(Reason(str(r["code"]), str(r["label"]), str(r["definition"])) for _, r in rows.iterrows()))

    def of(self, phase: str) -> tuple[Reason, ...]:
        """Reasons that a phase allows: that a full text could not be had is none for title and abstract."""
        return tuple(r for r in self.all if phase == FULL_TEXT or r.code != NOT_RETRIEVED)

    def codes(self, phase: str) -> list[str]:
        """Codes that a phase allows, in order."""
        return [r.code for r in self.of(phase)]

    def label(self, code: str) -> str:
        """What readers see for a code."""
        return next(r.label for r in self.all if r.code == code)

    def first(self, codes: list[str]) -> str:
        """The reason that counts among several; an empty text for none."""
        return next((r.code for r in self.all if r.code in codes), "")

    def read(self, text: str, phase: str) -> tuple[list[str], list[str]]:
        """Codes named in a text, and the parts of it that are on no list.

        Parameters
        ----------
        text : str
            One or more codes or labels, separated by semicolons, commas or bars.
        phase : str
            Phase whose reasons are allowed.

        Returns
        -------
        codes : list of str
            In the order of the list.
        unknown : list of str
            As written.
        """
        names = self._names(phase)
        if plain(text) in names:
            return [names[plain(text)]], []
        parts = [part.strip() for part in re.split(r"[;|,]", text) if part.strip()]
        found = {names[plain(part)] for part in parts if plain(part) in names}
        if parts and not found:
            return [], [text.strip()]
        return [c for c in self.codes(phase) if c in found], [p for p in parts if plain(p) not in names]

    def nearest(self, text: str, phase: str) -> str | None:
        """Code that a misspelt reason probably means."""
        names = self._names(phase)
        near = nearest(text, list(names))
        return names[near] if near else None

    def _names(self, phase: str) -> dict[str, str]:
        allowed = self.of(phase)
        codes = {r.code for r in allowed}
        names = {plain(alias): code for alias, code in (ALIASES | dict(self.meant)).items() if code in codes}
        names |= {plain(r.label): r.code for r in allowed}
        return names | {plain(r.code): r.code for r in allowed}
