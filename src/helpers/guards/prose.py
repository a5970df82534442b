"""Sentences of a page or a notebook with their guards and their lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from helpers.markup import GUARD

HEAD = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.S)
FENCED = re.compile(r"^(?P<mark>`{3,}|~{3,})[^\n]*\n.*?^(?P=mark)[ \t]*$", re.S | re.M)
LEFT_OUT = re.compile(r"^[ \t]*(?::{3,}.*|\{\{<.*>\}\}|</?\w[^>]*>|\$\$.*)[ \t]*$", re.M)
STARTS_BLOCK = re.compile(r"[ \t]*(?:[-*+] |\d+[.)] |#{1,6} |:[ \t]+|\||>|\[[^\]]+\]\{#[^}]*\})")
HEADING = re.compile(r"[ \t]*(#{1,6}) [^{]*(?:\{#([\w-]+)[^}]*\})?")
COMMENT = re.compile(r"<!--.*?-->", re.S)
# A full stop ends a sentence where a blank and then a new beginning follow, but not behind an abbreviation or an initial.
END = re.compile(r"""[.!?]["')\]*_”’]*(?=\s+(?:[A-Z0-9{*_"'(\[“‘<@`]|$)|\s*<!--|\s*$)""")
ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|et al|vs|cf|approx|ca|no|resp|z\.\s?B|d\.\s?h|bzw|[A-Z])\.$", re.IGNORECASE)
CELL = re.compile(r"^# %%(.*)$", re.M)
LEAST_WORDS = 4  # shorter strings of code are names


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is written.

    Attributes
    ----------
    text : str
        Markdown in one line, without its guards.
    guards : tuple of (str, str)
        Kind and text of each comment that belongs to it.
    line : int
        Line of the file it begins in.
    parts : tuple of str
        Ids of the headings it stands under, the outermost first.
    """

    text: str
    guards: tuple[tuple[str, str], ...]
    line: int
    parts: tuple[str, ...] = ()


def sentences(text: str, *, first_line: int = 1) -> Iterator[Sentence]:
    """Sentences of Markdown.

    Parameters
    ----------
    text : str
        A page, a cell or a template. YAML head, code, shortcodes and marks of divisions hold no sentences.
    first_line : int
        Line of the file where the text begins.
    """
    for gone in (HEAD, FENCED):
        text = gone.sub(lambda found: "\n" * found[0].count("\n"), text)
    parts: dict[int, str] = {}  # by level of heading
    for block, line in _blocks(LEFT_OUT.sub("", text)):
        if heading := HEADING.match(block):
            level = len(heading[1])
            parts = {n: name for n, name in parts.items() if n < level} | {level: heading[2] or ""}
        for sentence in _of_block(block, first_line + line):
            yield replace(sentence, parts=tuple(filter(None, parts.values())))


def sentences_of_script(script: str) -> Iterator[Sentence]:
    """Sentences of a notebook in its script form: Markdown cells, and strings of code cells that are prose."""
    marks = [*CELL.finditer(script)]
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        body = script[mark.end() + 1 : after.start() if after else len(script)]
        line = script.count("\n", 0, mark.end() + 1) + 1
        if mark[1].strip().startswith("[markdown]"):
            yield from sentences(re.sub(r"^# ?", "", body, flags=re.M), first_line=line)
        else:
            yield from _of_code(body, line)


def _of_code(body: str, line: int) -> Iterator[Sentence]:
    for number, source in enumerate(body.splitlines()):
        option = re.match(r"#\| *(?:fig|tbl)-cap: *(.*)", source)
        if option:
            yield from sentences(option[1], first_line=line + number)
    code = "\n".join(re.sub(r"^[%!].*", "", source) for source in body.splitlines())
    try:
        tree = ast.parse(code)
    except SyntaxError:  # told by the rules of notebooks
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value.split()) >= LEAST_WORDS:
            yield from sentences(node.value, first_line=line + node.lineno - 1)


def _blocks(text: str) -> Iterator[tuple[str, int]]:
    """Paragraphs, list items, headings and lines of tables, each with the number of lines before it."""
    block: list[str] = []
    start = 0
    for number, line in enumerate(text.splitlines()):
        if not line.strip() or STARTS_BLOCK.match(line):
            if block:
                yield "\n".join(block), start
            block = []
        if line.strip():
            if not block:
                start = number
            block.append(line)
    if block:
        yield "\n".join(block), start


def _of_block(block: str, line: int) -> Iterator[Sentence]:
    """Sentences of one block; a comment belongs to the sentence before it, or to the one it stands in."""
    spans = list(_spans(block))
    for start, end in spans:
        written = block[start:end]
        guards = tuple((kind, " ".join(said.split())) for kind, said in GUARD.findall(written))
        shown = " ".join(COMMENT.sub(" ", written).split())
        if shown:
            lead = len(written) - len(written.lstrip())
            yield Sentence(shown, guards, line + block.count("\n", 0, start + lead))


def _spans(block: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, with the comments behind it."""
    covered = [found.span() for found in COMMENT.finditer(block)]
    start = 0
    for found in END.finditer(block):
        if any(a <= found.start() < b for a, b in covered) or found.start() < start:
            continue
        if ABBREVIATED.search(block[start : found.start() + 1]):
            continue
        end = found.end()
        while behind := re.compile(r"\s*<!--.*?-->", re.S).match(block, end):
            end = behind.end()
        yield start, end
        start = end
    if block[start:].strip():
        yield start, len(block)
