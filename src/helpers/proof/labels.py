"""Does a label say what its numbers are? Captions and headings are held against the role of the measures below them.

What readers see of a notebook are its executed tables and figures: each is read as it was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.codes import RESULTS, Codes
from helpers.evidence import Evidence
from helpers.faults import Fault
from helpers.project import read_made

# What a caption or heading claims its numbers to be: words, and roles of the measures that may stand below them.
CLAIMS = (
    (r"\b(?:patients|who)\b.*\b(?:treated|given|received|transplanted)\b", ("use",)),
    (r"\boutcomes?\b|\bsafety\b|\bwith it\b", RESULTS),
    (r"\binformation on\b", ("information",)),
)
# Words that say what stands there besides; without a claim they promise nothing.
BESIDES = (
    (r"\bwhose outcome\b|\bknown outcome\b|\bassessable\b", ("assessable",)),
    (r"\balone\b|\bwith other treatments\b", ("share_of_use",)),
    (r"\bline of treatment\b", ("history", "share_of_use")),
    (r"\bfailed\b|\btried\b", ("history",)),
    (r"\bseries\b|\btotals?\b", ("population",)),
)
# Patients whose outcome can be told, and series with theirs: no table of outcomes.
NOT_OUTCOMES = re.compile(
    r"\b(?:whose|known) outcome\b|\boutcome (?:can be|is|was)\b|\bwith (?:its|their) outcomes?\b", re.IGNORECASE
)
IN_TABLES = ("documents",)  # counts of studies say so in their own line
NAMED = {"What": "measure", "Condition": "condition", "Treatment": "treatment"}  # headings above labels of codes
LINK = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]\([^)\s]*evidence\.qmd#([\w.:/-]+)\)")
ANY_LINK = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]\([^)\s]*\)")
WORD, MOST_WORDS = (
    re.compile("[A-Za-z]+"),
    3,
)  # beside a number; a cell with more is a remark, which may speak of other rows
OPTION = re.compile(r"^#\|\s*(label|tbl-cap|fig-cap):\s*(.+?)\s*$", re.M)
BAR = re.compile(r"(?<!\\)\|")
AXIS = re.compile(r"^[^:.]*")  # the text alternative of a figure begins with what its numbers are
FIX = "Choose rows that count what the words say, or words that say what the rows count."


@dataclass(frozen=True)
class Promise:
    """What the numbers below some words may be.

    Attributes
    ----------
    words : str
        Caption or heading.
    roles, measures : frozenset of str
        Roles of measures, and measures that the words name themselves.
    """

    words: str
    roles: frozenset[str]
    measures: frozenset[str]

    def allows(self, codes: Codes, measure: str) -> bool:
        """Whether numbers of this measure may stand there."""
        return measure in self.measures or codes.role("measure", measure) in self.roles


def promise_of(codes: Codes, words: str) -> Promise | None:
    """What a caption or heading promises; None where it promises nothing.

    Parameters
    ----------
    codes : Codes
        Labels and roles of the measures.
    words : str
        As readers see them.
    """
    plain = NOT_OUTCOMES.sub(" ", words)
    roles = {role for pattern, names in CLAIMS if re.search(pattern, plain, re.IGNORECASE) for role in names}
    measures = {
        measure
        for measure in codes.with_role("measure", *RESULTS)
        if re.search(rf"\b{re.escape(codes.label('measure', measure))}s?\b", plain, re.IGNORECASE)
    }
    if not roles and not measures:
        return None
    roles |= {role for pattern, names in BESIDES if re.search(pattern, words, re.IGNORECASE) for role in names}
    return Promise(words, frozenset(roles), frozenset(measures))


def check_labels(review: Evidence, notebook: Path) -> list[Fault]:
    """Tables and figures of an executed notebook whose words say something else than their rows count.

    Parameters
    ----------
    review : Evidence
        The evidence that the notebook shows.
    notebook : Path
        An executed notebook.
    """
    script = notebook.parent / "py" / f"{notebook.stem}.py"
    source = script.read_text(encoding="utf-8") if script.is_file() else ""
    file = f"notebooks/py/{script.name}"
    faults: list[Fault] = []
    for cell in read_made(notebook.parents[1], f"notebooks/{notebook.name}")["cells"]:
        options = dict(OPTION.findall("".join(cell["source"])))
        place, caption = options.get("label", ""), options.get("tbl-cap") or options.get("fig-cap") or ""
        for output in cell.get("outputs", []):
            figure = (output.get("metadata") or {}).get("image/svg+xml", {}).get("review")
            text = "".join((output.get("data") or {}).get("text/markdown", ""))
            found = [
                *_figure(review, file, place, caption, figure or {}),
                *check_table(review, file, place, caption, text),
            ]
            line = source.find(f"#| label: {place}\n") if place else -1
            faults += [replace(f, row=source.count("\n", 0, line) + 1 if line >= 0 else None) for f in found]
    return list(dict.fromkeys(faults))


def _figure(review: Evidence, file: str, place: str, caption: str, figure: Mapping[str, Any]) -> Iterator[Fault]:
    axis = AXIS.match(str(figure.get("alt")))
    promises = [promise_of(review.codes, words) for words in (caption, axis[0] if axis else "")]
    for row in _counts(review, [value["row_id"] for value in figure.get("values", []) if value.get("row_id")]):
        yield from _promised(review, file, place, row, promises)


def check_table(review: Evidence, file: str, place: str, caption: str, text: str) -> list[Fault]:
    """Lines of a Markdown table whose rows are not what caption, heading or their own words say.

    Parameters
    ----------
    review : Evidence
        The evidence that the table shows.
    file, place : str
        Where the table stands.
    caption : str
        Its caption.
    text : str
        Markdown, with links to evidence rows.
    """
    lines = [[cell.strip() for cell in BAR.split(line)[1:-1]] for line in text.splitlines() if line.startswith("|")]
    if len(lines) < 2:
        return []
    whole, header = promise_of(review.codes, caption), lines[0]
    heads = [promise_of(review.codes, _plain(head)) for head in header]
    faults: list[Fault] = []
    for line in lines[2:]:
        for head, cell in zip(heads, line, strict=False):
            if len(WORD.findall(ANY_LINK.sub("", cell))) > MOST_WORDS:
                continue
            for row in _counts(review, LINK.findall(cell)):
                faults += _promised(review, file, place, row, [head] if head else [whole], IN_TABLES)
                faults += _named(review, file, place, row, dict(zip(header, line, strict=False)))
    return list(dict.fromkeys(faults))


def _counts(review: Evidence, names: Sequence[str]) -> list[str]:
    """Those of the rows that count something; a row that is not there is told by the proof of numbers."""
    found = ((name, row_of(review, name)) for name in dict.fromkeys(names))
    return [name for name, row in found if row is not None and "events" in row.index]


def row_of(review: Evidence, name: object) -> pd.Series | None:
    """An evidence row; None where there is none of this id."""
    return review.row(str(name)) if review.has_row(str(name)) else None


def _promised(
    review: Evidence,
    file: str,
    place: str,
    row: str,
    promises: Sequence[Promise | None],
    besides: Sequence[str] = (),
) -> Iterator[Fault]:
    measure = review.row(row)["measure"]
    if review.codes.role("measure", measure) in besides:
        return
    for promise in promises:
        if promise is not None and not promise.allows(review.codes, measure):
            counts = f"{review.label('measure', measure)!r} ({review.codes.role('measure', measure)})"
            message = f"“{promise.words}” promises {_listed(promise)}, and the row counts {counts}"
            yield Fault(file, None, place or None, row, "label-role", message, FIX)


def _listed(promise: Promise) -> str:
    return " or ".join(sorted({*promise.roles, *promise.measures}))


def _named(review: Evidence, file: str, place: str, row: str, line: Mapping[str, str]) -> Iterator[Fault]:
    """Words of a line that are the label of another code than its row has."""
    codes = review.codes
    for head, vocabulary in NAMED.items():
        words, code = _plain(line.get(head, "")), review.row(row)[vocabulary]
        labels = {
            label: name
            for name in codes.order(vocabulary)
            for label in (codes.label(vocabulary, name), codes.label(vocabulary, name, short=True))
            if words == label or (vocabulary == "measure" and re.match(rf"{re.escape(label)}\b", words))
        }
        meant = {name for label, name in labels.items() if len(label) == max(map(len, labels))}
        if meant and not any(codes.covers(vocabulary, name, code) for name in meant):
            message = f"the line says {words!r}, and its row has {codes.label(vocabulary, code)!r}"
            yield Fault(file, None, f"{place}: {head}".lstrip(": "), row, "label-code", message, FIX)


def _plain(cell: str) -> str:
    """A cell as readers see it."""
    shown = re.sub(r"<[^>]*>|\]\([^)]*\)|\{[^}]*\}", "", cell)
    return re.sub(r"\\(?=\W)", "", shown).strip("[] ")
