"""What `review check` asks of notebooks: readable, in step, up to date, clean. Nothing is executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.faults import Fault, ReviewError
from helpers.run.jobs import is_current
from helpers.run.keys import NOT_FOR_NOTEBOOKS, RECORD, Inputs, Records, read_record
from helpers.run.pairs import Pair, find_pairs, read_notebook, read_script, row_of, sources_digest
from helpers.run.parameters import read_parameters
from helpers.run.results import RESULTS, harvest
from helpers.run.safety import orphan_faults, step_fault

if TYPE_CHECKING:
    import nbformat

ADDRESS = re.compile(r"<[^<>\n]* at 0x[0-9a-f]{6,}>")
CLOCK = re.compile(r"(?<![\w.])1[6-9]\d{8}\.\d{2,}(?!\w)")  # seconds since 1970, as `time.time()` tells them
MAX_CODE_CELLS = 30
MAX_CELL_LINES = 12  # the `#|` options of the page aside


@dataclass(frozen=True)
class _Cell:
    """A code cell with its place."""

    pair: Pair
    script: str
    number: int
    source: str

    def fault(self, rule: str, message: str, fix: str, *, row: int | None = None, value: str | None = None) -> Fault:
        """A fault in this cell; `row` counts from the cell's first line."""
        first = row_of(self.script, self.source)
        line = None if first is None else first + (row or 1) - 1
        return Fault(self.pair.script_name, line, f"cell {self.number}", value, rule, message, fix)


def check_notebooks(root: Path) -> tuple[list[Fault], dict[str, int]]:
    """Every broken rule of the notebooks.

    Parameters
    ----------
    root : Path
        The review's folder.

    Returns
    -------
    list of Fault
        Rules of the scripts (one parameters cell, no functions, short cells), pairs out of step, notebooks that are
        older than what they are made from, outputs that must not be published.
    dict
        How many notebooks and code cells were looked at.
    """
    pairs = find_pairs(root)
    faults = orphan_faults(root)
    cells = 0
    try:
        record = read_record(root, RECORD)
    except ReviewError as error:
        faults += error.faults
        record = {}
    inputs = Inputs(root)
    for pair in pairs:
        content = pair.script.read_bytes()
        try:
            notebook = read_script(pair, content)
            script = content.decode("utf-8")
            cells += sum(cell.cell_type == "code" for cell in notebook.cells)
            faults += _script_faults(pair, script, notebook)
            step = step_fault(pair, record)
            digest = sources_digest(notebook)
            faults += [step] if step else _age_faults(pair, content, digest, inputs, record)
            faults += _output_faults(pair)
        except ReviewError as error:
            faults += error.faults
    return faults, {"notebooks": len(pairs), "code_cells": cells}


def _script_faults(pair: Pair, script: str, notebook: nbformat.NotebookNode) -> Iterator[Fault]:
    try:
        read_parameters(pair, notebook, script)
    except ReviewError as error:
        yield from error.faults
    numbered = [(number, cell) for number, cell in enumerate(notebook.cells, start=1) if cell.cell_type == "code"]
    if len(numbered) > MAX_CODE_CELLS:
        message = f"it has {len(numbered)} code cells; a reader follows at most {MAX_CODE_CELLS}"
        fix = "Move computation into helpers, or split the notebook."
        yield Fault(pair.script_name, None, None, str(len(numbered)), "at-most-30-cells", message, fix)
    for number, cell in numbered:
        yield from _cell_faults(_Cell(pair, script, number, cell.source))


