"""What the codes of the lists mean to the engine: labels, order, roles, and which code holds which.

The engine knows roles (`use`, `outcome`, `several` ...), never codes: what a measure is, which condition lies within
which, and what stands on the map is written in ``data/vocabularies.csv`` by people.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pandas as pd

RESULTS = ("outcome", "event")  # roles of measures that say what became of the patients
GATHERING = ("whole", "several")  # roles of conditions that hold patients with other conditions
SEPARATOR = ";"


class Codes:
    """The code lists of a review.

    Parameters
    ----------
    vocabularies : DataFrame
        The table of that name: ``list``, ``code``, ``label``, ``short``, ``sort``, ``narrower_of``, ``role``,
        ``exclusive``, ``on_map``, ``mark``.
    """

    def __init__(self, vocabularies: pd.DataFrame) -> None:
        plain = vocabularies.astype(object).where(vocabularies.notna(), None)
        self._terms: dict[str, dict[str, Mapping[str, Any]]] = {}
        for term in plain.sort_values("sort", kind="stable").to_dict("records"):
            self._terms.setdefault(str(term["list"]), {})[str(term["code"])] = {str(k): v for k, v in term.items()}

    def __contains__(self, place: tuple[str, str]) -> bool:
        name, code = place
        return code in self._terms.get(name, {})

    def order(self, name: str) -> list[str]:
        """Codes of a list in display order."""
        return list(self._terms.get(name, {}))

    def label(self, name: str, code: str, *, short: bool = False) -> str:
        """What readers see for a code; its short form on request.

        Raises
        ------
        KeyError
            The list has no such code.
        """
        term = self._terms[name][code]
        return str((term["short"] if short else None) or term["label"])

    def role(self, name: str, code: Any) -> str | None:
        """What a code does in the review; None for an ordinary code, or where there is none."""
        role = self._terms.get(name, {}).get(str(code), {}).get("role")
        return None if role is None else str(role)

    def with_role(self, name: str, *roles: str) -> list[str]:
        """Codes of a list that have one of these roles, in display order."""
        return [code for code in self.order(name) if self.role(name, code) in roles]

    def on_map(self, name: str) -> list[str]:
        """Codes that stand on the evidence map, in its order."""
        placed = {
            code: term["on_map"] for code, term in self._terms.get(name, {}).items() if term["on_map"] is not None
        }
        return sorted(placed, key=lambda code: int(placed[code]))

    def mark(self, name: str, code: Any) -> tuple[str, str] | None:
        """Colour and shape of a code in figures, as words; None for the ordinary mark."""
        mark = self._terms.get(name, {}).get(str(code), {}).get("mark")
        if mark is None:
            return None
        colour, shape = str(mark).split()
        return colour, shape

    def exclusive(self, name: str) -> dict[str, list[str]]:
        """Groups of codes of which a patient can have only one."""
        groups: dict[str, list[str]] = {}
        for code, term in self._terms.get(name, {}).items():
            if term["exclusive"] is not None:
                groups.setdefault(str(term["exclusive"]), []).append(code)
        return groups

    def within(self, name: str, wide: str) -> list[str]:
        """A code and every code that lies within it, in display order."""
        return [code for code in self.order(name) if wide == code or wide in self._wider[name, code]]

    def covers(self, name: str, wide: str, narrow: str) -> bool:
        """Whether patients counted under one code can be among those of another: the same, or one that holds it.

        A condition with the role `whole` or `several` can hold patients of any other.
        """
        return wide == narrow or self.gathers(name, wide) or wide in self._wider.get((name, narrow), frozenset())

    def gathers(self, name: str, code: str) -> bool:
        """Whether a code holds patients with any other: the whole, or several of which the list does not say which."""
        return self.role(name, code) in GATHERING and len(self.within(name, code)) == 1

    @cached_property
    def _wider(self) -> dict[tuple[str, str], frozenset[str]]:
        """Every code that holds a code, directly or through others."""
        direct = {
            (name, code): {part.strip() for part in str(term["narrower_of"] or "").split(SEPARATOR) if part.strip()}
            for name, terms in self._terms.items()
            for code, term in terms.items()
        }
        found: dict[tuple[str, str], frozenset[str]] = {}
        for (name, code), first in direct.items():
            reached: set[str] = set()
            waiting = list(first)
            while waiting:
                wider = waiting.pop()
                if wider not in reached:
                    reached.add(wider)
                    waiting += direct.get((name, wider), ())
            found[name, code] = frozenset(reached)
        return found
