"""A built page as runs of text, each with the place it stands in: link, line, figure, kind of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SILENT = frozenset(("script", "style", "code", "pre", "template", "nav", "head", "noscript", "math", "kbd"))
BLOCKS = frozenset(
    ("tr", "li", "p", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption", "td", "th")
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CITED = frozenset(
    ("citation", "csl-entry", "csl-bib-body", "references", "csl-left-margin", "csl-right-inline", "record", "overdue")
)
READ_ALOUD = ("alt", "aria-label", "title", "placeholder")
DIGIT = re.compile(r"\d")
FIGURE = re.compile(r"(fig|tbl)-[\w-]+")
SCALE = re.compile(r"xtick_\d+|ytick_\d+")
SCALE_LABEL = re.compile(r"[−-]?\d[\d.,]*\s?%?")


@dataclass(frozen=True)
class Run:
    """A piece of text.

    Attributes
    ----------
    text : str
        As readers see or hear it.
    link : str
        Address of the link it stands in; empty outside links.
    line : int
        Number of the table row, list item or paragraph it stands in.
    figure : str
        Label of the figure or table it belongs to.
    kind : str
        ``text``, ``reference`` (a citation or an entry of the list of references) or ``scale`` (a mark of an axis).
    section : str
        Heading above it.
    is_row : bool
        Whether the line is the row of a table.
    """

    text: str
    link: str
    line: int
    figure: str
    kind: str
    section: str
    is_row: bool = False


@dataclass
class Page:
    """A page: its language, its runs of text, and the ids and links of each line."""

    language: str = "en"
    runs: list[Run] = field(default_factory=list)
    ids: dict[int, list[str]] = field(default_factory=dict)
    links: dict[int, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, path: Path, site: Path, figure: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.path, self.site = Page(), path, site
        self.outer = figure
        self.stack: list[tuple[str, dict[str, str], int]] = []
        self.lines, self.section, self.heading = 0, "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "html" and said.get("lang"):
            self.page.language = said["lang"]
        if tag in HEADINGS:
            self.section, self.heading = "", True
        # A table row is one line whatever stands in its cells.
        is_line = tag in BLOCKS and not any(t == "tr" for t, _, _ in self.stack)
        self.lines += is_line
        self.stack.append((tag, said, self.lines if is_line else self._line()))
        line = self._line()
        if identifier := said.get("id"):
            self.page.ids.setdefault(line, []).append(identifier)
        if tag in HEADINGS and len(self.stack) > 1 and (outer := self.stack[-2][1].get("id")):
            self.page.ids.setdefault(line, []).append(outer)  # a heading goes by the id of its section
        if tag == "a" and said.get("href"):
            self.page.links.setdefault(line, []).append(said["href"])
        for key in READ_ALOUD:
            if said.get(key) and tag not in ("link", "meta"):
                self._say(said[key])
        if tag in ("img", "object", "embed") and (source := said.get("src") or said.get("data", "")):
            self._picture(source)
        if tag in VOID:
            self.stack.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.heading = self.heading and tag not in HEADINGS
        for index in range(len(self.stack) - 1, -1, -1):
            if self.stack[index][0] == tag:
                del self.stack[index:]
                break

    def handle_data(self, data: str) -> None:
        if self.heading:
            self.section += data
        self._say(data)

    def _line(self) -> int:
        return self.stack[-1][2] if self.stack else 0

    def _say(self, text: str) -> None:
        if not DIGIT.search(text) or SILENT.intersection(tag for tag, _, _ in self.stack):
            return
        link = next((a["href"] for tag, a, _ in reversed(self.stack) if tag == "a" and a.get("href")), "")
        section = " ".join(self.section.split())
        is_row = any(tag == "tr" for tag, _, _ in self.stack)
        self.page.runs.append(Run(text, link, self._line(), self._figure(), self._kind(text), section, is_row))

    def _figure(self) -> str:
        ids = (a.get("id", "") for _, a, _ in self.stack)  # the outermost: a caption has an id of its own
        return next((i for i in ids if FIGURE.fullmatch(i)), self.outer)

    def _kind(self, text: str) -> str:
        for _, said, _ in self.stack:
            if CITED.intersection(said.get("class", "").split()) or said.get("id") == "refs":
                return "reference"
            if SCALE.fullmatch(said.get("id", "")) and SCALE_LABEL.fullmatch(text.strip()):
                return "scale"
        return "text"

    def _picture(self, source: str) -> None:
        """Texts of an SVG file belong to the page that shows it."""
        name = source.partition("#")[0].partition("?")[0]
        if not name.endswith(".svg") or ":" in name:
            return
        path = (self.path.parent / PurePosixPath(name)).resolve()
        if not path.is_relative_to(self.site.resolve()) or not path.is_file():
            return  # told by the check of links
        drawn = _Reader(path, self.site, self._figure())
        drawn.section, drawn.lines = self.section, self.lines
        drawn.feed(path.read_text(encoding="utf-8"))
        self.page.runs += drawn.page.runs
        self.lines = drawn.lines + 1


def read_page(path: Path, site: Path) -> Page:
    """A page of a built site, with the figures it shows."""
    reader = _Reader(path, site)
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page


def scales_ascend(runs: Iterator[Run] | list[Run]) -> list[Run]:
    """Marks of axes that do not follow each other as marks of a scale do: somebody wrote another number there."""
    odd: list[Run] = []
    before: dict[str, list[tuple[float, Run]]] = {}
    for run in runs:
        if run.kind == "scale":
            value = float(re.sub(r"[^\d.]", "", run.text) or 0)
            before.setdefault(run.figure, []).append((value, run))
    for marks in before.values():
        odd += _odd(marks)
    return odd


def _odd(marks: list[tuple[float, Run]]) -> list[Run]:
    """Marks outside every run of at least three equal steps; axes of several panels stand one after the other."""
    values: list[Any] = [value for value, _ in marks]
    fits = [False] * len(values)
    for i in range(len(values) - 2):
        steps = values[i + 1] - values[i], values[i + 2] - values[i + 1]
        if steps[0] == 0 or abs(steps[0] - steps[1]) > 1e-6 * max(1.0, abs(steps[0])):
            continue
        fits[i] = fits[i + 1] = fits[i + 2] = True
    return [run for (_, run), fit in zip(marks, fits, strict=True) if not fit]