def _cell_faults(cell: _Cell) -> Iterator[Fault]:
    from helpers import markup  # loads pandas, which reading back a result need not wait for

    lines = cell.source.splitlines()
    counted = sum(not line.startswith("#|") for line in markup.without_guards(cell.source).splitlines())
    if counted > MAX_CELL_LINES:
        message = f"the cell has {counted} lines; at most {MAX_CELL_LINES} are read at a glance"
        yield cell.fault("at-most-12-lines", message, "Split it, or move the work into helpers.", value=str(counted))
    plain = "\n".join("pass" if line.startswith(("%", "!")) else line for line in lines)  # IPython's own commands
    try:
        tree = ast.parse(plain)
    except SyntaxError as error:
        said = f"the cell is no Python: {error.msg}"
        yield cell.fault("plain-python", said, "Mend the line.", row=error.lineno, value=(error.text or "").strip())
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            fix = "Move it to a module of src/helpers/, with a test, and import it."
            yield cell.fault(
                "no-functions", "a notebook tells, it defines nothing", fix, row=node.lineno, value=node.name
            )
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Lambda):
            fix = "Move it to a module of src/helpers/, with a test, and import it."
            shown = ast.unparse(node)
            yield cell.fault("no-functions", "a notebook tells, it defines nothing", fix, row=node.lineno, value=shown)
        elif names := [name for name in _imported(node) if name in NOT_FOR_NOTEBOOKS]:
            message = f"helpers.{names[0]} works on notebooks, so no notebook may depend on it"
            fix = "Import what you need from the helpers that compute."
            yield cell.fault("one-direction", message, fix, row=getattr(node, "lineno", None), value=names[0])


def _imported(node: ast.AST) -> list[str]:
    """Modules of helpers that a statement imports."""
    if isinstance(node, ast.ImportFrom) and node.module == "helpers":
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
        return [(node.module or "").split(".")[1]]
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[1] for alias in node.names if alias.name.startswith("helpers.")]
    return []


def _age_faults(pair: Pair, script: bytes, digest: str, inputs: Inputs, record: Records) -> Iterator[Fault]:
    entry = record.get(pair.name, {})
    fix = f"Run: review run {pair.name}"
    results = f"{RESULTS}/{pair.name}.json"
    if entry and entry.get("sources_sha256") != digest:  # saved in both forms at once, as JupyterLab does
        yield Fault(pair.notebook_name, None, None, None, "up-to-date", "it was edited since it was run", fix)
    elif not inputs.same_as_in(entry, script):
        message = "it was made from other data, helpers or versions than are here now"
        yield Fault(pair.notebook_name, None, None, None, "up-to-date", message, fix)
    elif not is_current(entry, entry["key"], pair.notebook.read_bytes()):
        message = "its outputs are not those of the last run"
        yield Fault(pair.notebook_name, None, None, None, "outputs-of-last-run", message, fix)
    elif not (pair.root / results).is_file():
        yield Fault(results, None, None, None, "up-to-date", "its results file is missing", fix)
    elif (pair.root / results).read_text(encoding="utf-8") != harvest(pair, _cells(pair)):
        message = "the results are not those that the notebook shows"
        yield Fault(results, None, None, None, "results-of-last-run", message, f"{fix} --force")


def _cells(pair: Pair) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = read_notebook(pair, pair.notebook.read_bytes())["cells"]
    return cells


def _output_faults(pair: Pair) -> Iterator[Fault]:
    """Outputs that must not stand on a public page, or that are different in each run."""
    if not pair.notebook.is_file():
        return
    fix = f"Mend its cause in {pair.script_name}, then: review run {pair.name}"
    for number, cell in enumerate(_cells(pair), start=1):
        allowed = "raises-exception" in cell.get("metadata", {}).get("tags", [])
        for output in cell.get("outputs", []):
            for rule, message, shown in _unwanted(output, allowed):
                yield Fault(pair.notebook_name, None, f"cell {number}", shown, rule, message, fix)


def _unwanted(output: Mapping[str, Any], error_allowed: bool) -> Iterator[tuple[str, str, str]]:
    if output.get("output_type") == "error" and not error_allowed:
        yield "clean-outputs", "the page would show an error", f"{output.get('ename')}: {output.get('evalue')}"
    texts = ["".join(output.get("text", "")), "".join(output.get("data", {}).get("text/plain", ""))]
    if output.get("name") == "stderr" and texts[0].strip():
        yield "clean-outputs", "the page would show a warning", texts[0].strip().splitlines()[0][:200]
    elif found := ADDRESS.search("\n".join(texts)):
        yield "same-every-run", "the output holds an address in memory, which changes with each run", found[0]
    elif found := CLOCK.search("\n".join(texts)):
        yield "same-every-run", "the output holds the time of the run, which changes with each run", found[0]
