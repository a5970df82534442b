"""Why: a sentence that a librarian understands, with what agrees and what differs side by side."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.links.evidence import LEVELS, Evidence
from helpers.links.prepared import Prepared
from helpers.links.rules import RULES

SHOWN = 60  # letters of a cell that a reason quotes

# Aspect, the column it is read from, what people call it, and how each word is put; "=" agrees, "≠" differs, "" is not said.
_PUT: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("doi", "doi", "DOI", {"same": "=", "differs": "≠"}),
    ("pmid", "pmid", "PubMed number", {"same": "=", "differs": "≠"}),
    ("pmcid", "pmcid", "PMC number", {"same": "=", "differs": "≠"}),
    ("title", "title", "title", {"same": "=", "near": "= nearly", "part": "= in part", "like": "≠", "other": "≠"}),
    (
        "authors",
        "authors",
        "authors",
        {"same": "=", "cut": "= as far as listed", "near": "= mostly", "some": "≠", "other": "≠"},
    ),
    ("journal", "journal", "journal", {"same": "=", "like": "= nearly", "other": "≠"}),
    ("year", "year", "year", {"same": "=", "near": "≠", "far": "≠"}),
    ("volume", "volume", "volume", {"same": "=", "differs": "≠"}),
    ("issue", "issue", "issue", {"same": "=", "supplement": "≠", "perhaps": "≠", "differs": "≠"}),
    (
        "pages",
        "pages",
        "pages",
        {"span": "=", "range": "=", "start": "= from the first", "same": "=", "near": "= in part", "differs": "≠"},
    ),
)


def _shorten(cell: str) -> str:
    cell = " ".join(cell[: 4 * SHOWN].split())
    return cell if len(cell) <= SHOWN else cell[: SHOWN - 1].rstrip() + "…"


def _frame_of(words: dict[str, str], lead: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The part of the reason that is the same for all pairs with these levels, and the columns to quote."""
    agree, differ, silent = [], [], []
    for aspect, column, name, put in _PUT:
        how = put.get(words[aspect], "")
        if how.startswith("="):
            agree.append(name + (f" ({how[2:]})" if how != "=" else ""))
        elif how:
            differ.append((name, column))
        elif aspect in {"title", "authors", "journal", "year", "volume", "pages"}:
            silent.append(name)
    text = f"{lead} Agree: {', '.join(agree)}." if agree else f"{lead} Nothing agrees in full."
    if silent:
        text += f" Not comparable: {', '.join(silent)}."
    return text, tuple(differ)


def reasons(records: Prepared, evidence: Evidence, rule: Iterable[int]) -> list[str]:
    """The reason for each pair.

    Parameters
    ----------
    records : Prepared
    evidence : Evidence
        Of the pairs, in the order in which a reason is to quote the two records.
    rule : iterable of int
        Position in ``rules.RULES`` of the rule that decided.

    Returns
    -------
    list of str
    """
    names = [aspect for aspect, *_ in _PUT]
    levels = [evidence.levels[name].tolist() for name in names]
    known: dict[tuple[int, ...], tuple[str, tuple[tuple[str, str], ...]]] = {}
    result = []
    pairs = zip(evidence.a.tolist(), evidence.b.tolist(), rule, *levels, strict=True)
    for a, b, position, *row in pairs:
        key = (position, *row)
        if key not in known:
            words = {name: LEVELS[name][level] for name, level in zip(names, row, strict=True)}
            known[key] = _frame_of(words, RULES[position].says)
        text, differ = known[key]
        if differ:
            quoted = [
                f"{name} ({_shorten(records.raw[column][a])} | {_shorten(records.raw[column][b])})"
                for name, column in differ
            ]
            text += f" Differ: {'; '.join(quoted)}."
        result.append(text)
    return result
