"""Where the update stands, for people in a few lines and for machines as one document; worked out from files alone."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from helpers.update import calendar, extracted, layout, noted, notices, signalled, soundness
from helpers.update.agreed import screening_document
from helpers.update.extract import extraction_document
from helpers.update.lists import full_text_lines
from helpers.update.search_report import to_do
from helpers.update.searches import strategy_file
from helpers.update.standing import NAMES, Step, step_of
from helpers.update.state import FULL_TEXT, TITLE_ABSTRACT, Update, read_update

STEPS = ("import", "link", "notices", "screen", "extract", "merge")


def status(root: Path, *, today: str) -> tuple[dict[str, Any], str]:
    """Where the update stands.

    Parameters
    ----------
    root : Path
        Folder of the review.
    today : str
        Says whether the next search is overdue.

    Returns
    -------
    document : dict
        ``update_id``, ``step``, ``next``, ``waits_for``, ``import``, ``links``, ``screening``, ``extraction``,
        ``lost_by_going_back`` and more; without an update under way, what comes next and when.
    text : str
        The same in a few lines.

    Raises
    ------
    ReviewError
        A file of the update cannot be read.
    """
    known = calendar.read_calendar(root)
    if known.running is None:
        return _idle(root, known, today)
    update = read_update(root, known.running)
    step = step_of(update)
    document = {
        "update_id": update.update_id,
        "version": known.version_of(update.update_id),
        "step": step.name,
        "phase": step.phase or None,
        "next": step.next,
        "waits_for": list(step.waits_for),
        "to_do": to_do(update),
        "import": import_document(update),
        "links": link_documents(update),
        "notices": notices.document(update),
        "screening": screening_document(update),
        "extraction": extraction_document(update),
        "lost_by_going_back": lost(update),
        "signals": signalled.overview(root, update.update_id),
        "faults": [one.to_dict() for one in soundness.of_tables(update)],
    }
    return document, _text(update, step)


def _idle(root: Path, known: calendar.Calendar, today: str) -> tuple[dict[str, Any], str]:
    next_ = f"review update start {max(known.next_due, today)} --pubmed FILE --embase FILE"
    document = {
        "update_id": None,
        "step": "start",
        "next": next_,
        "waits_for": ["operator: export the searches of PubMed and Embase"],
        "last": known.last,
        "next_due": known.next_due,
        "is_overdue": today > known.next_due,
        "import": {"files": [], "kept": 0, "merged": 0, "already_decided": 0},
        "links": [],
        "notices": [],
        "screening": {},
        "extraction": {},
        "lost_by_going_back": {},
        "signals": signalled.overview(root),
    }
    since = "".join(f"{line}\n" for line in signalled.told(root))
    names = " and ".join(strategy_file(max(known.next_due, today), name) for name in ("PubMed", "Embase"))
    text = (
        f"No update is under way. The last one, {known.last}, is integrated; the next search {known.due(today)}.\n"
        f"{since}Start with: {next_}\n"
        f"The date is the last day that the search covers. Search strings, as they were run, belong into {names}.\n"
        "The page `Yearly update` of the site tells every step."
    )
    return document, text


def import_document(update: Update) -> dict[str, Any]:
    """Files and counts of the import: ``parsed`` of all files is ``kept`` and ``merged`` together.

    ``notes`` of a file are what is to be known of it, ``shown`` the number of records that its database showed.
    """
    files = [
        {
            "file": row["file"],
            "format": row["format"],
            "started": int(row["started"]),
            "parsed": int(row["parsed"]),
            "database": row["database"],
            "arm": row["arm"],
            "export_id": row["export_id"],
            "notes": noted.notes_of(update.notes, row["export_id"]),
            "shown": noted.shown_of(update.notes, row["export_id"]),
        }
        for row in update.exports.to_dict("records")
    ]
    return {
        "files": files,
        "kept": update.kept,
        "merged": update.merged,
        "already_decided": len(update.already_decided),
        "to_screen": len(update.to_screen),
    }


def link_documents(update: Update) -> list[dict[str, Any]]:
    """Every pair that the ledger knows, as it counts now."""
    asked = set(update.open_links["link_id"])
    return [
        {
            **{key: row[key] for key in ("a", "b", "relation", "decided_by", "why", "link_id", "status")},
            "asked": row["link_id"] in asked,
            "a_is": update.labels.get(row["a"], row["a"]),
            "b_is": update.labels.get(row["b"], row["b"]),
        }
        for row in update.current.to_dict("records")
    ]


def lost(update: Update) -> dict[str, Any]:
    """What taking the update back would lose, by step; the exports themselves stay on this machine."""
    people = update.ledger[update.ledger["decided_by"].str.startswith("person:")]
    own = update.written_decisions[update.written_decisions["stage"] == "independent"]
    return {
        "import": {"files": len(update.exports), "records": len(update.records)},
        "link": {"decisions": len(people)},
        "screen": {
            "decisions": len(own),
            "settled_together": len(update.written_decisions) - len(own),
            "reviewers": sorted(own["reviewer"].unique()),
        },
        "extract": {"forms": extracted.handed_in(update), "decisions": _decided(update)},
    }


def _decided(update: Update) -> int:
    path = update.root / extracted.folder(update.update_id) / extracted.DECISIONS
    return len(layout.read_any(path)) if path.is_file() else 0


def _text(update: Update, step: Step) -> str:
    at = STEPS.index(step.name)
    way = " > ".join(f"[{name}]" if n == at else name for n, name in enumerate(STEPS))
    records = len(update.records)
    lines = [
        f"Update {update.update_id}: {way}",
        f"Import: {records} records in {len(update.exports)} file{'s' * (len(update.exports) != 1)} = {update.kept} kept"
        f" + {update.merged} merged; {len(update.already_decided)} of the kept were decided before,"
        f" {len(update.to_screen)} are to be screened.",
    ]
    lines += notices.lines(update)
    lines += _notes(update)
    if broken := soundness.of_tables(update):
        lines.append(
            f"Broken: {len(broken)} faults in the files of the update, which `review check` lists; first: {broken[0]}"
        )
    if at > STEPS.index("notices"):
        for name in (TITLE_ABSTRACT, FULL_TEXT):
            state = update.phase(name)
            if state.reports:
                lines.append(
                    f"{NAMES[name].capitalize()}: {len(state.reports)} reports, {len(state.of('include'))} in,"
                    f" {len(state.of('exclude'))} out, {len(state.of('conflict'))} to settle,"
                    f" {len(state.of('incomplete'))} open."
                )
    lines += full_text_lines(update)
    lines += [f"Waits for {who}." for who in step.waits_for]
    lines += signalled.told(update.root, update.update_id)
    if todo := to_do(update):
        lines.append(f"The merge will ask for: {'; '.join(todo)}.")
    lines += [f"Next: {step.next}", _going_back(update)]
    return "\n".join(lines)


def _notes(update: Update) -> list[str]:
    """What the import has noted, until the merge; and which numbers nobody has compared."""
    files = import_document(update)["files"]
    lines = [f"Note on {file['file']}: {note}" for file in files for note in file["notes"]]
    if unseen := [file for file in files if file["shown"] is None]:
        listed = ", ".join(f"{file['file']} ({file['parsed']})" for file in unseen)
        option = noted.option_of(unseen[0]["database"], unseen[0]["arm"])
        name = shlex.quote(unseen[0]["file"])
        lines.append(
            f"Not compared with the number that the database showed: {listed}."
            f" To have it kept: review update import {option} {name} --expect {name}=N"
        )
    return lines


def _going_back(update: Update) -> str:
    gone = lost(update)
    parts = [f"{gone['import']['files']} imports"]
    parts += [f"{gone['link']['decisions']} decisions on pairs"] * bool(gone["link"]["decisions"])
    parts += [f"{gone['screen']['decisions']} decisions on reports"] * bool(gone["screen"]["decisions"])
    parts += [f"{len(gone['extract']['forms'])} forms"] * bool(gone["extract"]["forms"])
    return (
        f"Going back (review update undo {update.update_id}) would lose: {', '.join(parts)}. The exported files stay."
    )
