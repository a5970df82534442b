"""The index of the site's own search: one entry a section and one an evidence row, as a script that any page can load."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

INDEX = "assets/search-index.js"
VARIABLE = "reviewSearchIndex"
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SKIPPED_TAGS = frozenset(["script", "style", "nav", "pre", "svg", "template", "button"])
SKIPPED_CLASSES = frozenset(
    ["status", "take", "downloads", "feedback", "figure-parts", "version-note", "sourceCode", "kicker", "toc-inline"]
)
SKIPPED_IDS = frozenset(["refs", "downloads"])
FIGURE_PARTS = frozenset(["data", "method", "source"])  # told by the section's page already
HEADINGS = frozenset(["h1", "h2", "h3", "h4"])
SPACED = frozenset(["p", "li", "td", "th", "dt", "dd", "tr", "figcaption", "caption", "div", "br", "h2", "h3", "h4"])


class _Page(HTMLParser):
    """Sections and rows of one page, in their order: place on the page, heading, text."""

    def __init__(self, skipped_ids: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.skipped_ids = skipped_ids
        self.stack: list[tuple[str, bool]] = []  # tag, whether it and what is in it is left out
        self.found: list[list[str]] = []  # anchor, heading, text
        self.title = ""
        self.in_main = False
        self.heading: str | None = None
        self.anchors: list[str] = [""]
        self.row: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "main":
            self.in_main = True
            self.found.append(["", "", ""])
        skipped = bool(self.stack and self.stack[-1][1]) or tag in SKIPPED_TAGS
        skipped = skipped or bool(SKIPPED_CLASSES & set(said.get("class", "").split()))
        skipped = skipped or said.get("id", "") in self.skipped_ids
        if tag not in VOID:
            self.stack.append((tag, skipped))
        if not self.in_main or skipped:
            return
        if tag in HEADINGS:
            self.heading = ""
            if tag != "h1":
                self.found.append([said.get("id") or self.anchors[-1], "", ""])
        elif tag == "section":
            self.anchors.append(said.get("id", ""))
        elif tag == "tr":
            self.row = ["", "", ""]
        elif self.row is not None and said.get("id") and not self.row[0]:
            self.row[0] = said["id"]
        if tag in SPACED:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.in_main = False
        if tag in HEADINGS and self.heading is not None:
            if tag == "h1":
                self.title = " ".join(self.heading.split())
            elif self.found:
                self.found[-1][1] = " ".join(self.heading.split())
            self.heading = None
        if tag == "section" and len(self.anchors) > 1:
            self.anchors.pop()
        if tag == "tr" and self.row is not None:
            if self.row[0]:
                here = self.found[-1]
                self.found.insert(len(self.found) - 1, [self.row[0], here[1], self.row[2]])
            elif self.found:
                self.found[-1][2] += self.row[2]
            self.row = None
        for index in range(len(self.stack) - 1, -1, -1):
            if self.stack[index][0] == tag:
                del self.stack[index:]
                break

    def handle_data(self, data: str) -> None:
        if not self.in_main or (self.stack and self.stack[-1][1]):
            return
        if self.heading is not None:
            self.heading += data
        elif self.row is not None:
            self.row[2] += data
        elif self.found:
            self.found[-1][2] += data


def entries(page: str, address: str) -> list[list[str]]:
    """Entries of a page: address with the place on it, title of the page, heading, text.

    Parameters
    ----------
    page : str
        Finished HTML.
    address : str
        Where it lies in the site.
    """
    seen = _Page(SKIPPED_IDS | (FIGURE_PARTS if address.startswith("figures/") else frozenset()))
    seen.feed(page)
    made = []
    for anchor, heading, text in seen.found:
        words = " ".join(text.split())
        if words or heading:
            made.append([f"{address}#{anchor}" if anchor else address, seen.title, heading, words])
    return made


def index(site: Path, pages: Sequence[str]) -> str:
    """The index as a script, because a page opened from a folder may load scripts but no data."""
    listed = [entry for name in pages for entry in entries((site / name).read_text(encoding="utf-8"), name)]
    text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    # Two line ends that JSON knows and older scripts do not.
    return f"window.{VARIABLE}=" + re.sub("[\u2028\u2029]", " ", text) + "\n"
