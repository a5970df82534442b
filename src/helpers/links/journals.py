"""Journal names: full, abbreviated, as an acronym, with a place or a subtitle behind them."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from helpers.links.text import folded, is_missing, repaired, word_set, words

_BRACKETS = re.compile(r"\s*[\[(][^\])]*(?:[\])]|$)")
_BEHIND = re.compile(r"\s*(?:: | = | - |/ |; |\.\s+(?=[A-Z][a-z]+ (?:journal|publication)))")
_LITTLE = word_set(
    "a an the of for and in on to de d des du la le les et l der die das und fur fuer y e del della di per part series"
)
# Words that make another journal beside the one so named.
_BESIDE = word_set("supplement supplements supplementum suppl open case cases")
_ACRONYMS = {
    "jama": "journal american medical association",
    "bmj": "british medical journal",
    "nejm": "new england journal medicine",
    "pnas": "proceedings national academy sciences united states america",
    "mmwr": "morbidity mortality weekly report",
}


def journal_words(journal: str) -> tuple[str, ...]:
    """The telling words of a journal's name; nothing where none is given."""
    if not journal or is_missing(journal):
        return ()
    text = repaired(journal)
    text = _BRACKETS.sub(" ", text) if not text.startswith("[") else text
    head = _BEHIND.split(text, maxsplit=1)[0] or text
    found = [word for word in words(folded(head).replace("'s", "s")) if word not in _LITTLE]
    if len(found) == 1 and found[0] in _ACRONYMS:
        found = _ACRONYMS[found[0]].split()
    return tuple(found)


def _shortens(short: str, full: str) -> bool:
    """Whether a word may abbreviate another: its start ("rheumatol") or letters of it in order ("natl")."""
    if full.startswith(short):
        return True
    if len(short) < 3 or short[0] != full[0]:
        return False
    letters = iter(full)
    return all(letter in letters for letter in short)


def _matches(a: str, b: str) -> bool:
    return _shortens(a, b) if len(a) <= len(b) else _shortens(b, a)


def compare_journals(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    """Whether two names are one journal's, in a word of ``LEVELS["journal"]``."""
    if not a or not b:
        return "unknown"
    if a == b or "".join(a) == "".join(b):
        return "same"
    if len(a) == len(b) and all(_matches(x, y) for x, y in zip(a, b, strict=True)):
        return "same"
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) == 1 and len(long) >= 3 and short[0] == "".join(word[0] for word in long):
        return "same"
    if _BESIDE.isdisjoint(short) != _BESIDE.isdisjoint(long):  # "European Heart Journal Supplements"
        return "other"
    if all(_matches(x, y) for x, y in zip(short, long, strict=False)):  # "Ann Rheum Dis" and "Ann Rheum Dis Lond"
        return "like" if len(short) >= 2 else "other"
    rest = iter(long)
    if len(short) >= 2 and all(any(_matches(word, other) for other in rest) for word in short):
        return "like"
    if fuzz.ratio(" ".join(a), " ".join(b)) >= 85:
        return "like"
    return "other"
