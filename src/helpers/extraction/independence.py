"""Whether two extractions are the work of two people, and whether a decision settles anything between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers.dictionary import load_dictionary
from helpers.extraction.decisions import Decision, key_of, read_decisions
from helpers.extraction.joint import Extraction, Statement, differing, lay_together, texts
from helpers.extraction.plan import OWN_ID, TABLES
from helpers.faults import Fault
from helpers.screening import same_name


def same_hand(people: Mapping[str, str]) -> bool:
    """Whether two extractors bear one name; case, blanks, accents and the order of its parts make nobody else.

    >>> same_hand({"a": "Ann B. Li", "b": "li, ann b"}), same_hand({"a": "Ann Li", "b": "Ben Li"})
    (True, False)
    """
    names = [same_name(name) for name in people.values() if name]
    return len(set(names)) < len(names)


def is_copy(root: Path, a: Extraction, b: Extraction) -> bool:
    """Whether two extractions are alike in every cell, own words included, whatever their rows are called.

    Two people who read the same report agree on figures, but hardly on every place, note and wording. Extractions
    without any row are no copies.
    """
    dictionary = load_dictionary(root)
    one, other = (texts(extraction, dictionary) for extraction in (a, b))
    has_rows = any(len(frame) for frame in one.values())
    return has_rows and all(_content(name, one[name]) == _content(name, other[name]) for name in TABLES)


def _content(table: str, frame: pd.DataFrame) -> Counter[tuple[str, ...]]:
    """Rows of a table without the ids that each form gives to its rows."""
    ids = {OWN_ID.get(table, ("",))[0], OWN_ID["comparisons"][0]}
    said = frame[[column for column in frame.columns if column not in ids]]
    return Counter(tuple(map(str, row)) for row in said.to_numpy().tolist())


def needless(root: Path, a: Extraction, b: Extraction, decisions: Path | pd.DataFrame) -> list[Decision]:
    """Decisions where both extractors say the same, so that a third person has nothing to decide.

    Parameters
    ----------
    root : Path
        Folder of the review.
    a, b : mapping of str to DataFrame, or Path
        The two extractions, as `reconcile` takes them.
    decisions : Path or DataFrame
        Worklist with choices made, or decisions kept.

    Returns
    -------
    list of Decision
        On cells that are alike, and on whole rows that both extractors have. Decisions that fit no row are left to
        `reconcile`.
    """
    dictionary = load_dictionary(root)
    statements, _ = lay_together(texts(a, dictionary), texts(b, dictionary), dictionary)
    by_row = {(s.table, s.id_a): s for s in statements if s.a is not None}
    by_row |= {(s.table, f"b:{s.id_b}"): s for s in statements if s.b is not None}
    by_key = {(s.table, s.key): s for s in statements}
    found = []
    for decision in read_decisions(decisions)[0]:
        key = key_of(decision, by_row)
        if key is None:
            continue
        statement = by_key[key[0], key[1]]
        if _is_agreed(statement, key[2], differing(dictionary[key[0]], statement)):
            found.append(decision)
    return found


def _is_agreed(statement: Statement, column: str, open_columns: Sequence[str]) -> bool:
    if statement.a is None or statement.b is None:
        return False  # one extractor has no such row: whether it stays, and with which cells, is to be decided
    return column not in open_columns and (not column or statement.a.get(column) == statement.b.get(column))


def needless_faults(decisions: Sequence[Decision]) -> list[Fault]:
    """The same as faults, each at its line."""
    fix = "Empty the line. If both are wrong, correct both forms and hand them in again."
    message = "both extractors say the same here, so there is nothing to decide"
    return [one.fault("chosen", "no-difference", message, fix) for one in decisions]
