"""Authors: who signs, as far as initials, full names, cut lists and lost commas allow to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from helpers.links.text import folded, is_missing, repaired, word_set, words

SPELLING = 80.0  # similarity (per cent) from which two surnames of four letters and more are one, misspelled
MOST, SOME = 0.6, 0.3  # shares of the shorter list that make "most" and "some" of the people
STRANGERS = 60.0  # cells less alike (per cent) without a word in common name other people

_SEPARATOR = re.compile(r"\s*;\s*|,?\s+and\s+|\s*&\s*")
_RUN_TOGETHER = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")  # "Rossi MarioBianchi Ugo", "RossiM."
_AFTER_INITIALS = re.compile(r"(?<=\.)(?=[A-Z][a-z])")  # "Rossi M.Bianchi U."
_ENDS_ON_INITIALS = re.compile(r"^[^\s,].*[\s.]+[A-Z][A-Z.\s-]{0,6}$")  # "Smith JA", "Smith J. A."
_LOST = re.compile(r"(?<=\w)[?\ufffd'’`´]|[?\ufffd](?=\w)")  # accents that an encoding lost; apostrophes
_ET_AL = re.compile(r"(?:^|,?\s+)(?:et al|others)\b\.?\s*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_PARTICLES = word_set("de del della di da dal dos do van von der den ten ter la le el al bin ibn abu st")
_SUFFIXES = word_set("jr sr ii iii iv md phd msc mph")


class Name(NamedTuple):
    """One author.

    Attributes
    ----------
    surnames : tuple of str
        Words that may be the surname.
    initials : str
        First letters of the words that are no surname, or may be none.
    given : tuple of str
        Given names that are written out.
    """

    surnames: tuple[str, ...]
    initials: str
    given: tuple[str, ...] = ()


def _alike(text: str) -> str:
    """Umlauts written in either way."""
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _is_initials(word: str) -> bool:
    return len(word) == 1 or (len(word) <= 3 and word.isupper())


@lru_cache(maxsize=100_000)  # people sign more than one paper, and a cell is compared more than once
def one_name(text: str) -> Name:
    """An author as printed: "Zuna, R E", "Zuna RE", "ZUNA R.E.", "Zuna Rosemary", "R. E. Zuna"."""
    text = _LOST.sub("", text)
    is_shouted = text.isupper()
    if not is_shouted:
        text = _RUN_TOGETHER.sub(" ", text)
    family, comma, given = text.partition(",")
    parts = _WORD.findall(family if comma else text)
    long = [part for part in parts if len(part) > 1 and (is_shouted or not _is_initials(part))]
    if is_shouted and not comma and len(long) > 1:
        long = [part for part in long if len(part) > 3] or long[:1]
    rest = _WORD.findall(given) if comma else [part for part in parts if part not in long]
    surnames = [_alike(folded(part)) for part in long or parts]
    surnames = [part for part in surnames if part not in _PARTICLES and part not in _SUFFIXES] or surnames
    initials = "" if comma else "".join(part[0] for part in surnames[1:])
    initials += "".join(folded(part) if _is_initials(part) else folded(part)[0] for part in rest)
    return Name(tuple(surnames), initials, tuple(_alike(folded(part)) for part in rest if len(part) > 2))


def split_authors(text: str) -> list[str]:
    """The authors of a cell, one a text; between them stands ``;``, "and", a comma, or nothing where it was lost."""
    parts = _SEPARATOR.split(text)
    if len(parts) == 1 and "," in text:
        pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
        of_two_words = sum(" " in piece and not piece.isupper() for piece in pieces)
        if all(_ENDS_ON_INITIALS.match(piece) for piece in pieces) or of_two_words * 2 > len(pieces) > 2:
            return pieces  # "Smith JA, Jones B"
        if len(pieces) > 2:
            return [", ".join(pieces[k : k + 2]) for k in range(0, len(pieces), 2)]  # "Smith, J., Jones, B."
    if len(parts) == 1 and _AFTER_INITIALS.search(text):
        return _AFTER_INITIALS.split(text)
    if len(parts) == 1 and len(text) > 25 and len(_RUN_TOGETHER.findall(text)) > 1:
        return _RUN_TOGETHER.split(text)
    return parts


def parse_authors(text: str) -> tuple[Name, ...]:
    """The authors of a cell; nobody where it says that it names nobody."""
    if not text or is_missing(text):
        return ()
    people = (_ET_AL.sub("", part) for part in split_authors(repaired(text)))
    names = (one_name(part) for part in people if part and not is_missing(part))
    return tuple(name for name in names if name.surnames)


def first_surname(text: str) -> str:
    """A word of the first author's name, for finding pairs; "" where nobody is named."""
    if not text or is_missing(text):
        return ""
    first = _SEPARATOR.split(text, maxsplit=1)[0][:60]
    if "&" not in first:
        for word in _WORD.findall(first.partition(",")[0]):
            if len(word) > 2 and not word.isupper() and (plain := folded(word)) not in _PARTICLES:
                return _alike(plain)
    name = one_name(repaired(first))
    return name.surnames[0] if name.surnames else ""


