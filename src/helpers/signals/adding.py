"""A signal noted, or answered: checked as if it stood in the table already, and written only where it holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from helpers.faults import Fault, ReviewError
from helpers.project import as_if_written, only_writer, write_together
from helpers.signals import rules
from helpers.signals.checked import appended
from helpers.signals.rules import TABLE
from helpers.tables import read_tables

HEADLINE = "Nothing was written"


def add(root: Path, cells: Mapping[str, str]) -> str:
    """Add a signal.

    Parameters
    ----------
    root : Path
        Folder of the review.
    cells : mapping of str to str
        Columns of ``data/signals.csv``; what is left out is empty.

    Returns
    -------
    str
        Its id.

    Raises
    ------
    ReviewError
        Something is wrong with it: everything at once, and nothing was written.
    """
    with only_writer(root):
        text, _, _ = _read(root)
        row = {name: " ".join(value.split()) for name, value in cells.items() if value.strip()}
        _write(root, text, appended(text, [row]), len(text.splitlines()) + 1)
    return row["signal_id"]


def answer(root: Path, signal_id: str, *, update_id: str, answer: str, why: str) -> None:
    """Answer for a signal that no record of an update answers.

    Parameters
    ----------
    root : Path
        Folder of the review.
    signal_id : str
        The signal.
    update_id : str
        Update for which the answer is given.
    answer : str
        ``waits`` (open for the next search) or ``outside`` (cannot become evidence of this review).
    why : str
        The reason.

    Raises
    ------
    ReviewError
        There is no such signal, or the answer is not whole. Nothing was written.
    """
    with only_writer(root):
        text, header, rows = _read(root)
        at = next((n for n, row in enumerate(rows) if row["signal_id"] == signal_id), None)
        if at is None:
            fix = "`review signals list` shows the ids."
            fault = Fault(TABLE, None, "signal_id", signal_id, "known-signal", "there is no such signal", fix)
            raise ReviewError([fault], HEADLINE)
        rows[at] |= {"answered_in": update_id, "answer": answer, "answer_why": " ".join(why.split())}
        stream = io.StringIO()
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        _write(root, text, stream.getvalue(), at + 2)


def _read(root: Path) -> tuple[str, list[str], list[dict[str, str]]]:
    """The table as text, its header and its rows; a table with other columns is for `review check`, and refused here."""
    text = (root / TABLE).read_text(encoding="utf-8")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    _, faults = read_tables(root)
    if broken := [fault for fault in faults if fault.file == TABLE and fault.rule == "columns"]:
        raise ReviewError(broken, HEADLINE)
    return text, list(reader.fieldnames or ()), list(reader)


def _write(root: Path, before: str, after: str, line: int) -> None:
    """Write the table if nothing is wrong in the line that is new; what was wrong before is for `review check`."""
    with as_if_written(root, {TABLE: after}) as preview:
        tables, faults = read_tables(preview)
        faults = [f for f in [*faults, *rules.check(preview, tables)] if f.file == TABLE and f.row == line]
    if faults:
        raise ReviewError(faults, HEADLINE)
    write_together(root, {TABLE: after}, unless_changed={TABLE: before.encode()})


def suggested_id(root: Path, cells: Mapping[str, str]) -> str:
    """An id that is free: the registry's number of a trial, else the year and the first author, or the first words."""
    words = [w for w in cells.get("title", "").lower().split() if w.isascii() and w.isalpha() and 4 < len(w) < 30]
    who = cells.get("authors", "").split(";")[0].split(" ")[0].lower()
    name = "".join(c for c in (who or "-".join(words[:1])) if c.isascii() and (c.isalnum() or c == "-"))
    registry = cells.get("registry_id", "").split(";")[0].strip().lower()
    parts = [registry] if cells.get("kind") == "trial" and registry else [cells.get("date", "")[:4], name]
    parts = [p for p in dict.fromkeys((*parts, *words[:1])) if re.fullmatch(r"[a-z0-9-]{1,40}", p)]
    base = "-".join(("s", *(parts or ["signal"])))
    known = {row["signal_id"] for row in _read(root)[2]}
    return next(i for i in (base, *(f"{base}-{n}" for n in range(2, 1000))) if i not in known)
