"""How well two independent readings of what is new agreed before they were reconciled."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from helpers.signals.states import identifiers, title_key

FOLDER = "data/surveillance"  # a folder for each day on which two people read: a-signals.csv, a-figures.csv, b-...
COMPARED = ("kind", "date", "doi", "pmid", "registry_id", "would_change")
COMPARED_KINDS = ("approval",)
SHARE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Agreement:
    """Two readings of one day.

    Attributes
    ----------
    day : str
        ISO date.
    signals, figures : tuple of (int, int, int)
        Noted by the first reader, by the second, and by both.
    cells : tuple of (int, int)
        Cells of the signals noted by both that both filled, and those of them that are equal.
    """

    day: str
    signals: tuple[int, int, int]
    figures: tuple[int, int, int]
    cells: tuple[int, int]


def readings(root: Path) -> list[Agreement]:
    """Every day on which two people read, oldest first; empty where readings are not kept.

    Parameters
    ----------
    root : Path
        Folder of the review.
    """
    return [_compared(folder) for folder in sorted((root / FOLDER).glob("*")) if (folder / "b-signals.csv").is_file()]


def _compared(folder: Path) -> Agreement:
    one, other = (_rows(folder / f"{who}-signals.csv") for who in "ab")
    pairs = [(a, b) for a in one for b in other if _is_same(a, b)]
    # What has no identifier, such as an approval, is the same where each reader has one of its kind left.
    left = [[row for row in rows if row not in [p[n] for p in pairs]] for n, rows in enumerate((one, other))]
    alone = [
        {k: rows[0] for k in COMPARED_KINDS if len(rows := [r for r in side if r["kind"] == k]) == 1} for side in left
    ]
    pairs += [(alone[0][kind], alone[1][kind]) for kind in alone[0].keys() & alone[1].keys()]
    filled = [(a[c], b[c]) for a, b in pairs for c in COMPARED if a[c] and b[c]]
    known_as = {b["signal_id"]: a["signal_id"] for a, b in pairs}
    mine, theirs = (Counter(_figures(folder / f"{who}-figures.csv", known_as)) for who in "ab")
    return Agreement(
        folder.name,
        (len(one), len(other), len(pairs)),
        (mine.total(), theirs.total(), (mine & theirs).total()),
        (len(filled), sum(a == b for a, b in filled)),
    )


def _is_same(a: dict[str, str], b: dict[str, str]) -> bool:
    if a["kind"] != b["kind"]:
        return False
    shared = identifiers(a) & identifiers(b) or title_key(a["title"]) == title_key(b["title"])
    return bool(shared) or bool(a["url"] and a["url"] == b["url"])


def _figures(path: Path, known_as: dict[str, str]) -> list[tuple[str, ...]]:
    """Figures as what can be compared: whose they are, what was given, and the numbers; a share where there is no count."""
    found = []
    for row in _rows(path):
        numbers = (row["events"], row["total"]) if row["events"] else tuple(SHARE.findall(row["as_printed"])[:1])
        found.append((known_as.get(row["signal_id"], row["signal_id"]), row["treatment"], *numbers))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
