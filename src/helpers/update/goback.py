"""Going back: an import or a whole update taken out again; what people decided is kept aside, not destroyed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from helpers.project import write_together
from helpers.project.together import Content
from helpers.update import calendar, layout, linking, published
from helpers.update.errors import fault, misused
from helpers.update.outcome import Outcome


def undo(root: Path, what: str, *, person: str, why: str, today: str) -> Outcome:
    """Take back a decision on a pair of records, or the whole update that is under way.

    Parameters
    ----------
    root : Path
        Folder of the review.
    what : str
        Id of a pair, or of the update.
    person, why, today : str
        Who takes it back, and why; for the ledger.

    Raises
    ------
    UsageError
        There is no such thing, or the update is integrated already.
    """
    known = calendar.read_calendar(root)
    if what == known.running:
        return abandon(root, what)
    if what in set(known.updates["update_id"]):
        fix = "What was merged is corrected with new rows, see CONTRIBUTING.md; or go back with git."
        raise misused(
            "Nothing was undone", fault("WHAT", "this update is integrated", fix, rule="not-integrated", value=what)
        )
    if not person:
        fix = 'Say who takes the decision back: --person "YOUR NAME"'
        raise misused("Nothing was undone", fault("--person", "nobody is named", fix, rule="person"))
    return linking.undo(root, what, person=person, why=why, today=today)


def abandon(root: Path, update_id: str) -> Outcome:
    """Take an update back that is under way; its tables stay aside on this machine, and so do the raw exports."""
    home = root / layout.UPDATES / update_id
    files: dict[str, Content] = {}
    every = sorted(path for path in home.rglob("*") if path.is_file())
    mark = hashlib.sha256(b"".join(path.read_bytes() for path in every)).hexdigest()[:8]
    aside = f"{layout.RAW}/{update_id}/taken-back-{mark}"
    for path in every:
        files[path.relative_to(root).as_posix()] = None
        files[f"{aside}/{path.relative_to(home).as_posix()}"] = path.read_bytes()
    files |= dict.fromkeys(published.files_aside(root, update_id))
    write_together(root, files)
    return Outcome(
        [
            f"The update {update_id} was taken back: {len(every)} files of data/updates/{update_id}/ are now in {aside}/.",
            "The exported files stay as they are; to begin again: review update start",
        ]
    )
