"""Which shown numbers a run moved, from the result files before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

from helpers import numbers

LIMITS = {"estimate", "ci_low", "ci_high"}  # shown together
NAMES = (
    "row",
    "row_id",
    "dose_id",
    "quantity_id",
    "comparison_id",
    "box_id",
    "result",
    "claim",
)  # say which number it is
TEXTS = {
    "as_printed",
    "definition",
    "note",
    "shown",
    "how",
    "made_of",
    "reason",
    "locator",
}  # say more about a number, but not which one it is


class Moved(NamedTuple):
    """A number that readers see otherwise than before; empty text where it was not there, or is not any more."""

    page: str
    result: str
    before: str
    after: str


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Moved]:
    """Shown numbers that differ between two states of the results.

    Parameters
    ----------
    before, after : mapping of str to dict
        The content of ``data/results/NN-*.json``, by page.

    Returns
    -------
    list of Moved
        By page, in the order of appearance; `result` is the result's id and what the number is about.
    """
    found = []
    for page in dict.fromkeys([*before, *after]):
        old, new = (_by_place(side.get(page) or {}) for side in (before, after))
        for place in dict.fromkeys([*new, *old]):
            found += [Moved(page, place, *pair) for pair in _differing(old.get(place, []), new.get(place, []))]
    return found


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What changed, came or went in a list of numbers; one that comes in does not make those after it differ."""
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change != "equal":
            yield from zip_longest(old[a:b], new[c:d], fillvalue="")


def _by_place(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a result file shows: the result's name and what the number is about, and its numbers in order."""
    shown: dict[str, list[str]] = {}
    for result in document.get("results", ()):
        # Without a name a result goes by what its numbers are about: its place changes when another comes in before it.
        name = str(result.get("id") or "")
        for value in result.get("values", ()):
            for about, words in _words(value):
                shown.setdefault(": ".join(filter(None, (name, about))), []).append(words)
    return shown


def _words(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What one value shows: its text, or each of its numbers where it has none."""
    named = next((str(value[key]) for key in NAMES if value.get(key)), None)
    about = named or " ".join(v for k, v in value.items() if isinstance(v, str) and k not in TEXTS)
    if "shown" in value:
        yield about, str(value["shown"])
        return
    if value.keys() >= LIMITS and all(value[k] is not None for k in LIMITS):
        shown = f"{numbers.percent(value['estimate'])} ({numbers.interval(value['ci_low'], value['ci_high'])})"
        yield f"{about} estimate".strip(), shown
    for key, number in value.items():
        if isinstance(number, (int, float)) and not isinstance(number, bool) and key not in LIMITS:
            yield f"{about} {key}".strip(), f"{number:,.6g}"
