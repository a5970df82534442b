"""What has to be run: notebooks that are out of date, read and with their parameters checked; nothing runs yet."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.faults import Fault, ReviewError
from helpers.run.errors import UsageError
from helpers.run.keys import Inputs, Records
from helpers.run.pairs import NOTEBOOKS, Pair, read_script
from helpers.run.parameters import UPDATE, check_values, read_parameters

if TYPE_CHECKING:
    import nbformat

LONGEST_NAME = 80  # characters; file systems take 255 bytes, and shells show less


@dataclass(frozen=True)
class Job:
    """A notebook that has to be run.

    Attributes
    ----------
    pair : Pair
        Which one.
    script : str
        Text of its script, as it was when the key was computed.
    notebook : NotebookNode
        Its cells, without outputs.
    parameters : dict
        Values that replace defaults.
    inputs : Inputs
        What the outputs may depend on, as it was before the run.
    target, result : Path
        Files that will be written.
    before : bytes or None
        Content of the target when the run began.
    """

    pair: Pair
    script: str
    notebook: nbformat.NotebookNode
    parameters: dict[str, Any]
    inputs: Inputs
    target: Path
    result: Path
    before: bytes | None

    @property
    def key(self) -> str:
        """What the outputs will depend on."""
        return self.inputs.key(self.script.encode(), self.parameters)

    @property
    def place(self) -> str:
        """The target within the review's folder."""
        return self.target.relative_to(self.pair.root).as_posix()


def output_folder(given: Mapping[str, Any]) -> str:
    """Where executed notebooks go: only the default parameters may update what is committed.

    Other parameters name a folder of their own, e.g. ``_runs/2023-06-30,level=0.9``.
    """
    if not given:
        return NOTEBOOKS
    parts = [] if is_latest(given.get(UPDATE)) else [str(given[UPDATE])]
    parts += [f"{name}={given[name]}" for name in sorted(given) if name != UPDATE]
    named = ",".join(parts) or "default"
    folder = re.sub(r"[^\w.,=+-]+", "-", named)[:LONGEST_NAME]
    if folder != named:  # what cannot stand in a name tells variants apart as well
        folder += f",{sha256(named.encode())[:8]}"
    return f"_runs/{folder}"


def is_latest(as_of: object) -> bool:
    """Whether a value of ``as_of`` is its default, as a shell writes it or as Python has it."""
    return as_of is None or str(as_of).lower() in ("none", "null")


def make_jobs(
    root: Path, pairs: Sequence[Pair], given: Mapping[str, Any], state: Records, record: Records, *, force: bool
) -> tuple[list[Job], list[str]]:
    """Jobs for the notebooks that are out of date, and the names of the others.

    Raises
    ------
    ReviewError
        All faults of all scripts together.
    UsageError
        Parameters that do not exist or do not fit, of all notebooks together.
    """
    inputs = Inputs(root)
    faults: list[Fault] = []
    usage = _as_of_faults(root, given.get(UPDATE))
    jobs: list[Job] = []
    skipped: list[str] = []
    folder = output_folder(given) if not usage else "_runs"
    results = root / (f"{folder}/results" if given else "data/results")
    for pair in pairs:
        content = pair.script.read_bytes()
        target, result = root / folder / f"{pair.name}.ipynb", results / f"{pair.name}.json"
        before = target.read_bytes() if target.is_file() else None
        place = f"{folder}/{pair.name}.ipynb"
        # Before Jupytext is even imported: with nothing to do, a run takes a moment.
        here, last = state.get(place, {}), record.get(pair.name, {})
        if not (given or force) and result.is_file() and _is_same(here, last, inputs, content, before):
            skipped.append(pair.name)
            continue
        try:
            notebook = read_script(pair, content)
            known = read_parameters(pair, notebook, content.decode("utf-8"))
        except ReviewError as error:
            faults += error.faults
            continue
        values, wrong = check_values(pair, known, given)
        usage += wrong
        key = inputs.key(content, values)
        if given and not force and result.is_file() and is_current(state.get(place, {}), key, before):
            skipped.append(pair.name)
        else:
            jobs.append(Job(pair, content.decode("utf-8"), notebook, values, inputs, target, result, before))
    if faults:
        raise ReviewError(faults + usage, "Nothing was run")
    if usage:
        raise UsageError(usage, "Nothing was run")
    return jobs, skipped


def _is_same(
    here: Mapping[str, Any], last: Mapping[str, Any], inputs: Inputs, script: bytes, content: bytes | None
) -> bool:
    """Whether this machine made a notebook, in the last run, from what would make the same notebook now."""
    is_whole = all(is_current(entry, str(last.get("key")), content) for entry in (here, last))
    return is_whole and inputs.same_as_in(last, script)


def _as_of_faults(root: Path, as_of: object) -> list[Fault]:
    """An update that does not exist; checked early also because the value becomes a folder's name."""
    if is_latest(as_of):
        return []
    message, known = "there is no such update", _updates(root)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(as_of)):
        message = "`as_of` is not an ISO date"
    elif str(as_of) in known or not known:
        return []
    fix = f"Updates are: {', '.join(known)}." if known else "Write it as in data/updates.csv, e.g. 2023-06-30."
    return [Fault("data/updates.csv", None, "update_id", str(as_of), "known-update", message, fix)]


def _updates(root: Path) -> list[str]:
    """Ids of the updates; none where the table cannot be read, which `review check` and the loader report."""
    try:
        with (root / "data" / "updates.csv").open(encoding="utf-8", newline="") as stream:
            return [row["update_id"] for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        return []


def is_current(entry: Mapping[str, Any], key: str, content: bytes | None) -> bool:
    """Whether a file was made from the inputs of this key, and is still as it was made."""
    return content is not None and entry.get("key") == key and entry.get("outputs_sha256") == sha256(content)


def sha256(content: bytes) -> str:
    """SHA-256 as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
