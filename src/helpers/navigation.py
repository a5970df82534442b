"""Which notebook answers which section of the review: those that the navigation in ``_quarto.yml`` lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.settings import read_yaml

CONFIG = "_quarto.yml"
NOTEBOOK = re.compile(r"notebooks/\d+-([a-z0-9]+(?:-[a-z0-9]+)*)\.ipynb")

# Pages that are made while the site is built, so that the navigation may name them; each figure has one more.
GENERATED = ("feedback.qmd", "figures/index.qmd", "v/index.qmd")
MADE_IN = ("figures/", "v/", "downloads/")  # folders that hold nothing else


def is_generated(name: str) -> bool:
    """Whether a file of a review was put there to be rendered: no source, and not kept by git."""
    return name in GENERATED or name.startswith(MADE_IN)


def section_pages(root: Path) -> dict[str, str]:
    """The notebook of each section: ``{"some_drug": "notebooks/05-some-drug.ipynb"}``, in the order of the navigation.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    dict of str to str
        The key is the notebook's name without its number, with underscores: the code of its section, where it has one.

    Raises
    ------
    ReviewError
        ``_quarto.yml`` is missing or cannot be read.
    """
    website = read_yaml(root / CONFIG, CONFIG).get("website") or {}
    found = (NOTEBOOK.fullmatch(text) for text in _texts(website))
    return {match[1].replace("-", "_"): match[0] for match in found if match}


def _texts(value: Any) -> Iterator[str]:
    """Every text within nested lists and keys."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)
