"""How alike two titles are: parts, spellings and turned words, a shared subject."""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel

from helpers.links.text import folded, word_set, words
from helpers.links.titles import bare, spelled_alike

NEAR, LIKE = 92.0, 72.0  # similarity of title keys (per cent, Indel) from which titles are "near" and "like"
# A title that is part of another must have so many letters; fewer do at its beginning or end.
PART_LETTERS, EDGE_LETTERS = 30, 12
# Shorter words that differ by a letter are mostly two words: "oral" and "moral"; and those with one letter for another:
# "nitrate" and "nitrite", "arteritis" and "arthritis".
SLIP_LETTERS, CHANGE_LETTERS = 5, 10
MORE_LETTERS = 4  # the longer title has so many letters more: "Case" is no part of "Case B"

_TURNING = word_set(
    "a an un in im ir il non dis anti pre post sub super re co bi tri mono poly semi multi extra intra inter ad es dex levo"
)
_SMALL = word_set("the and for with from by of in on to")  # "fr", "wth": no word is one letter short of these
_ENDINGS = word_set("s es al ly")
_PREFIXES = (("hypo", "hyper"), ("intra", "inter"), ("micro", "macro"), ("abduct", "adduct"))
_PART_NUMBER = re.compile(
    r"(?:part|study|chapter|section|case|group|series|trial|paper|fase|volum|report|leson)s?[0-9]"
)
_NO_WORD = word_set("s a an the of in and or for to on by")
# Words that turn one study into another, however alike they are spelled.
_TURNS = word_set(
    "men women man woman male female boy girl child adult elderly infant neonate adolescent pediatric maternal paternal",
    "vivo vitro rat mouse mice cat dog pig human animal without before after pre post early late acute chronic",
    "left right upper lower short long increased decreased high low positive negative protocol reply response comment",
    "first second third fourth primary secondary baseline interim final preliminary",
)
# Words of a subtitle that make another study of one team; "protocol" is none: it never shares a page with its report.
_FURTHER = word_set("follow followup pilot subgroup post hoc extension secondary interim preliminary update revisited")
_SAID_OFTEN = word_set(
    "with from editorial comment reply response letter author authors study patients summary plain language"
)


def is_part(short: str, long: str) -> bool:
    """Whether a title's key is the beginning or end of another's, or stands whole inside it."""
    if len(short) < EDGE_LETTERS or len(long) - len(short) < MORE_LETTERS or short not in long:
        return False
    return len(short) >= PART_LETTERS or long.startswith(short) or long.endswith(short)


def wording_differs(one: str, other: str) -> bool:
    """Whether two nearly equal titles differ by more than spelling: a word that the other does not have in any form."""
    first, second = (words(folded(bare(title))) for title in (one, other))
    x, y = set(first), set(second)
    left, right = x - y - _NO_WORD, y - x - _NO_WORD
    if any(_turns(word, right, y) for word in left) or any(_turns(word, left, x) for word in right):
        return True
    if all(_is_spelling(word, right, y) for word in left) and all(_is_spelling(word, left, x) for word in right):
        return False
    return not _is_slip(*_between(first, second))


def _turns(word: str, odd: set[str], every: set[str]) -> bool:
    """Whether a word turns a study into another, and is no slip in a word of the other title."""
    return (word in _TURNS or word.rstrip("s") in _TURNS) and not _is_spelling(word, odd, every)


def _between(first: list[str], second: list[str]) -> tuple[list[str], list[str]]:
    """What stands in each of two lists between the words that they begin and end with alike."""
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    stop = 0
    while stop < min(len(first), len(second)) - start and first[-1 - stop] == second[-1 - stop]:
        stop += 1
    return first[start : len(first) - stop], second[start : len(second) - stop]


def _is_slip(a: list[str], b: list[str]) -> bool:
    """Whether words were only joined or parted, or a small word lost a letter: "ofthe", "course o the disease"."""
    if "".join(a) == "".join(b):
        return True
    short, long = sorted(("".join(a), "".join(b)), key=len)
    return len(a) == len(b) == 1 and long in _NO_WORD and short != "" and short in long


def _is_spelling(word: str, odd: set[str], every: set[str]) -> bool:
    """Whether a word is another spelling of a word that only the other title has, or of any of its words."""
    return len(word) > 1 and any(_is_misspelled(word, near) for near in odd | every)


def _is_misspelled(a: str, b: str) -> bool:
    """Whether two words are one with a slip of a key or an ending; a prefix makes another word."""
    short, long = sorted((a, b), key=len)
    if len(short) > 3 and long.endswith(short) and long.removesuffix(short) in _TURNING:
        return False  # "asymptomatic" and "symptomatic"
    if any(a.replace(x, y) == b or a.replace(y, x) == b for x, y in _PREFIXES if x in a or y in a):
        return False
    if spelled_alike(a) == spelled_alike(b) or long.removeprefix(short) in _ENDINGS:
        return True
    slip = Indel.distance(short, long)
    if slip == 1 and long in _SMALL:
        return True
    if short[0] != long[0] or len(short) < SLIP_LETTERS:
        return False
    if len(short) == len(long):
        is_swap = sorted(short) == sorted(long)
        return slip == 2 and (is_swap or len(short) >= CHANGE_LETTERS)
    return slip == 1


def adds_part_number(short: str, long: str) -> bool:
    """Whether a title's key is another's with a part number, and not with a subtitle that holds a number."""
    rest = long.replace(short, " ", 1)
    return bool(_PART_NUMBER.search(rest)) or rest.strip().isdigit()


def adds_study(one: str, other: str) -> bool:
    """Whether what only one of two titles says makes another study of it: "long-term follow-up", "a subgroup analysis"."""
    odd = set(words(folded(bare(one)))) ^ set(words(folded(bare(other))))
    return not odd.isdisjoint(_FURTHER)


def _stems(title: str) -> set[str]:
    return {word[:6] for word in words(folded(bare(title))) if len(word) > 3 and word not in _SAID_OFTEN}


def shares_topic(one: str, other: str) -> bool:
    """Whether half of the telling words of the shorter title, at least two, begin like words of the other."""
    a, b = _stems(one), _stems(other)
    shared = len(a & b)
    return shared >= 2 and shared * 2 >= min(len(a), len(b))
