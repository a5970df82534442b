"""Every sentence of the review held against its guard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import signals
from helpers.audit.cells import Cells
from helpers.audit.recipes import RecipeError
from helpers.evidence import Evidence
from helpers.faults import Fault, ReviewError
from helpers.guards.holding import Guard, broken, of_comment, parse_guards
from helpers.guards.prose import Sentence, sentences, sentences_of_script
from helpers.guards.words import DATE, is_conclusion, is_exclusive, is_undated
from helpers.language import languages, load
from helpers.navigation import is_generated
from helpers.settings import Settings

TABLES = {  # column with sentences, by table; what must hold stands in the column `expect`
    "findings": ("finding_id", "remark"),
    "statements": ("statement_id", "text"),
    "certainty": ("finding_id", "reason"),
    "signals": ("signal_id", "why"),
}
OF_EVIDENCE = ("page", "remark")  # contexts of translated texts that speak of the evidence
ADD = (
    "Say behind it what must hold (`<!-- expect: RECIPE -->`; in a table, the column `expect`), or attribute it to its source"
    " (`source: PLACE`), or, where it speaks of procedure or the site, say so (`site: WHY`)."
)
IN_TEXT = "Look at the rows, then reword the sentence so that it is true, and its guard."
IN_TABLE = (
    "Look at the rows. What a version has shown is not reworded in place: end this row (`retired_in`) and add one"
    " (`added_in`) that is true, both with the date of the update, and with its guard."
)


@dataclass(frozen=True)
class Stated:
    """A sentence with its guards and its place."""

    file: str
    row: int
    column: str | None
    text: str
    guards: tuple[Guard, ...]
    whole: str = ""  # the cell it stands in: one attribution is enough for all of it

    def fault(self, rule: str, message: str, fix: str) -> Fault:
        """A fault of this sentence."""
        return Fault(self.file, self.row, self.column, self.text, rule, message, fix)


def check_guards(root: Path, review: Evidence) -> list[Fault]:
    """What is wrong with the sentences of the review: no guard, or a guard that does not hold today.

    Parameters
    ----------
    root : Path
        Folder of the review.
    review : Evidence
        The evidence that the pages show.

    Returns
    -------
    list of Fault
        Each with the sentence, the expectation and what the rows say today.
    """
    cells = Cells(review.tables)
    stated = list(statements_of(root, review))
    sections = _sections(review.tables) | set(review.settings.repeats)
    faults = [fault for one in stated for fault in _faults(one, cells, review.settings, sections)]
    return [*faults, *_known_since(root, review, stated), *_translated(root, stated)]


def statements_of(root: Path, review: Evidence) -> Iterator[Stated]:
    """Every sentence about the evidence: of pages, notebooks, and tables with sentences."""
    procedure = review.settings.procedure
    for path in sorted(root.glob("*.qmd")):
        if path.name not in procedure and not is_generated(path.name):
            for sentence in sentences(path.read_text(encoding="utf-8")):
                if not any(f"{path.name}#{part}" in procedure for part in sentence.parts):
                    yield _stated(path.name, sentence)
    for path in sorted((root / "notebooks" / "py").glob("*.py")):
        if path.stem not in procedure:
            for sentence in sentences_of_script(path.read_text(encoding="utf-8")):
                yield _stated(f"notebooks/py/{path.name}", sentence)
    open_signals = signals.open_signals(review.tables, signals.states(root, review.tables))
    for table, (key, column) in TABLES.items():
        for line, row in (open_signals if table == "signals" else review.tables[table]).iterrows():
            yield from _of_cell(f"data/{table}.csv", int(str(line)), column, row[key], row[column], row["expect"])


def _stated(file: str, sentence: Sentence) -> Stated:
    guards = tuple(guard for kind, text in sentence.guards for guard in of_comment(kind, text))
    return Stated(file, sentence.line, None, sentence.text, guards)


def _of_cell(file: str, row: int, column: str, name: str, text: object, expect: object) -> Iterator[Stated]:
    """Sentences of a cell: what must hold belongs to all of them, and is told once."""
    if pd.isna(text):  # type: ignore[call-overload]
        return
    guards = () if pd.isna(expect) else tuple(parse_guards(str(expect)))  # type: ignore[call-overload]
    found = [s.text for s in sentences(str(text))]
    telling = [text for text in found if is_conclusion(text)] or found
    yield Stated(file, row, f"{column} of {name}", " ".join(telling), guards, str(text))


def _faults(stated: Stated, cells: Cells, settings: Settings, sections: frozenset[str]) -> Iterator[Fault]:
    if not stated.guards:
        if is_conclusion(stated.text):
            message = (
                "the sentence compares, generalises or excludes, and nothing says what must hold for it to be true"
            )
            yield stated.fault("guard-missing", message, ADD)
        return
    for guard in stated.guards:
        if guard.kind == "expect":
            yield from _expected(stated, guard, cells)
        elif not guard.text:
            what = "the place of the source" if guard.kind == "source" else "why it says nothing of the evidence"
            yield stated.fault(f"guard-{guard.kind}", f"`{guard.kind}:` is empty", f"Write {what} behind the colon.")
        elif guard.kind == "source":
            yield from _attributed(stated, guard, settings, sections)
    kinds = {guard.kind for guard in stated.guards}
    if is_undated(stated.text) and "expect" in kinds and DATE not in stated.text:
        message = "it says that something is the only one, or that there is none, and not up to which day"
        fix = f"Say up to when: {DATE} is the day searched through; in a notebook, within `wording.say`."
        yield stated.fault("guard-undated", message, fix)


def _expected(stated: Stated, guard: Guard, cells: Cells) -> Iterator[Fault]:
    try:
        why = broken(guard, cells)
    except RecipeError as error:
        fix = "Correct the recipe; CONTRIBUTING, `Write a conclusion`, has the language."
        yield stated.fault("guard-recipe", f"its guard `{guard.text}` cannot be judged: {error}", fix)
        return
    if why is not None:
        fix = IN_TABLE if stated.column else IN_TEXT
        yield stated.fault("guard-broken", f"the sentence expects `{guard.text}`, which no longer holds: {why}", fix)


def _attributed(stated: Stated, guard: Guard, settings: Settings, sections: frozenset[str]) -> Iterator[Fault]:
    if not any(words.lower() in (stated.whole or stated.text).lower() for words in settings.attributions):
        message = "it is said to be the source's statement, but the sentence does not say so"
        fix = f"Attribute it in the sentence itself ({', '.join(settings.attributions)}), or give it an expectation."
        yield stated.fault("guard-source", message, fix)
    unknown = [place for part in guard.text.split(";") if (place := part.split(",")[0].strip()) not in sections]
    if unknown:
        message = f"no row is taken from a place called {unknown[0]!r}"
        fix = "Write the place as the rows do: `Results, Section, p1 s2`, `Discussion, p3 s1`, `Abstract, s6`."
        yield stated.fault("guard-source", message, fix)


def _known_since(root: Path, review: Evidence, stated: list[Stated]) -> Iterator[Fault]:
    """Sentences that say that something is the only one, rest on a row that an open signal would change, and bear no date."""
    found = signals.states(root, review.tables)
    bearing: dict[str, str] = {}
    for _, row in signals.open_signals(review.tables, found).iterrows():
        if row["would_change"] == "yes" and not pd.isna(row["rows"]):
            bearing |= {name.strip(): str(row["signal_id"]) for name in row["rows"].split(";")}
    for one in stated:
        if one.file == signals.TABLE or DATE in one.text or not is_exclusive(one.text):
            continue
        told = " ".join([*(guard.text for guard in one.guards if guard.kind == "expect"), one.text, one.column or ""])
        names = {name for name in bearing if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told)}
        for name in sorted(names)[:1]:
            message = f"{bearing[name]} is known since the last search and would change it: it rests on {name}"
            fix = f"Say up to when it holds: {DATE} is the day searched through."
            yield one.fault("guard-signal", message, fix)


def _sections(tables: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """The parts of sources that rows and claims are taken from."""
    return frozenset(
        str(place).split(",")[0].strip()
        for name in ("counts", "quantities", "doses", "comparisons", "claims", "studies")
        for place in tables[name]["locator"].dropna()
    )


def _translated(root: Path, stated: list[Stated]) -> Iterator[Fault]:
    """Translations that compare, generalise or exclude where the English text does not."""
    guarded = [one.text for one in stated if one.guards]
    for code in languages(root):
        try:
            catalogue = load(root, code)
        except ReviewError:  # told by the rules of catalogues
            continue
        for (context, english), entry in catalogue.entries.items():
            if context not in OF_EVIDENCE:  # menu, frame and scripts speak of the site
                continue
            if not is_conclusion(entry.text, code) or is_conclusion(english):
                continue
            if any(english in text or text in english for text in guarded):
                continue
            said = "the translation compares, generalises or excludes, and the English text does not"
            fix = "Say no more than the English text, or write what must hold beside that one."
            yield Fault(catalogue.file, entry.row, english, entry.text, "guard-missing", said, fix)
