"""Counting as reference evaluations do: one record of a group is kept, and each other is removed rightly, wrongly, or kept wrongly."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """Records removed wrongly (fp), kept wrongly (fn) and removed rightly (tp)."""

    fp: int
    fn: int
    tp: int

    @property
    def precision(self) -> float:
        """Share of the removed records that were rightly removed."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        """Share of the records to remove that were removed."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0


def read_truth(path: Path) -> dict[str, int]:
    """Group of each record that has a copy; others are in no group."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {name: group for group, row in enumerate(rows) for name in row["merged_ids"].split(";")}


def count(groups: Iterable[Sequence[str]], truth: Mapping[str, int]) -> Count:
    """The count of a method's groups against the truth."""
    groups = list(groups)
    merged = {name: number for number, group in enumerate(groups) for name in group}
    fp = sum(len({truth.get(name, name) for name in group}) - 1 for group in groups)
    members: dict[int, list[str]] = {}
    for name, group in truth.items():
        members.setdefault(group, []).append(name)
    fn = sum(len({merged.get(name, name) for name in group}) - 1 for group in members.values())
    return Count(fp, fn, sum(len(group) - 1 for group in members.values()) - fn)


def two_documents(truth: Mapping[str, int], records: Mapping[str, Mapping[str, str]]) -> set[int]:
    """Groups of the truth whose records carry two DOIs and begin on two pages, so that the label contradicts the records.

    Parameters
    ----------
    truth : mapping of record to group
    records : mapping of record to its cells
    """
    places: dict[int, set[tuple[str, str]]] = {}
    for name, group in truth.items():
        doi = records[name].get("doi", "").strip().lower()
        page = re.search(r"\d+", records[name].get("pages", ""))
        if doi and page:
            places.setdefault(group, set()).add((doi, page.group()))
    return {
        group
        for group, known in places.items()
        if any(a != c and b != d for (a, b), (c, d) in itertools.combinations(known, 2))
    }


def disagreements(groups: Iterable[Sequence[str]], truth: Mapping[str, int]) -> tuple[list[list[str]], list[list[str]]]:
    """Groups merged wrongly, and groups of the truth that were not merged whole; one record of each part."""
    groups = list(groups)
    merged = {name: number for number, group in enumerate(groups) for name in group}
    wrong = [list({truth.get(n, n): n for n in group}.values()) for group in groups]
    members: dict[int, list[str]] = {}
    for name, group in truth.items():
        members.setdefault(group, []).append(name)
    missed = [list({merged.get(n, n): n for n in group}.values()) for group in members.values()]
    return [g for g in wrong if len(g) > 1], [g for g in missed if len(g) > 1]
