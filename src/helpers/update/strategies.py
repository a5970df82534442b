"""Search strategies as files: the string as it is run, and what PRISMA-S asks to be told about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.faults import Fault, ReviewError
from helpers.update.errors import fault, refuse
from helpers.update.searches import STRATEGIES, strategy_file
from helpers.update.strategy_strings import Line, check_string, lines_of

README = f"{STRATEGIES}/README.md"
DATE_RUN, DATE_FIELD = "date run", "date field"
REQUIRED = ("database", "platform", "limits", "filters", "peer review", DATE_RUN)
OPTIONAL = ("prior work", DATE_FIELD)
DATE_FIELDS = {
    "crdt": "day on which the record was created",
    "edat": "day of entry, which for late records is the day of publication",
    "pdat": "day of publication",
}
_ITEM = re.compile(r"#\s+([A-Za-z][A-Za-z ]*?)\s*:\s*(.*)")
_NUMBERED = re.compile(r"#(\d+)\b\s*(.*)")
_REFERENCE = re.compile(r'"[^"]*"|\[[^\]]*\]|#(\d+)\b')


@dataclass(frozen=True)
class Strategy:
    """A search as its file tells.

    Attributes
    ----------
    file : str
        Path within the review.
    items : mapping of str to str
        What PRISMA-S asks for; see `REQUIRED` and `OPTIONAL`.
    lines : sequence of Line
        The string as written; for numbered lines without their numbers.
    query : str
        The string as one, references to numbered lines put in.
    """

    file: str
    items: Mapping[str, str]
    lines: Sequence[Line]
    query: str

    @property
    def date_field(self) -> str:
        """Date by which the search of an update is limited: the day on which a record was created, unless told.

        The day of entry would pass over records that came late: it is set to the day of publication for what enters PubMed
        more than twelve months after it (NLM Technical Bulletin 2008 Nov-Dec).
        """
        return self.items.get(DATE_FIELD) or "crdt"


def read_strategy(root: Path, update_id: str, database: str) -> Strategy:
    """The strategy of a database for an update.

    Raises
    ------
    ReviewError
        There is none, or something is wrong with it: every fault.
    """
    file = strategy_file(update_id, database)
    path = root / file
    headline = f"The search strategy for {database} cannot be used"
    if not path.is_file():
        earlier = [p.name for p in sorted((root / STRATEGIES).glob(f"*-{file.rpartition('-')[2]}")) if p.is_file()]
        start = f"the one of the last search, {earlier[-1]}" if earlier else f"the pattern in {README}"
        fix = f"The review team writes it: copy {start}, enter the string and who checked it, and repeat the command."
        raise refuse(headline, fault(file, "there is no search strategy", fix, rule="strategy-given"))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fix = "Save it as plain text in UTF-8."
        raise refuse(headline, fault(file, f"not UTF-8: byte {error.start}", fix, rule="utf-8")) from None
    strategy, faults = parse_strategy(text, file=file, database=database)
    if faults:
        raise ReviewError(faults, headline)
    return strategy


def parse_strategy(text: str, *, file: str, database: str) -> tuple[Strategy, list[Fault]]:
    """A strategy, and what is wrong with it.

    Parameters
    ----------
    text : str
        The file: lines ``# item: value``, then the string. The string is one search that may go over several lines, or
        numbered lines (``#1 ...``) that later ones refer to; the last one is the search. Lines that begin with ``#`` and a
        blank are remarks.
    file : str
        Its path within the review.
    database : str
        Which database is to run it.

    Returns
    -------
    tuple of Strategy and list of Fault
    """
    items: dict[str, str] = {}
    rows: dict[str, int] = {}
    written: list[Line] = []
    key = ""
    for row, line in enumerate(text.splitlines(), 1):
        if re.match(r"#(\s|$)", line):
            named = _ITEM.match(line)
            name = named[1].lower() if named else ""
            if named and name in (*REQUIRED, *OPTIONAL) and not written:
                key, items[name], rows[name] = name, named[2].strip(), row
            elif key and re.match(r"#\s{3,}\S", line) and not written:
                items[key] = f"{items[key]} {line[1:].strip()}".strip()
            else:
                key = ""
        elif line.strip():
            written.append(Line(row, line.strip()))
    faults = _items(items, rows, file, database)
    is_pubmed = database.lower() == "pubmed"
    if not written:
        fix = "Enter the string exactly as it is run; it is not made up here."
        faults.append(fault(file, "there is no search string", fix, rule="string-given"))
        return Strategy(file, items, (), ""), faults
    if not _NUMBERED.match(written[0].text):
        found = check_string(file, written, is_pubmed=is_pubmed)
        found += _loose_references(file, written) if is_pubmed else []
        return Strategy(file, items, tuple(written), " ".join(line.text for line in written)), faults + found
    lines, query, found = _numbered(file, written)
    for one in lines:
        found += check_string(file, [one], is_pubmed=is_pubmed)
    return Strategy(file, items, tuple(lines), query), sorted(faults + found, key=lambda one: one.row or 0)


def _items(items: Mapping[str, str], rows: Mapping[str, int], file: str, database: str) -> list[Fault]:
    found = []
    for name in REQUIRED:
        if name not in items:
            fix = f"Add a line at the top: # {name}: ..."
            found.append(fault(file, f"PRISMA-S asks for it: {name}", fix, rule="prisma-s", column=name))
        elif not items[name] and name != DATE_RUN:
            fix = 'Say what was done; "none" is an answer too.'
            found.append(fault(file, "nothing is told", fix, rule="prisma-s", row=rows[name], column=name))
    for name, value in items.items():
        if re.search(r"<[^<>]*>", value):
            fix = "Replace what stands between < and >."
            found.append(
                fault(file, "the pattern's own words", fix, rule="prisma-s", row=rows[name], column=name, value=value)
            )
    if items.get("database") and items["database"].lower() != database.lower():
        found.append(
            fault(
                file,
                f"the file's name says {database}",
                "Mend the one or the other.",
                rule="database",
                row=rows["database"],
                value=items["database"],
            )
        )
    if items.get(DATE_RUN) and not _is_date(items[DATE_RUN]):
        found.append(
            fault(
                file,
                "not a date as YYYY-MM-DD",
                "Leave it empty until the search has been run.",
                rule="date-run",
                row=rows[DATE_RUN],
                value=items[DATE_RUN],
            )
        )
    if items.get(DATE_FIELD) and items[DATE_FIELD] not in DATE_FIELDS:
        known = "; ".join(f"{code}: {meaning}" for code, meaning in DATE_FIELDS.items())
        found.append(
            fault(
                file,
                f"not one of {known}",
                "Leave the line away for crdt.",
                rule="date-field",
                row=rows[DATE_FIELD],
                value=items[DATE_FIELD],
            )
        )
    return found


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _references(text: str) -> list[int]:
    return [int(one[1]) for one in _REFERENCE.finditer(text) if one[1]]


def _loose_references(file: str, lines: Sequence[Line]) -> list[Fault]:
    fix = "Number the lines (#1 ..., #2 ...), or write the terms themselves."
    return [
        fault(
            file, "the lines have no numbers that this could mean", fix, rule="references", row=row, value=f"#{number}"
        )
        for row, text in lines_of(lines)
        for number in _references(text)
    ]


def _numbered(file: str, written: Sequence[Line]) -> tuple[list[Line], str, list[Fault]]:
    """Lines without their numbers, the last one with every reference put in, and what is wrong with the references."""
    lines: list[Line] = []
    texts: list[str] = []
    found: list[Fault] = []
    used: set[int] = set()

    def tell(row: int, value: str, message: str, fix: str, rule: str = "references") -> None:
        found.append(fault(file, message, fix, rule=rule, row=row, value=value))

    for line in written:
        number = len(lines) + 1
        named = _NUMBERED.match(line.text)
        if named is None:
            tell(line.row, line.text, "a line without a number", "Number it, or write it on the line above.", "numbers")
            continue
        if int(named[1]) != number:
            tell(line.row, f"#{named[1]}", f"this is line #{number}", "Number the lines from #1 on.", "numbers")
        if not named[2].strip():
            tell(line.row, line.text, "an empty line", "Write its terms, or remove it and number anew.", "empty-line")
        for wanted in _references(named[2]):
            used.add(wanted)
            if not 1 <= wanted < number:
                tell(line.row, f"#{wanted}", "no line above has this number", "Refer to a line above.")
        lines.append(Line(line.row, named[2].strip()))
        texts.append(named[2].strip())
    for number, line in enumerate(lines[:-1], 1):
        if number not in used:
            fix = "Use it in a later line, or remove it; the last line is the search."
            tell(line.row, f"#{number}", "no later line uses this one: its terms would not be searched", fix)
    if found:
        return lines, "", found
    whole: list[str] = []
    for text in texts:
        whole.append(_REFERENCE.sub(lambda one: f"({whole[int(one[1]) - 1]})" if one[1] else one[0], text))
    return lines, whole[-1] if whole else "", found
