"""What the doctor mends: files that machines made and that cannot be read; never anybody's work."""

from __future__ import annotations

import contextlib
from pathlib import Path

from helpers.cli.actions import Result
from helpers.faults import ReviewError
from helpers.project import JOURNAL, journal_faults, only_writer, put_aside, read_made, unreadable, write_atomically


def doctor(root: Path) -> Result:
    """Put aside what machines made and nobody can read, make again what can be made at once, and say the rest.

    Parameters
    ----------
    root : Path
        Folder of the review.
    """
    did: list[str] = []
    again: list[str] = []
    if journal_faults(root):
        kept = put_aside(root, JOURNAL)
        did.append(f"{JOURNAL}: of a command that was killed, and unreadable; kept as {kept}.")
        again.append("git status   # whether the last command had ended; repeat it if not")
    with only_writer(root):  # finishes what a killed command had begun, where that can be read
        for fault in unreadable(root):
            kept = put_aside(root, fault.file)
            if remade := _from_notebook(root, fault.file):
                write_atomically(root / fault.file, remade)
                did.append(f"{fault.file}: made again from its notebook; the unreadable one is kept as {kept}.")
            else:
                did.append(f"{fault.file}: kept as {kept}.")
                again.append(fault.fix.rpartition(": ")[2])
    if not did:
        text = "Everything that machines made can be read; nothing was changed. What people write: review check"
    else:
        text = "\n".join(["Put aside:", *(f"  {line}" for line in did)])
        text += "".join(f"\nNext: {command}" for command in [*dict.fromkeys(again), "review check"])
    return Result(True, {"ok": True, "put_aside": did, "next": list(dict.fromkeys(again))}, text)


def _from_notebook(root: Path, name: str) -> str:
    """The results of a notebook, read from its outputs; empty where they cannot be."""
    from helpers.run.pairs import find_pairs
    from helpers.run.results import RESULTS, harvest

    stem = Path(name).stem
    with contextlib.suppress(ReviewError):
        for pair in find_pairs(root):
            if pair.name == stem and name.startswith(RESULTS):
                cells = read_made(root, f"notebooks/{stem}.ipynb")["cells"]
                return harvest(pair, cells) if any(cell.get("outputs") for cell in cells) else ""  # never executed
    return ""
