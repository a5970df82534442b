"""Files that machines made: read in one way, and said in a sentence how to make them again where they cannot be read."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.faults import Fault, ReviewError

DOCTOR = "Run `review doctor`, which puts it aside, and then"


@dataclass(frozen=True)
class Made:
    """A kind of file that machines make.

    Attributes
    ----------
    pattern : str
        Its path within the review; ``*`` stands for part of a name.
    purpose : str
        What it is for.
    again : str
        The command that makes it again; ``{stem}`` stands for the file's name without its ending.
    is_sound : function
        Whether its content has the shape that readers rely on.
    """

    pattern: str
    purpose: str
    again: str
    is_sound: Callable[[Any], bool]


def _is_results(content: Any) -> bool:
    return isinstance(content.get("notebook"), str) and all(
        isinstance(result, dict) and all(map(_is_value, result.get("values", ()))) for result in content["results"]
    )


def _is_value(value: Any) -> bool:
    computed = isinstance(value, dict) and "result" in value
    return not computed or ({"how", "shown", "rows"} <= value.keys() and isinstance(value["rows"], list))


def _is_summary(content: Any) -> bool:
    return all(isinstance(finding, dict) for finding in content["findings"])


def _is_notebook(content: Any) -> bool:
    return all(isinstance(c["source"], str | list) and isinstance(c.get("outputs", []), list) for c in content["cells"])


def _is_record(content: Any) -> bool:
    entries = [{**entry, "reads": ""} | entry.get("reads", {}) for entry in content["notebooks"].values()]
    return all(isinstance(cell, str) for entry in entries for cell in entry.values())


def _is_stamp(content: Any) -> bool:
    return isinstance(content["key"], str)


MADE = (
    Made(
        "data/results/[0-9][0-9]-*.json",
        "it holds the numbers of a notebook, from which pages and checks are made",
        "review run {stem} --force",
        _is_results,
    ),
    Made(
        "data/results/summary.json",
        "it holds the summary of findings, from which pages and checks are made",
        "review run --force",
        _is_summary,
    ),
    Made(
        "data/results/run.json",
        "it says which notebooks are up to date",
        "review run --force",
        _is_record,
    ),
    Made(
        "notebooks/[0-9][0-9]-*.ipynb",
        "it is the executed form of a notebook, whose source is the script in notebooks/py/",
        "review run {stem} --force",
        _is_notebook,
    ),
    Made("_runs/state.json", "it says what has been run on this machine", "review run", _is_record),
    Made("_site/.build.json", "it says what the site was built from", "review site --force", _is_stamp),
)


def read_made(root: Path, name: str) -> Any:
    """The content of a JSON file that a machine made.

    Parameters
    ----------
    root : Path
        Folder of the review.
    name : str
        Its path within the review; one of `MADE`.

    Raises
    ------
    ReviewError
        It is missing, cut off, holds the marks of a merge, or another shape: what it is for, and how to make it again.
    """
    kind = next(made for made in MADE if fnmatch.fnmatch(name, made.pattern))
    try:
        content = json.loads((root / name).read_bytes().decode("utf-8"))
        if not kind.is_sound(content):
            raise ValueError("it has another shape")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        fix = f"It is made by machine, nothing of people's work is in it. {DOCTOR}: {_again(kind, name)}"
        message = f"{kind.purpose}; it cannot be read ({_reason(error)})"
        raise ReviewError([Fault(name, None, None, None, "readable", message, fix)], "A file cannot be read") from None
    return content


def _again(kind: Made, name: str) -> str:
    return kind.again.format(stem=Path(name).stem)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON from line {error.lineno} on"
    return str(error.strerror) if isinstance(error, OSError) else "it has another shape"


def unreadable(root: Path) -> list[Fault]:
    """A fault for each file of `MADE` that is there and cannot be read."""
    found: list[Fault] = []
    for kind in MADE:
        for path in sorted(root.glob(kind.pattern)):
            try:
                read_made(root, path.relative_to(root).as_posix())
            except ReviewError as error:
                found += error.faults
    return found
