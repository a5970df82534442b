"""What is to be known of each export: notes of its reading, doubts that were let pass, and the number that was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers.faults import Fault
from helpers.records import anyway_option
from helpers.update import layout
from helpers.update.errors import fault, misused

if TYPE_CHECKING:
    from helpers.update.exports import Export, Given

NOTE, SHOWN = "note", "shown"
#: Doubts about a file that can be read, by their rules; what is no doubt but a fault nobody can let pass.
DOUBTS = (
    "on-topic",
    "newer-than-last-search",
    "same-records",
    "as-many-as-shown",
    "field-always-there",
    "record-is-whole",
    "entry-is-whole",
    "row-is-whole",
    "xml-is-whole",
    "record-says-what-it-is",
)


def let_through(texts: Sequence[str], given: Sequence[Given]) -> dict[str, frozenset[str]]:
    """The doubts that the operator has looked at, by path of the file; from texts such as ``pubmed.nbib=on-topic``.

    Raises
    ------
    UsageError
        A text is not of that form, names no doubt, or names none of the files, or more than one.
    """
    found: dict[str, frozenset[str]] = {}
    faults = []
    for text in texts:
        name, _, rule = text.rpartition("=")
        files = {str(one.path) for one in given if name in (str(one.path), one.path.name)}
        if not name or rule not in DOUBTS:
            message, fix = "this is not a file and a doubt", f"FILE=DOUBT, as the message names it: {', '.join(DOUBTS)}"
        elif len(files) != 1:
            message = f"{'no' if not files else 'more than one'} file that was given has this name"
            fix = "Name one of: " + ", ".join(sorted(str(one.path) for one in given))
        else:
            path = files.pop()
            found[path] = found.get(path, frozenset()) | {rule}
            continue
        faults.append(fault("--anyway", message, fix, rule="doubt-named", value=text))
    if faults:
        raise misused("Nothing was imported", *faults)
    return found


def let_pass(doubt: Fault) -> str:
    """A doubt as a note, where the operator has looked at the file."""
    message = doubt.message.rstrip(".")
    return f"{message[0].upper()}{message[1:]}. It was imported all the same."


def shown_numbers(texts: Sequence[str], given: Sequence[Given]) -> dict[str, int]:
    """How many records the databases showed, by path of the file; from texts such as ``pubmed.nbib=412``.

    Raises
    ------
    UsageError
        A text is not of that form, or names none of the files, or more than one.
    """
    found, faults = {}, []
    for text in texts:
        name, _, number = text.rpartition("=")
        files = {str(one.path) for one in given if name in (str(one.path), one.path.name)}
        if not number.strip().isdecimal() or not name:
            message, fix = "this is not a file and a number", "For example: --expect pubmed.nbib=412"
        elif len(files) != 1:
            message = f"{'no' if not files else 'more than one'} file that was given has this name"
            fix = "Name one of: " + ", ".join(sorted(str(one.path) for one in given))
        else:
            found[files.pop()] = int(number)
            continue
        faults.append(fault("--expect", message, fix, rule="expected-number", value=text))
    if faults:
        raise misused("Nothing was imported", *faults)
    return found


def number_doubts(export: Export, shown: int | None) -> list[Fault]:
    """Whether as many records were read as the database showed; a download that broke off between two looks whole."""
    parsed = export.content.parsed
    if shown in (None, parsed):
        return []
    message = f"{parsed} records were read, but {export.database} showed {shown}"
    option = anyway_option(export.name, "as-many-as-shown")
    fix = f"Download all results again. If the file is right, repeat the command with {option}; nothing was written."
    return [fault(export.name, message, fix, rule="as-many-as-shown", value=str(parsed))]


def with_new(before: pd.DataFrame, notes: Mapping[str, Sequence[str]], shown: Mapping[str, int]) -> pd.DataFrame:
    """The table with new notes and numbers.

    Parameters
    ----------
    before : DataFrame
        Columns of ``notes.csv``.
    notes, shown : mapping
        By export; a number takes the place of an earlier one.
    """
    again = before["export_id"].isin(list(shown)) & (before["kind"] == SHOWN)
    rows = [(export, NOTE, note) for export, each in notes.items() for note in each]
    rows += [(export, SHOWN, str(number)) for export, number in shown.items()]
    new = pd.DataFrame(rows, columns=list(layout.COLUMNS[layout.NOTES]), dtype="str")
    every = pd.concat([before[~again], new], ignore_index=True)
    return every.drop_duplicates(ignore_index=True)


def notes_of(table: pd.DataFrame, export_id: str) -> list[str]:
    """Notes of an export, in the order in which they were made."""
    return list(table.loc[(table["export_id"] == export_id) & (table["kind"] == NOTE), "note"])


def shown_of(table: pd.DataFrame, export_id: str) -> int | None:
    """The number that the database showed for an export, where the operator has told it."""
    found = table.loc[(table["export_id"] == export_id) & (table["kind"] == SHOWN), "note"]
    return int(found.iloc[-1]) if len(found) else None


def option_of(database: str, arm: str) -> str:
    """The option by which such a file is imported."""
    named = {"PubMed": "--pubmed", "Embase": "--embase"} if arm == "databases" else {}
    return named.get(database, "--register" if arm == "registers" else "--other")
