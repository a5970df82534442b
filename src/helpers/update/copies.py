"""Exports that came twice: the same records, whatever the line ends, the order and the day of the download."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.faults import Fault
from helpers.records import anyway_option
from helpers.update import layout
from helpers.update.errors import fault
from helpers.update.exports import Export

_LETTERS = re.compile(r"[\W_]+")
_OF_TITLE = 300  # letters; records.csv cuts the longest titles
_FACTS = ("title", "pmid", "accession", "doi", "year", "journal", "authors")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """The records of an export, as far as they tell it from another.

    Attributes
    ----------
    file, database, update_id : str
        Its name, where it comes from, and the update that it was imported for.
    keys : Counter
        Each record by its title and what else identifies it.
    """

    file: str
    database: str
    update_id: str
    keys: Counter[Key]


def _key(title: str, pmid: str, accession: str, doi: str, year: str, journal: str, authors: str) -> Key:
    """A record of one database: the same in each of its formats where it has a number."""
    plain = _LETTERS.sub("", title[:_OF_TITLE].lower())
    number = pmid or accession or doi
    return (plain, number) if number else (plain, year, _LETTERS.sub("", journal.lower()), authors)


def held_by(export: Export, update_id: str) -> Held:
    """The records of an export that was read."""
    keys = Counter(
        _key(r.title, r.pmid, r.accession, r.doi, r.year, r.journal, "; ".join(r.authors))
        for r in export.content.records
    )
    return Held(export.name, export.database, update_id, keys)


def held_on_disk(root: Path, update_id: str) -> list[Held]:
    """The records of every export that an update has."""
    rows = layout.read(root, update_id, layout.RECORDS)
    keys: dict[str, Counter[Key]] = {}
    for export_id, *facts in zip(rows["export_id"], *(rows[name] for name in _FACTS), strict=True):
        keys.setdefault(export_id, Counter())[_key(*facts)] += 1
    exports = layout.read(root, update_id, layout.EXPORTS)
    return [
        Held(file, database, update_id, keys.get(export_id, Counter()))
        for export_id, file, database in zip(exports["export_id"], exports["file"], exports["database"], strict=True)
    ]


def doubled(root: Path, update_id: str, new: Sequence[Export]) -> dict[str, tuple[list[Fault], list[str]]]:
    """For each new export, by its id: why it seems to have come before, and what it shares with another one.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        Update that they are for.
    new : sequence of Export
        What was read.
    """
    if not new:
        return {}
    before = [held for u in layout.updates_on_disk(root) for held in held_on_disk(root, u)]
    found = {}
    for export in new:
        held = held_by(export, update_id)
        same = [other for other in before if other.database.lower() == held.database.lower()]
        found[export.export_id] = _compared(held, same)
        before.append(held)
    return found


def _compared(new: Held, others: Iterable[Held]) -> tuple[list[Fault], list[str]]:
    count = new.keys.total()
    faults, notes = [], []
    for other in others:
        if other.update_id != new.update_id:
            if new.keys == other.keys:  # what was decided does not come back, so nothing is counted twice
                notes.append(f"It holds the very same records as {other.file} of the update {other.update_id}.")
            continue
        where = other.file
        if new.keys == other.keys:
            message = f"it holds the very same records as {where} ({count}), and would be counted twice"
            option = anyway_option(new.file, "same-records")
            fix = f"Leave it out. If these are two searches that found the same, repeat the command with {option}."
            faults.append(fault(new.file, message, fix, rule="same-records"))
        elif new.keys > other.keys:
            notes.append(_overlap(f"all {other.keys.total()} records of {where} are in it again", other, new.update_id))
        elif new.keys < other.keys:
            notes.append(_overlap(f"all its {count} records are in {where} too", new, new.update_id))
    return faults, notes


def _overlap(what: str, smaller: Held, update_id: str) -> str:
    return (
        f"{what[0].upper()}{what[1:]}, and count twice among the records identified. If one replaces the other: "
        f"review update undo {update_id}, and start again without {smaller.file}."
    )
