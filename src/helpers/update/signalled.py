"""What was known before a search, held against what the search brought: each signal has an answer before the merge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers import signals, tables
from helpers.faults import Fault, ReviewError
from helpers.settings import load_settings
from helpers.update.errors import fault

MOST = 6  # signals that are named one by one
ANSWER = 'review signals answer {name} --update {update} --answer waits|outside --why "REASON"'


def overview(root: Path, update_id: str | None = None) -> dict[str, Any]:
    """Open signals for machines: how many of each kind, which would change an answer, which an update leaves unanswered.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str, optional
        Update under way.

    Raises
    ------
    ReviewError
        The signals cannot be read.
    """
    read, faults = tables.read_tables(root, ["vocabularies", "signals", "flow"])
    if faults := [f for f in faults if f.file == signals.TABLE]:
        raise ReviewError(faults, "The signals cannot be read")
    found = signals.states(root, read)
    is_open = signals.open_signals(read, found)
    counted, is_due = signals.early_update(load_settings(root), read, found)
    return {
        "open": signals.awaiting(read, found),
        "would_change": list(is_open.loc[is_open["would_change"] == "yes", "signal_id"]),
        "early_update": is_due,
        "counted": counted,
        "in_screening": sorted(name for name, state in found.items() if state.code == "in_screening"),
        "unanswered": signals.unanswered(read, found, update_id) if update_id else [],
    }


def told(root: Path, update_id: str | None = None) -> list[str]:
    """The same in lines for people; none where nothing is open."""
    known = overview(root, update_id)
    if not known["open"]:
        return []
    counts = ", ".join(f"{kind} {number}" for kind, number in known["open"].items())
    line = f"Signals noted since the last search: {counts} (review signals list)."
    if known["would_change"]:
        line += f" Would change an answer: {_named(known['would_change'])}."
    lines = [line]
    if known["early_update"] and not update_id:
        lines.append("Under the review's own rule, these call for a search now.")
    if update_id:
        brought = len(known["in_screening"])
        left = f"; without an answer: {_named(known['unanswered'])}" if known["unanswered"] else "; each has an answer"
        lines.append(f"The search has brought {brought} of them{left}.")
    return lines


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def unanswered(root: Path, update_id: str) -> list[Fault]:
    """Signals for which a merge has to wait: they may be evidence, and neither a record nor a person has answered."""
    message = "no record of the search is this signal, and nobody has answered for it"
    faults = []
    for name in overview(root, update_id)["unanswered"]:
        fix = f"Import its record (review update import --other FILE), or say why not: {ANSWER.format(name=name, update=update_id)}"
        faults.append(fault(signals.TABLE, message, fix, rule="signal-unanswered", column="signal_id", value=name))
    return faults
