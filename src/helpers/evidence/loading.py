"""Evidence read from the review's folder and cut at an update."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers import reads
from helpers import tables as table_files
from helpers.codes import Codes
from helpers.evidence.asked import Asked
from helpers.evidence.certainty import levels
from helpers.evidence.living import living_totals
from helpers.evidence.model import Evidence
from helpers.faults import Fault, ReviewError
from helpers.project import find_root

CORRECTIONS = "data/corrections.yaml"
BELONGING = {"comparison_groups": ("comparison_id", "comparisons")}  # tables whose rows stand and fall with another's
UNDATED = "sources"  # says of itself neither when it came nor to which table it belongs


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
    with reads.unwatched():
        found = _load(root, as_of)
    return Asked(found, (as_of, False)) if reads.recorded_root() == found.root.resolve() else found


def _load(root: Path | str | None, as_of: str | None) -> Evidence:
    folder, tables, corrections = _read(root)
    integrated = _integrated(tables)
    chosen = as_of or next(reversed(integrated), "")
    if chosen not in integrated:
        fix = f"Choose one of: {', '.join(integrated) or 'none is integrated yet'}."
        fault = Fault(
            "data/updates.csv", None, "update_id", as_of, "known-update", "no integrated update of this date", fix
        )
        raise ReviewError([fault], "The evidence cannot be cut at this update")
    return _cut(folder, tables, corrections, chosen)


def load_versions(root: Path | str | None = None) -> tuple[Evidence, ...]:
    """Evidence as of each integrated update, oldest first, with the tables read once.

    Parameters
    ----------
    root : path, optional
        Folder of the review; default found from the working directory upwards.

    Returns
    -------
    tuple of Evidence

    Raises
    ------
    ReviewError
        The data break the dictionary, in all places at once.
    """
    if reads.recorded_root() is not None:
        reads.note(reads.EVERYTHING)
    folder, tables, corrections = _read(root)
    return tuple(_cut(folder, tables, corrections, update) for update in _integrated(tables))


def _read(root: Path | str | None) -> tuple[Path, dict[str, pd.DataFrame], list[Mapping[str, Any]]]:
    folder = find_root(root, or_own=True)
    tables, faults = table_files.read_tables(folder)
    corrections, more = read_corrections(folder)
    if faults + more:
        raise ReviewError(faults + more, "The evidence tables break the data dictionary")
    return folder, tables, corrections


def _integrated(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    updates = tables["updates"]
    return sorted(updates.loc[updates["status"] == "integrated", "update_id"])


def _cut(
    folder: Path, tables: Mapping[str, pd.DataFrame], corrections: list[Mapping[str, Any]], update: str
) -> Evidence:
    cut = {name: _as_of(frame, update) for name, frame in tables.items()}
    for name, (key, owner) in BELONGING.items():
        cut[name] = cut[name][cut[name][key].isin(cut[owner][key])]
    cut[UNDATED] = cut[UNDATED][cut[UNDATED]["source_id"].isin(_sources_used(cut))]
    cut["findings"] = cut["findings"].assign(certainty=levels(cut["findings"], cut["certainty"]))
    cut["counts"], living = living_totals(cut["counts"], cut["studies"], cut["cohorts"], Codes(cut["vocabularies"]))
    is_latest = update == max(_integrated(tables))
    return Evidence(folder, update, cut, tuple(corrections), living, is_latest, tables)


def _as_of(frame: pd.DataFrame, update: str) -> pd.DataFrame:
    if "added_in" not in frame:
        return frame[frame["update_id"] <= update] if "update_id" in frame else frame
    is_in = frame["added_in"] <= update
    is_out = (frame["retired_in"] <= update).fillna(False)
    return frame[is_in & ~is_out]


def _sources_used(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """Sources that any row in force is taken from: a publication of a later update is not there yet."""
    named = [
        frame[column].dropna()
        for name, frame in tables.items()
        if name != UNDATED
        for column in frame.columns
        if column == "source_id" or column.endswith("_source_id")
    ]
    return {str(source) for column in named for source in column}


def _shapeless(entries: Any) -> Iterator[Fault]:
    """Entries of another shape than keys and values, and lists that are none."""
    fix = "Write a list of entries, each with `id:`, `rows:` and the other keys, as `data/README.md` shows."
    if not isinstance(entries, list):
        yield Fault(CORRECTIONS, 1, None, None, "correction-parts", "a list of entries is expected", fix)
        return
    for number, entry in enumerate(entries, 1):
        message = ""
        if not isinstance(entry, dict):
            message = f"entry {number} has no keys"
        elif wrong := [
            key
            for key in ("rows", "sums")
            if key in entry and not (isinstance(entry[key], list) and all(isinstance(i, str) for i in entry[key]))
        ]:
            message = f"entry {number}: {' and '.join(wrong)} must be a list of ids"
        elif "expect" in entry and not isinstance(entry["expect"], dict):
            message = f"entry {number}: expect must hold cells"
        if message:
            yield Fault(CORRECTIONS, None, None, None, "correction-parts", message, fix)


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
    if shapeless := list(_shapeless(entries)):
        return [], shapeless
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
