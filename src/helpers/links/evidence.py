"""Evidence: for each pair of records, how each aspect of the two agrees, as a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from helpers.links import kinds

Ints = np.ndarray

KINDS = {
    "correction": kinds.CORRECTION,
    "comment": kinds.COMMENT,
    "abstract": kinds.ABSTRACT,
    "preprint": kinds.PREPRINT,
    "protocol": kinds.PROTOCOL,
    "summary": kinds.SUMMARY,
    "thesis": kinds.THESIS,
}

# The words that each aspect may take. "unknown" always means that at least one of the two records does not say.
LEVELS: dict[str, tuple[str, ...]] = {
    # What PubMed itself says of the two: one corrects or retracts the other, comments on it, reports the same study, or is it
    # published again.
    "stated": ("nothing", "corrects", "comments", "reports", "republishes"),
    "copy": ("no", "yes"),  # every cell of the two is the same, whether it holds anything or not
    "doi": ("unknown", "same", "differs"),
    "pmid": ("unknown", "same", "differs"),
    "pmcid": ("unknown", "same", "differs"),
    "registration": ("unknown", "same", "differs"),  # in a registry of trials
    # part: one is the beginning or end of the other, or stands whole inside it; near: a slip or two; like: similar.
    "title": ("unknown", "same", "part", "near", "like", "other"),
    # How surely the shorter title tells one report from another, by its length: "Editorial" does not, nor "Annual report".
    "telling": ("no", "little", "yes", "much"),
    # The numbers in the titles; more: a longer title has a subtitle with numbers of its own.
    "numbers": ("same", "more", "differs"),
    # differs: of near titles, a word is another one and not another spelling; or the longer of a title and its part has a
    # subtitle that makes another study of it ("long-term follow-up").
    "wording": ("same", "differs"),
    "opening": ("other", "shared"),  # both titles begin with the same three or four words
    "topic": ("other", "shared"),  # asked only where one is a comment or lay summary
    "tongue": ("same", "differs"),  # one title reads as English, the other does not
    "script": ("same", "differs"),  # one title is in Latin letters, the other is not
    "study": ("unknown", "same", "differs"),  # the study that both titles name
    # cut: the shorter list is whole on the longer; near: most of it; some: a third, or the first author.
    "authors": ("unknown", "same", "cut", "near", "some", "other"),
    "team": ("no", "yes"),  # both name two people or more
    "journal": ("unknown", "same", "like", "other"),
    "year": ("unknown", "same", "near", "far"),  # near: a year apart
    "volume": ("unknown", "same", "differs"),
    # supplement: one is a supplement, the other a number; perhaps: the other gives neither its issue nor pages to compare.
    "issue": ("unknown", "same", "supplement", "perhaps", "differs"),
    # span: the same first and last page, three pages or more; range: two pages; start: the same first page, and each that
    # gives a last page tells of three pages or more; same: the same page; near: overlapping; renumbered: one begins on page 1,
    # as papers do online, the other elsewhere, which rules take for unknown.
    "pages": ("unknown", "span", "range", "start", "same", "near", "differs", "renumbered"),
    # one: exactly one of the two, and its title says so; label: exactly one, by its type, journal or DOI.
    **dict.fromkeys(KINDS, ("neither", "both", "one", "label")),
}


def level_of(aspect: str, word: str) -> int:
    """Position of a word among those of an aspect."""
    return LEVELS[aspect].index(word)


@dataclass(frozen=True)
class Evidence:
    """Pairs and, for each aspect, the level of each pair as a position in ``LEVELS[aspect]``.

    Attributes
    ----------
    a, b : arrays of int
        Positions of the two records of each pair.
    levels : dict of arrays of int8
    """

    a: Ints
    b: Ints
    levels: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.a)

    def only(self, which: np.ndarray) -> Evidence:
        """The evidence of some pairs."""
        return Evidence(self.a[which], self.b[which], {name: level[which] for name, level in self.levels.items()})

    def fits(self, aspect: str, *allowed: str) -> np.ndarray:
        """Pairs whose level of an aspect is one of the words allowed."""
        bits = np.uint8(sum(1 << level_of(aspect, word) for word in allowed))
        return (np.left_shift(np.uint8(1), self.levels[aspect].astype(np.uint8)) & bits) > 0

    def words(self, row: int) -> dict[str, str]:
        """The levels of one pair, in words."""
        return {name: LEVELS[name][int(level[row])] for name, level in self.levels.items()}


def equality(aspect: str, a: Ints, b: Ints) -> np.ndarray:
    """Levels unknown, same and differs of two columns of codes; 0 is no value."""
    level = np.where(a == b, level_of(aspect, "same"), level_of(aspect, "differs"))
    return np.where((a == 0) | (b == 0), 0, level).astype(np.int8)


def by_distinct(column: Ints, a: Ints, b: Ints, decide: Callable[[int, int], int]) -> np.ndarray:
    """A decision on the values of each pair, made once for each two values and the same for (a, b) and (b, a).

    Parameters
    ----------
    column : array of int
        Code of each record; 0 is no value and gives level 0.
    a, b : arrays of int
        Positions of the records of each pair.
    decide : function of two positions
        Level of two records whose codes stand for the two values and differ from 0.
    """
    first = np.zeros(int(column.max(initial=0)) + 1, dtype=np.int64)
    first[column[::-1]] = np.arange(len(column))[::-1]
    x, y = column[a], column[b]
    low, high = np.minimum(x, y), np.maximum(x, y)
    span = int(column.max(initial=0)) + 1
    distinct, back = np.unique(low * span + high, return_inverse=True)
    made = np.zeros(len(distinct), dtype=np.int8)
    left, right = first[distinct // span], first[distinct % span]
    for k in np.flatnonzero(distinct // span > 0):
        made[k] = decide(int(left[k]), int(right[k]))
    return made[back]
