"""Texts that need a translation: where each stands, and how a page is cut into them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers import markup, sections
from helpers.evidence import Evidence
from helpers.language import FORMS, NUMBER_CONTEXT, SCRIPT_CONTEXT, SEPARATOR_CONTEXT, SEPARATORS, Message
from helpers.publish import words
from helpers.publish.config import load_config
from helpers.report import since
from helpers.report.home import (
    ANY_TREATMENT,
    CAPTION,
    NO_OUTCOME,
    NOT_STATED,
    columns,
    is_of_any_treatment,
    statements,
)

HOME = "index.qmd"
INCLUDED = re.compile(r"\{\{< include data/results/pages/([\w-]+)\.md >\}\}")
CONTEXT = "page"  # of texts that stand on a page
# As `wording.status` writes them; a test holds one against the other.
STATUS = (
    "Evidence searched through **{searched_through}**",
    "integrated {integrated_on}",
    "next search due {next_due}",
    "version {version}",
)
NOTICE = "A translation of the [home page](index.qmd), made from the same data. The pages it links to are in English."
SWITCH = "Language"
SPOKEN = re.compile(r'\bt\("((?:[^"\\]|\\.)+)"')  # what scripts say
HEAD = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.S)
HEADING = re.compile(r"(#+ )(.*?)((?: \{[^{}]*\})?)$")
VERBATIM = re.compile(r":::|\{\{<[^>]*>\}\}$|(<[^>]+>\s*)+$|$")
FENCE = re.compile(r"`{3,}|~{3,}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page: the text readers see, what stands before and behind it; marks and shortcodes have no text."""

    before: str
    text: str = ""
    after: str = ""


def front_matter(page: str) -> dict[str, Any]:
    """The YAML block at the head of a page; empty where there is none."""
    found = HEAD.match(page)
    return (yaml.safe_load(found[1]) or {}) if found else {}


def pieces(page: str) -> list[Piece]:
    """A page without its head, cut into headings, paragraphs and list items, in the order of the page."""
    found: list[Piece] = []
    fence, open_text = "", False  # the text that the next line may go on with is the last piece
    for line in markup.without_guards(HEAD.sub("", page, count=1)).splitlines():
        stripped = line.strip()
        if mark := FENCE.match(stripped):
            fence = "" if fence and stripped.startswith(fence) else fence or mark[0]
        if fence or mark or VERBATIM.match(stripped):
            found.append(Piece(line))
            open_text = False
        elif heading := HEADING.match(stripped):
            found.append(Piece(*heading.groups()))
            open_text = False
        elif stripped.startswith("- "):
            found.append(Piece("- ", stripped[2:]))
            open_text = True
        elif open_text:
            found[-1] = Piece(found[-1].before, f"{found[-1].text} {stripped}")
        else:
            found.append(Piece("", stripped))
            open_text = True
    return found


def messages(root: Path, review: Evidence) -> list[Message]:
    """Every text that a language must have, each once, in a fixed order.

    Parameters
    ----------
    root : Path
        Folder of the review: pages, navigation, scripts.
    review : Evidence
        Findings with their labels and remarks.
    """
    found = [
        *(Message(mark, SEPARATOR_CONTEXT, "src/helpers/language") for mark in SEPARATORS),
        *(Message(form, NUMBER_CONTEXT, "src/helpers/language") for form in FORMS),
        *_of_home(root, review),
        *_of_findings(review),
        *since.messages(review),
        *(Message(text, words.CONTEXT, "src/helpers/publish/words.py") for text in words.FRAME.values()),
        *(Message(text, words.MENU, "_quarto.yml") for text in words.menu(load_config(root))),
        *_of_scripts(root),
    ]
    once: dict[tuple[str, str], Message] = {}
    for message in found:  # one that must be translated comes before the same text where it may stay English
        once.setdefault((message.context, message.text), message)
    return list(once.values())


def _of_home(root: Path, review: Evidence) -> Iterator[Message]:
    page = (root / HOME).read_text(encoding="utf-8")
    head = front_matter(page)
    yield from (Message(str(head[key]), CONTEXT, HOME) for key in ("title", "subtitle") if key in head)
    if (root / since.PAGE).is_file():
        other = front_matter((root / since.PAGE).read_text(encoding="utf-8"))
        yield from (Message(str(other[key]), CONTEXT, since.PAGE) for key in ("title", "subtitle") if key in other)
    yield from (Message(piece.text, CONTEXT, HOME) for piece in pieces(page) if piece.text)
    for place, texts in (
        ("src/helpers/report/texts.py", (SWITCH, NOTICE, *STATUS)),
        ("src/helpers/report/home.py", (CAPTION,)),
        ("data/statements.csv", [text for name in places_on(root, review) for _, text in statements(review, name)]),
    ):
        yield from (Message(text, CONTEXT, place) for text in texts)


def places_on(root: Path, review: Evidence) -> list[str]:
    """Places of statements that the home page includes, in its order."""
    known = review.order("place")
    included = INCLUDED.findall((root / HOME).read_text(encoding="utf-8"))
    return [name.replace("-", "_") for name in included if name.replace("-", "_") in known]


def _of_findings(review: Evidence) -> Iterator[Message]:
    here = "src/helpers/report/home.py"
    yield from (Message(name, "column", here) for name in columns(review))
    yield from (Message(text, "cell", here) for text in (NOT_STATED, NO_OUTCOME, sections.NOT_DEFINED, ANY_TREATMENT))
    findings = review.tables["findings"].sort_values("sort")
    lists = "data/vocabularies.csv"
    for _, finding in findings.iterrows():
        for name in ("condition",) if is_of_any_treatment(review, finding) else ("treatment", "condition"):
            yield Message(review.label(name, finding[name], short=name == "condition"), name, lists)
        if not pd.isna(finding["outcome_row"]):
            row = review.row(finding["outcome_row"])
            yield Message(review.label("measure", row["measure"]), "measure", lists)
            for name in ("detail", "definition"):
                if not pd.isna(row[name]) and (name, row[name]) != ("definition", sections.NOT_DEFINED):
                    yield Message(row[name], name, "data/counts.csv")
    for name in ("certainty", "basis"):
        yield from (Message(review.label(name, code), name, lists) for code in review.order(name))
    yield from (Message(text, "remark", "data/findings.csv") for text in findings["remark"].dropna())


def _of_scripts(root: Path) -> Iterator[Message]:
    for path in sorted((root / "assets").iterdir()):
        if path.suffix in (".js", ".html"):
            for text in SPOKEN.findall(path.read_text(encoding="utf-8")):
                yield Message(text, SCRIPT_CONTEXT, f"assets/{path.name}")
