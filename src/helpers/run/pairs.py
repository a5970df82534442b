"""Pairs of a review: `notebooks/py/x.py`, which people edit, and `notebooks/x.ipynb`, executed and published."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.faults import Fault, ReviewError
from helpers.run.errors import UsageError

if TYPE_CHECKING:
    import nbformat

NOTEBOOKS = "notebooks"
SCRIPTS = "notebooks/py"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# What Jupyter says of the language, without the version, which differs between machines.
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
EXACT = 2**53  # from here on a float names no single whole number


@dataclass(frozen=True)
class Pair:
    """A notebook in its two forms.

    Attributes
    ----------
    root : Path
        The review's folder.
    name : str
        Common name without ending, e.g. ``05-some-drug``.
    """

    root: Path
    name: str

    @property
    def script(self) -> Path:
        """The percent script, the source."""
        return self.root / SCRIPTS / f"{self.name}.py"

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.root / NOTEBOOKS / f"{self.name}.ipynb"

    @property
    def script_name(self) -> str:
        """The script's place within the review, for messages."""
        return f"{SCRIPTS}/{self.name}.py"

    @property
    def notebook_name(self) -> str:
        """The notebook's place within the review, for messages."""
        return f"{NOTEBOOKS}/{self.name}.ipynb"


def import_jupyter() -> tuple[Any, Any]:
    """Jupytext and nbformat, imported when they are needed: a run that has nothing to do needs neither.

    For checks of internationalised addresses, which notebooks do not have, jsonschema imports a grammar that takes two
    seconds to build. It does without when there is none.
    """
    if "jsonschema" not in sys.modules:
        absent = "rfc3987_syntax"
        sys.modules[absent] = None  # type: ignore[assignment]  # Python's way to say "not installed"
        try:
            importlib.import_module("jsonschema")
        finally:
            del sys.modules[absent]
    import jupytext
    import nbformat

    return jupytext, nbformat


def find_pairs(root: Path) -> list[Pair]:
    """Every pair that has a script, by name."""
    return [Pair(root, path.stem) for path in sorted((root / SCRIPTS).glob("*.py"))]


def choose_pairs(root: Path, wanted: Sequence[str] | None) -> list[Pair]:
    """Pairs by name, by number (``05``) or by path; all of them when none is named.

    Raises
    ------
    UsageError
        A name fits no notebook; every such name is listed.
    """
    pairs = find_pairs(root)
    if not pairs:
        message = "there is no notebook to run"
        raise UsageError(
            [Fault(SCRIPTS, None, None, None, "known-notebook", message, f"Write one as {SCRIPTS}/01-name.py.")],
            "Nothing to run",
        )
    if not wanted:
        return pairs
    known = {pair.name: pair for pair in pairs} | {pair.name.split("-")[0]: pair for pair in reversed(pairs)}
    stems = [(text, Path(text).name.removesuffix(".ipynb").removesuffix(".py")) for text in wanted]
    if unknown := [text for text, stem in stems if stem not in known]:
        fix = "Notebooks are: " + ", ".join(pair.name for pair in pairs) + "."
        faults = [
            Fault(SCRIPTS, None, None, text, "known-notebook", "no notebook has this name", fix) for text in unknown
        ]
        raise UsageError(faults, "Unknown notebook")
    chosen = {known[stem].name for _, stem in stems}
    return [pair for pair in pairs if pair.name in chosen]


def read_script(pair: Pair, content: bytes) -> nbformat.NotebookNode:
    """The script as a notebook without outputs, always the same for the same content.

    Raises
    ------
    ReviewError
        The script is not UTF-8, or Jupytext cannot read it.
    """
    jupytext, nbformat = import_jupyter()
    fix = f"Mend {pair.script_name}; it is a Jupytext percent script, saved as UTF-8."
    try:
        notebook = jupytext.reads(content.decode("utf-8"), fmt="py:percent")
    except Exception as error:  # Jupytext lets errors of several parsers through
        fault = Fault(pair.script_name, None, None, None, "notebook-format", f"cannot be read: {error}", fix)
        raise ReviewError([fault], "A notebook cannot be read") from error
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(_kept_metadata(cell.metadata))
        # From the content, not from the position: a cell put in between leaves the ids of the others alone.
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell["id"] = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def read_notebook(pair: Pair, content: bytes) -> dict[str, Any]:
    """An ``.ipynb`` as plain values.

    Raises
    ------
    ReviewError
        It is no notebook.
    """
    try:
        value = json.loads(content.decode("utf-8"))
        if not isinstance(value, dict) or not all(isinstance(cell["source"], str | list) for cell in value["cells"]):
            raise ValueError("it has no list of cells with a source")
    except (ValueError, KeyError, TypeError) as error:
        fix = f"Take it back from git, or delete it and make it anew: review run {pair.name}"
        fault = Fault(pair.notebook_name, None, None, None, "notebook-format", f"is no notebook: {error}", fix)
        raise ReviewError([fault], "A notebook cannot be read") from error
    return value


def sources_digest(notebook: Any) -> str:
    """SHA-256 of what people edit: kinds, sources and tags of the cells, in their order."""
    return hashlib.sha256(json.dumps(list(_sources(notebook)), ensure_ascii=False).encode()).hexdigest()


def _sources(notebook: Any) -> Iterator[tuple[str, str, list[str]]]:
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        # Jupytext keeps neither blank lines at a cell's ends nor blanks at the end of a Markdown line's comment.
        source = re.sub(r"[ \t]+$", "", source, flags=re.M).strip("\n")
        yield cell["cell_type"], source, sorted(_kept_metadata(cell.get("metadata", {})).get("tags", []))


def row_of(script: str, source: str, line: str = "") -> int | None:
    """Line of the script on which a cell's source begins, or a line of it; None where Jupytext wrote it differently."""
    text = re.sub(r"\r\n?", "\n", script)
    start = text.find(source) if source else -1
    at = text.find(line, start) if start >= 0 else -1
    return None if at < 0 else text.count("\n", 0, at) + 1


def _kept_metadata(metadata: Any) -> Any:
    tags = metadata.get("tags") if hasattr(metadata, "get") else None
    return {"tags": list(tags)} if tags else {}


def cleaned(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """An executed notebook without anything that changes from run to run; outputs keep their own metadata."""
    import nbformat

    cells = []
    for cell in notebook.cells:
        kept: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "id": cell.id,
            "metadata": _kept_metadata(cell.metadata),
            "source": cell.source,
        }
        if "attachments" in cell:
            kept["attachments"] = cell.attachments
        if cell.cell_type == "code":
            kept |= {"execution_count": cell.execution_count, "outputs": _stable(cell.outputs)}
        cells.append(kept)
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return nbformat.from_dict(whole)


def _stable(outputs: Sequence[Any]) -> list[Any]:
    """Outputs with printed text in one piece: it comes in pieces as the kernel's buffer is flushed, never twice alike."""
    kept: list[Any] = []
    for output in outputs:
        output.pop("transient", None)
        for name in ("data", "metadata"):
            if name in output:
                output[name] = _whole(output[name])
        before = kept[-1] if kept else {}
        if output["output_type"] == "stream" == before.get("output_type") and output["name"] == before["name"]:
            before["text"] += output["text"]
        else:
            kept.append(output)
    return kept


def _whole(value: Any) -> Any:
    """Values with whole numbers as JavaScript writes them, which knows no ``1.0``: saved in JupyterLab, nothing changes."""
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else value


def written(notebook: nbformat.NotebookNode) -> str:
    """A notebook as the text of its file, the way Jupyter writes it."""
    import nbformat

    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"
