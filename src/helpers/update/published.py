"""The version that readers have, kept before people reword it for the next one, and the new rows they reword it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.evidence import ROW_KEYS
from helpers.project import write_together
from helpers.project.together import Content
from helpers.report.reworded import METHODS, methods_file
from helpers.update import archive, layout
from helpers.update.calendar import Calendar
from helpers.update.state import Update

ASIDE = "published"  # below the update's folder of this machine
NEW_ROWS = "new-rows.csv"
SHOWN = ("id", "table", "study_id", "condition", "treatment", "measure", "detail", "events", "total", "definition")


def kept_version(update: Update, known: Calendar, *, with_pages: bool) -> dict[str, Content]:
    """What is kept of the version that readers have, by its place in the review: its pages and its methods.

    As a merge that was refused has put it aside, because its sentences may have been reworded since; otherwise as it is.

    Parameters
    ----------
    update : Update
        The update under way.
    known : Calendar
        Says which version that is.
    with_pages : bool
        Whether its built pages are kept; the methods always are, so that what is new can say what changed in them.

    Raises
    ------
    ReviewError
        Pages are kept, and the site is missing or older than its sources.
    """
    version = str(known.updates["version"].iloc[-1])
    files: dict[str, Content] = {}
    if with_pages:
        name = archive.path_of(version)
        files[name] = _aside(update, name) or archive.site_archive(update.root)
    if (update.root / METHODS).is_file():
        name = methods_file(version)
        files[name] = _aside(update, name) or (update.root / METHODS).read_bytes()
    return files


def pages(kept: Mapping[str, Content]) -> list[str]:
    """The archive of pages among what is kept."""
    return [name for name in kept if name.endswith(".zip")]


def texts(kept: Mapping[str, Content]) -> dict[str, Content]:
    """What is kept besides the pages."""
    return {name: content for name, content in kept.items() if name not in pages(kept)}


def set_aside(update: Update, kept: Mapping[str, Content], new: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Put the version that readers have beside the review, and a list of the rows that would come; the review is not touched.

    Returns
    -------
    str
        Where the list lies.
    """
    sheet = layout.worklist(update.update_id, NEW_ROWS)
    write_together(
        update.root, {_place(update, name): content for name, content in kept.items()} | {sheet: _sheet(new)}
    )
    return sheet


def files_aside(root: Path, update_id: str) -> list[str]:
    """What was put aside for an update."""
    home = root / layout.RAW / update_id / ASIDE
    return sorted(path.relative_to(root).as_posix() for path in home.rglob("*") if path.is_file())


def _place(update: Update, name: str) -> str:
    return f"{layout.RAW}/{update.update_id}/{ASIDE}/{Path(name).name}"


def _aside(update: Update, name: str) -> bytes | None:
    path = update.root / _place(update, name)
    return path.read_bytes() if path.is_file() else None


def _sheet(new: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    rows = [
        {"id": row[key], "table": table} | {name: row.get(name, "") for name in SHOWN[2:]}
        for table, key in ROW_KEYS.items()
        for row in new.get(f"data/{table}.csv", ())
        if table != "flow"
    ]
    return layout.as_csv(pd.DataFrame(rows, columns=list(SHOWN)), SHOWN)
