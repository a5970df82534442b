"""Numbers of generated page parts that lead to no row: each may stand on a page as often as the part holds it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path, PurePosixPath

from helpers.proof.names import Name, without_names
from helpers.proof.tokens import numbers_in

INCLUDE = re.compile(r"\{\{<\s*include\s+(\S+)\s*>\}\}")
CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1[`~]*\s*$|`[^`\n]*`", re.M | re.S)
PLACED = r"(?:[^)\s]*evidence\.qmd#|[^)\s]*results\.qmd#|[^)\s]*#(?:claim|slip|study)-)"
LINK_TO_PLACE = re.compile(rf"\[[^\]]*\]\({PLACED}[^)]*\)")
LINE_WITH_PLACE = re.compile(rf"\]\({PLACED}|\{{#")
TARGET = re.compile(r"\]\([^)]*\)|\{[^{}]*\}|<[^<>]*>|\[@[^\]]*\]|(?<![\w])@[\w-]+")


def markdown_numbers(text: str, names: list[Name], page: str = "", language: str = "en") -> Counter[str]:
    """Numbers that readers see in a piece of Markdown and that neither lead to a row nor stand in the line of one.

    Parameters
    ----------
    text : str
        Markdown.
    names : list of Name
        Taken out first.
    page : str
        Source of the page it is shown on.
    language : str
        Language of that page.
    """
    text = CODE.sub(" ", text)
    lines = [line for line in text.splitlines() if not (line.startswith("|") and LINE_WITH_PLACE.search(line))]
    plain = TARGET.sub(" ", LINK_TO_PLACE.sub(" ", "\n".join(lines)))
    return Counter(numbers_in(without_names(plain, names, page)[0], language))


def included(root: Path, source: str) -> list[str]:
    """Generated parts that a page includes, as paths within the review."""
    path = root / source
    if path.suffix == ".ipynb":  # the publisher puts it below the status line
        known = f"data/results/pages/since/{path.stem}.md"
        return [known] if (root / known).is_file() else []
    if path.suffix != ".qmd" or not path.is_file():
        return []
    parts = INCLUDE.findall(path.read_text(encoding="utf-8"))
    # A path that begins with a slash starts at the review's folder, any other at the page's.
    found = [part[1:] if part.startswith("/") else (PurePosixPath(source).parent / part).as_posix() for part in parts]
    return [part for part in found if (root / part).is_file()]


def pool(root: Path, source: str, names: list[Name], language: str = "en") -> Counter[str]:
    """Numbers that the generated parts of a page bring."""
    found: Counter[str] = Counter()
    for part in included(root, source):
        found += markdown_numbers((root / part).read_text(encoding="utf-8"), names, source, language)
    return found
