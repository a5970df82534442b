"""Digits typed into prose: in pages, in the Markdown of notebooks, and in texts that notebooks hand over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from helpers.faults import Fault
from helpers.markup import GUARD
from helpers.navigation import is_generated
from helpers.proof.names import Name, without_names
from helpers.proof.tokens import numbers_in

RULE = "typed-number"
FIX = (
    "Let the number come from an evidence row (wording.say) or a computation (wording.computed); where the digits are part of"
    " a name, list it with its reason in data/names.yaml."
)
NOT_WRITTEN = ("data/", "src/", "tests/", "v/", "versions/")  # no pages of ours, or frozen ones
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
TOLD = re.compile(r"^#\|\s*(?:fig-cap|tbl-cap|fig-alt|title|subtitle)\s*:(.*)$")  # options of a cell that readers see
BLOCK_TOLD = re.compile(r"^(?:title|subtitle|description|abstract)\s*:(.*)$")  # keys of the block at the head of a page
# What readers do not see, or do not read as a number.
UNSEEN = re.compile(
    r"`[^`]*`|\{\{<.*?>\}\}|\]\([^)]*(?:\)|$)|\{[^{}]*\}|<!--.*?-->|<[^<>]*>|\[@[^\]]*\]|(?<![\w])@[\w:-]+|https?://\S+|^\s*\d+\.\s"
)
PLACE = re.compile(r"\{[^{}]*\}")  # places of a template, filled from rows
PROSE = re.compile(r"\s|^[\d.,%]+$")  # a text and not an identifier


def check_sources(root: Path, names: list[Name]) -> list[Fault]:
    """Every number that somebody typed into prose.

    Parameters
    ----------
    root : Path
        Folder of the review.
    names : list of Name
        Taken out first.

    Returns
    -------
    list of Fault
        With file and line.
    """
    faults: list[Fault] = []
    for path in sorted(root.rglob("*.qmd")):
        source = path.relative_to(root).as_posix()
        if (
            source.startswith(NOT_WRITTEN)
            or is_generated(source)
            or any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
        ):
            continue
        for line, text in _page_prose(_without_guards(path.read_text(encoding="utf-8"))):
            faults += _typed(source, line, text, names, source)
    for path in sorted((root / "notebooks" / "py").glob("*.py")):
        source = path.relative_to(root).as_posix()
        for line, text in _notebook_prose(_without_guards(path.read_text(encoding="utf-8"))):
            faults += _typed(source, line, text, names, f"notebooks/{path.stem}.ipynb")
    return faults


def _without_guards(text: str) -> str:
    """A text without what guards its sentences, each line where it was."""
    return GUARD.sub(lambda found: "\n" * found[0].count("\n"), text)


def _typed(source: str, line: int, text: str, names: list[Name], page: str) -> list[Fault]:
    seen = without_names(UNSEEN.sub(" ", text), names, page)[0]
    said = " ".join(text.split())
    message = f"a number is typed into the text: “{said[:90]}”"
    return [Fault(source, line, None, token, RULE, message, FIX) for token in numbers_in(seen)]


def _page_prose(text: str) -> Iterator[tuple[int, str]]:
    """Lines of a page that readers see as prose, with their numbers."""
    lines = text.splitlines()
    in_block = bool(lines) and lines[0].strip() == "---"
    fence = ""
    for number, line in enumerate(lines, start=1):
        if in_block:
            if number > 1 and line.strip() == "---":
                in_block = False
            elif told := BLOCK_TOLD.match(line):
                yield number, told[1]
            continue
        if mark := FENCE.match(line):
            fence = "" if fence and line.strip().startswith(fence) else fence or mark[1]
            continue
        if not fence:
            yield number, line


def _notebook_prose(text: str) -> Iterator[tuple[int, str]]:
    """Prose of a notebook's script: its YAML block, Markdown cells, captions, and texts in its code."""
    in_markdown, in_block = text.lstrip().startswith("# ---"), False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("# %%"):
            in_markdown = "[markdown]" in line
        elif in_markdown:
            content = line.removeprefix("#").removeprefix(" ")
            if content.strip() == "---":
                in_block = not in_block
            elif not in_block:
                yield number, content
            elif told := BLOCK_TOLD.match(content):
                yield number, told[1]
        elif told := TOLD.match(line):
            yield number, told[1]
    for node in ast.walk(ast.parse(text)):
        yield from _code_texts(node)


def _code_texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts and bare numbers that code hands over to be shown."""
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield part.lineno, f" {part.value!s} "
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_told = isinstance(node.func.value, ast.Name) and node.func.value.id == "wording"
        for value in [*node.args, *(k.value for k in node.keywords if k.arg != "level")]:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and PROSE.search(value.value):
                yield from _lines(value)
            elif is_told and isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
                yield value.lineno, f" {value.value} "
    elif isinstance(node, (ast.Assign, ast.Dict, ast.List, ast.Tuple, ast.BinOp, ast.IfExp)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and PROSE.search(child.value):
                yield from _lines(child)


def _lines(constant: ast.Constant) -> Iterator[tuple[int, str]]:
    for offset, line in enumerate(PLACE.sub(" ", str(constant.value)).splitlines()):
        yield constant.lineno + offset, line


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Texts of a module that are made to be read, without its docstrings: for a test that no number is typed into them."""
    tree = ast.parse(text)
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in notes | inside:
            continue
        if PROSE.search(node.value.strip()):
            yield from ((line, UNSEEN.sub(" ", said)) for line, said in _lines(node))