def people_count(text: str) -> int:
    """About how many authors a cell names; exact for lists with ``;``."""
    if not text or is_missing(text):
        return 0
    return 1 + (text.count(";") or text.count(" and ") or text.count(",") // 2)


def _is_swapped(a: Name, b: Name) -> bool:
    """Whether the given name of b was taken for the surname of a: "Andrea, C." for "Carignani, Andrea"."""
    return any(word in b.given for word in a.surnames) and any(word[0] in a.initials for word in b.surnames)


def _is_misspelled(a: Name, b: Name) -> bool:
    if "".join(a.surnames) == "".join(b.surnames):
        return True
    long = [(x, y) for x in a.surnames for y in b.surnames if len(x) >= 4 and len(y) >= 4]
    return any(x in y or y in x or fuzz.ratio(x, y) >= SPELLING for x, y in long)


def same_person(a: Name, b: Name) -> bool:
    """Whether two names may be one person's: a surname in common, or one misspelled, and no contrary initials."""
    shared = {word for word in a.surnames if word in b.surnames}
    if not shared and (_is_swapped(a, b) or _is_swapped(b, a)):
        return True
    if not shared and not _is_misspelled(a, b):
        return False
    # Given names may stand among the surnames: "Aaen Ivan" against "Aaen I".
    first = set(a.initials) | {word[0] for word in a.surnames if word not in shared and a.initials and len(shared)}
    second = set(b.initials) | {word[0] for word in b.surnames if word not in shared and b.initials and len(shared)}
    return not a.initials or not b.initials or bool(first & second)


def _found_in(a: Sequence[Name], b: Sequence[Name]) -> int:
    """How many of a stand somewhere in b."""
    by_word: dict[str, list[Name]] = {}
    for name in b:
        for word in (*name.surnames, *name.given):
            by_word.setdefault(word, []).append(name)
    count = 0
    for k, name in enumerate(a):
        near = [other for word in (*name.surnames, *name.given) for other in by_word.get(word, ())]
        # A misspelled name has no word in common; it stands about where it stands in the other list.
        count += any(same_person(name, other) for other in near or b[max(k - 1, 0) : k + 2])
    return count


def shared_people(a: Sequence[Name], b: Sequence[Name]) -> int:
    """How many authors of the shorter list stand, somewhere, on the longer."""
    if len(a) == len(b):
        return min(_found_in(a, b), _found_in(b, a))
    return _found_in(a, b) if len(a) < len(b) else _found_in(b, a)


def compare_authors(one: str, other: str) -> str:
    """How far two cells agree on who signs, in a word of ``LEVELS["authors"]``."""
    a, b = parse_authors(one), parse_authors(other)
    if not a or not b:
        return "unknown"
    short, long = sorted((len(a), len(b)))
    shared = shared_people(a, b)
    is_first = same_person(a[0], b[0])
    if is_first and shared == short:
        return "same" if short == long else "cut"
    if shared >= MOST * short and (is_first or shared >= 2):
        return "near"
    return "some" if is_first or shared >= SOME * short else "other"


def plain_list(text: str) -> list[tuple[str, str]]:
    """Each author of a list with ``;`` as first word and first letter of the second; enough for most copies.

    Nothing where the cell is written otherwise, so that its separators must be found first.
    """
    plain = folded(text)
    if " and " in plain or "&" in plain or (";" not in plain and plain.count(" ") > 2):
        return []
    names = [name.split() for name in plain.replace(",", " ").split(";")]
    return [(parts[0], parts[1][0] if len(parts) > 1 else "") for parts in names if parts]


def share_nobody(one: str, other: str) -> bool:
    """Whether two cells have no word in common and are not one, misspelled: a quick no."""
    x, y = set(words(folded(one))), set(words(folded(other)))
    return all(len(word) < 3 for word in x & y) and fuzz.ratio(one, other, score_cutoff=STRANGERS) < STRANGERS
