"""What a form tells the people who fill it in."""

from __future__ import annotations

import re

from helpers.dictionary import Field
from helpers.extraction.plan import COHORTS, ITEM, OWN_ID, SHOWN, STUDY, TOTALS, Plan, Sheet

UPDATE, EXTRACTOR, NAME = "update", "extractor", "your name"  # what a form says about itself
GUIDE = (
    "Fill in one row for each statement; leave a row out rather than guess. An empty cell means that the report does not say.",
    "Columns whose name ends in * must be filled in every row that is begun.",
    "Give the place in the report for every row: section, paragraph (p) and sentence (s), or table, row and column.",
    "Copy the printed figures as they stand; percentages go into percent_printed as numbers, without the sign.",
    "A count that is not printed is never 0, and never worked out from a percentage.",
    "If the report prints what cannot be right, keep it, and write `as printed` and what is odd into the note.",
    "Two cells decide what moves a total: `overlaps_with` (patients counted before) and `adds_up_to` (the total that a row adds to); the sheet `known` lists both.",
    "Codes come from the lists; their meaning is on the sheet `codes`, that of the columns on the sheet `help`.",
    "If a study has several reports, begin the locator with the source id below and a colon, except for its first report.",
    "Ids of rows are needed only where another row names them; left blank, they are given for you.",
    "An appraisal sheet holds the items of one tool; for a study of another kind, put in the items of the other tool.",
    "Do not rename sheets or columns, and do not look at the other extractor's form.",
)
FORMULA = re.compile(r"[=+\-@\uff1d\uff0b\uff0d\uff20].")  # how a text begins that a spreadsheet would run
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*\s*%?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
LONGEST_SHOWN = 500  # characters of a title


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula; a plain number is none."""
    return bool(FORMULA.match(text)) and not NUMBER.fullmatch(text)


def shown(text: str) -> str:
    """A text from a record as a cell may show it: one line, no control characters, not endless."""
    line = " ".join(CONTROL.sub(" ", text).split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"


def about(plan: Plan, extractor: str) -> list[tuple[str, str]]:
    """What the form says about itself, label and value."""
    return [(UPDATE, plan.update_id), (EXTRACTOR, extractor), (NAME, "")]


def known_rows(plan: Plan) -> list[tuple[str, str, str, str]]:
    """What rows of the form may name of the evidence, with a header."""
    rows = [("list", "id", "what it is", "number")]
    return rows + [(name, *term) for name, terms in plan.known.items() for term in terms]


def title(sheet: Sheet, column: str) -> str:
    """The header of a column: a star marks what must be filled in."""
    if column in SHOWN.get(sheet.table.name, ()):
        return column
    return f"{column} *" if sheet.is_required(column) else column


def help_text(sheet: Sheet, column: str) -> str:
    """What to write into a column, what an empty cell means, and where its codes are."""
    about = next((f for f in sheet.columns if f.name == column), None)
    if about is None:
        return "For reading only."
    parts = [f"{_meaning(sheet, about)}."]
    if about.unit:
        parts.append(f"Unit: {about.unit}.")
    parts += [f"{about.type.capitalize()}{_limits(about)}."] if about.type != "string" else []
    if name := sheet.choices(column):
        where = "the first sheet" if name == STUDY else f"the list `{name}`"
        where = f"{name}, on the sheet `known`, or a row of this form" if name in (COHORTS, TOTALS) else where
        several = f", several parted by {about.separator}" if about.separator else ""
        parts.append(f"One of {where}{several}.")
    elif about.separator:
        parts.append(f"Several are parted by {about.separator}")
    if sheet.is_required(column):
        parts.append("Must be filled in.")
    else:
        parts.append(f"Empty: {about.missing or 'nothing to add.'}")
    return " ".join(parts)


def _meaning(sheet: Sheet, column: Field) -> str:
    if column.name == OWN_ID.get(sheet.table.name, ("",))[0]:
        return "A short name for the row, only needed when another row points at it"
    if column.name == ITEM:
        return "The item of the tool; the column beside it says what it asks"
    return column.description.rstrip(".")


def _limits(column: Field) -> str:
    low, high = (column.constraints.get(end) for end in ("minimum", "maximum"))
    if low is not None and high is not None:
        return f", {low} to {high}"
    return f", at least {low}" if low is not None else ""
