"""One notebook through papermill: executed, cleaned, and either whole or a failure with its place."""

from __future__ import annotations

import copy
import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from helpers import reads
from helpers.project import write_atomically
from helpers.run.failure import Failure
from helpers.run.kernels import Kernels
from helpers.run.pairs import Pair, cleaned, written

CELL_TIMEOUT = 600  # seconds; a cell that takes longer has gone astray
# Seconds for a cell's last output to arrive after the cell has ended. nbclient's own 4 are too few on a busy machine:
# github.com/nteract/papermill/issues/426
OUTPUT_TIMEOUT = 120
ERROR_MARKER = "papermill-error-cell-tag"
FAILED = "_runs/failed"
REPORT_ID = "what-was-read"
REPORT = "import json, helpers.reads; print(json.dumps(helpers.reads.recorded()))"
STOPPED_AT = re.compile(r"Cell\s+In\s?\[\d+\],?\s+line\s+(\d+)")  # IPython's traceback
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

# Everything that papermill warns of is checked before it is called, with a message that says what to do.
logging.getLogger("papermill").setLevel(logging.CRITICAL)


def execute(
    pair: Pair, notebook: nbformat.NotebookNode, parameters: Mapping[str, Any], kernels: Kernels
) -> tuple[nbformat.NotebookNode, dict[str, str]] | Failure:
    """Run a notebook in a kernel of its own.

    Parameters
    ----------
    pair : Pair
        What is run, for messages and the failed copy.
    notebook : NotebookNode
        Source cells, as `read_script` gives them.
    parameters : mapping
        Values to inject; none for the defaults.
    kernels : Kernels
        Where the kernel comes from.

    Returns
    -------
    tuple of (NotebookNode, dict of str to str) or Failure
        The executed notebook, cleaned, and what it read; or what went wrong, the notebook with its traceback kept in
        ``_runs/failed/``.
    """
    saved = kernels.folder / f"{pair.name}.ipynb"
    try:
        done = papermill.execute_notebook(
            _asked_at_the_end(notebook),
            saved,
            parameters=dict(parameters) or None,
            progress_bar=False,
            shutdown_kernel="immediate",  # the kernel has nothing to save, and asking it takes a second
            request_save_on_cell_execute=True,  # so that a kernel that dies leaves what it did
            execution_timeout=CELL_TIMEOUT,
            iopub_timeout=OUTPUT_TIMEOUT,
            kernel_manager_class=kernels.manager_class(),
        )
    except PapermillExecutionError as error:
        return _failure(pair, saved, error.ename, error.evalue)
    except (RuntimeError, TimeoutError) as error:  # nbclient: the kernel died, or a cell took too long
        if kernels.is_stopped:
            raise
        return _failure(pair, saved, type(error).__name__, str(error).strip().splitlines()[0] if str(error) else "")
    found = _read_by(done)
    whole = cleaned(done)
    _stable_injected_id(whole)
    (pair.root / FAILED / f"{pair.name}.ipynb").unlink(missing_ok=True)  # an old failure is now answered
    return whole, found


def _asked_at_the_end(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy with one more cell, which says what the notebook has read."""
    longer = copy.deepcopy(notebook)
    longer.cells.append(nbformat.v4.new_code_cell(REPORT, id=REPORT_ID))
    return longer


def _read_by(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Take that cell out again, and read what it says."""
    last = notebook.cells.pop()
    said = "".join(output.text for output in last.outputs if output.get("name") == "stdout")
    found: dict[str, str] = json.loads(said)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return found | ({repr(reads.EVERYTHING): ""} if reads.needs_everything(code) else {})


def _stable_injected_id(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"


def _failure(pair: Pair, saved: Path, name: str, message: str) -> Failure:
    kept = f"{FAILED}/{pair.name}.ipynb"
    notebook = nbformat.read(saved, as_version=4) if saved.is_file() else nbformat.v4.new_notebook()
    notebook.cells = [
        cell
        for cell in notebook.cells
        if ERROR_MARKER not in cell.metadata.get("tags", []) and cell.get("id") != REPORT_ID
    ]
    number, error = _stopped_cell(notebook)
    source = notebook.cells[number - 1].source if number else ""
    line = _stopped_line(source, COLOURS.sub("", "\n".join(error.get("traceback", []))))
    write_atomically(pair.root / kept, written(cleaned(notebook)))
    return Failure(pair.name, number, line, source, name, COLOURS.sub("", message), kept)


def _stopped_cell(notebook: nbformat.NotebookNode) -> tuple[int | None, Mapping[str, Any]]:
    """Number of the cell that stopped, and its error; without one, when the kernel died, the last cell that began."""
    begun = None
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return number, output
        if cell.metadata.get("papermill", {}).get("start_time"):
            begun = number
    return begun, {}


def _stopped_line(source: str, traceback: str) -> str:
    lines = [line.strip() for line in source.splitlines()]
    if (found := STOPPED_AT.search(traceback)) and int(found[1]) <= len(lines):
        return lines[int(found[1]) - 1]
    # Options and comments come before the first line that computes something.
    return next((line for line in lines if line and not line.startswith("#")), lines[0] if lines else "")
