"""Who is right when the two forms of a notebook differ: nothing that a person wrote is overwritten."""

from __future__ import annotations

from pathlib import Path

from helpers.faults import Fault
from helpers.run.keys import RECORD, Records, read_record
from helpers.run.pairs import NOTEBOOKS, Pair, find_pairs, read_notebook, read_script, sources_digest


def unsynced_fault(pair: Pair, script_digest: str, record: Records) -> Fault | None:
    """Whether the ``.ipynb`` holds edits that the script lacks, which a run would overwrite.

    The cells' sources are compared in three versions: the script's, the notebook's, and those the last run wrote. Where
    notebook and last run agree, only the script was edited, and a run may go on.

    Parameters
    ----------
    pair : Pair
        What is looked at.
    script_digest : str
        `sources_digest` of the script.
    record : mapping
        Committed record of the last run, by notebook.

    Returns
    -------
    Fault or None
        With both ways out.
    """
    if not pair.notebook.is_file():
        return None
    found = sources_digest(read_notebook(pair, pair.notebook.read_bytes()))
    last = record.get(pair.name, {}).get("sources_sha256")
    if found in (script_digest, last):
        return None
    keep_script = f"To drop them: rm {pair.notebook_name}, then: review run {pair.name}"
    if script_digest == last:
        message = "it was edited in Jupyter and its script does not have these edits"
        # jupytext takes the side that was saved last, hence the touch.
        keep_notebook = f"touch {pair.notebook_name} && jupytext --sync {pair.notebook_name}"
        fix = f"To keep them: {keep_notebook}. {keep_script}."
    else:
        message = f"it and {pair.script_name} were both edited since the last run, so neither may be put over the other"
        copy = f"_runs/{pair.name}.from-notebook.py"
        merge = f"jupytext --to py:percent --output {copy} {pair.notebook_name}, then take over what you want from it"
        fix = f"To keep both: {merge} into {pair.script_name}. {keep_script}."
    return Fault(pair.notebook_name, None, None, None, "no-lost-edit", message, fix)


def both_edited(root: Path) -> list[Fault]:
    """Pairs whose two forms were edited apart since the last run, of which a sync would keep only one.

    Parameters
    ----------
    root : Path
        The review's folder.

    Raises
    ------
    ReviewError
        A notebook, a script or the record of the last run cannot be read.
    """
    record = read_record(root, RECORD)
    faults = []
    for pair in find_pairs(root):
        digest = sources_digest(read_script(pair, pair.script.read_bytes()))
        if digest != record.get(pair.name, {}).get("sources_sha256"):
            faults.append(unsynced_fault(pair, digest, record))
    return [fault for fault in faults if fault]


def step_fault(pair: Pair, record: Records) -> Fault | None:
    """Whether the two forms of a notebook say the same, for `review check`."""
    if not pair.notebook.is_file():
        message, fix = "the notebook was never run", f"Run: review run {pair.name}"
        return Fault(pair.notebook_name, None, None, None, "pair-in-step", message, fix)
    script = sources_digest(read_script(pair, pair.script.read_bytes()))
    if fault := unsynced_fault(pair, script, record):
        return fault
    if sources_digest(read_notebook(pair, pair.notebook.read_bytes())) == script:
        return None
    message, fix = f"{pair.script_name} was edited since the notebook was run", f"Run: review run {pair.name}"
    return Fault(pair.notebook_name, None, None, None, "pair-in-step", message, fix)


def orphan_faults(root: Path) -> list[Fault]:
    """Executed notebooks without a script, which would be published and never updated."""
    scripts = {path.stem for path in (root / NOTEBOOKS / "py").glob("*.py")}
    faults = []
    for path in sorted((root / NOTEBOOKS).glob("*.ipynb")):
        if path.stem not in scripts:
            name = f"{NOTEBOOKS}/{path.name}"
            message = f"it has no script {NOTEBOOKS}/py/{path.stem}.py"
            fix = f"If it is new: jupytext --sync {name}. If its script was removed on purpose: rm {name}"
            faults.append(Fault(name, None, None, None, "pair-in-step", message, fix))
    return faults
