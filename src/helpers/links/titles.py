"""Titles: one spelling for comparing, the numbers in them, the name of a study, language and script."""

from __future__ import annotations

import re
from typing import NamedTuple

from helpers.links.kinds import PAPER, title_kind
from helpers.links.text import folded, is_missing, repaired, word_set, words

LONGEST = 1_000  # letters of a title that are compared
_LITTLE = word_set("a an the of in on at by for from to and or with as is are its their does do using")
_NUMERALS = {
    word: str(number)
    for number, names in enumerate(
        (
            "zero",
            "one i",
            "two ii",
            "three iii",
            "four iv",
            "five",
            "six vi",
            "seven vii",
            "eight viii",
            "nine ix",
            "ten",
        )
    )
    for word in names.split()
} | {"eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30", "hundred": "100"}
_LANGUAGES = (
    "chinese|german|french|spanish|russian|japanese|italian|polish|portuguese|turkish|dutch|czech|hungarian|korean|"
    "danish|swedish|norwegian|finnish|hebrew|arabic|persian|farsi|ukrainian|romanian|croatian|serbian|slovak|"
    "slovene|slovenian|bulgarian|greek|lithuanian|english|undetermined|multiple languages"
)
_ENGLISH = word_set("the of and in for with to on by from an as is are at its")
_FOREIGN = word_set(
    "der die das und von bei mit zur zum des dem den im eine einer als nach",
    "le la les du et dans chez une un aux sur el los las y del en con una por para",
    "il lo gli di e nel della delle nei da do dos na no em com het een van bij op voor zu",
)
# What databases add behind a title; it is no part of it.
_ADDED = re.compile(
    rf"\s*[\[(]\s*(?:(?:article )?(?:in )?(?:{_LANGUAGES})(?:[ ,;/]+(?:and )?(?:{_LANGUAGES}))*"
    r"|author'?s'? transl(?:ation)?\.?|transl(?:ation)?|proceedings|review|\d+ refs?|abstract(?: no\.?:? ?\w+)?"
    r"|meeting abstract|see comments?|comments?|letter|editorial|electronic resource"
    r")\s*[\])][\s.]*$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\s*[\[(]\s*(?:published )?(?:errat(?:um|a)|corrigend(?:um|a)|corrected(?: and republished)?|correction|retraction"
    r"|expression of concern|comment|update|summary for patients)s? (?:appears )?(?:in|of|for|at)\b.*$",
    re.IGNORECASE,
)
_TAIL = re.compile(rf"(?<=[.?!])\s+(?:{_LANGUAGES})\.?\s*$", re.IGNORECASE)
_FLAG = re.compile(
    r"^\s*[\[(]?(?:retracted(?: article)?|withdrawn(?: article)?|reprint(?:ed)?(?: of)?|republished(?: \w+)?"
    r"|proceedings)\b\s*[\])]?\s*[:.-]\s*",
    re.IGNORECASE,
)
_FLAG_BEHIND = re.compile(r"\s*[\[(]\s*retracted(?: article)?\b[^\])]*[\])]?\s*$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_REGISTRATION = re.compile(r"\b(?:nct ?0\d{7}|isrctn ?\d{8}|eudract ?\d{4}-\d{6}-\d{2})\b", re.IGNORECASE)
_STUDY_HINTS = (" stud", " trial", " project", " registry", " cohort", "nct", "isrctn", "eudract")
_NAMED = re.compile(
    r"\b([A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*)\s+"
    r"(?:[Ss]tud(?:y|ies)|[Tt]rial|[Pp]roject|[Rr]egistry|[Cc]ohort|STUDY|TRIAL|PROJECT)\b"
)
# Respellings that make British and American titles, and either way of writing an umlaut, one; no spelling of its own.
_RESPELLED = (("ae", "e"), ("oe", "e"), ("ue", "u"), ("our", "or"), ("z", "s"), ("centre", "center"), ("ph", "f"))


class Title(NamedTuple):
    """A title prepared for comparing.

    Attributes
    ----------
    key : str
        Letters and digits without spaces, small words and spelling variants; "" when there is no title.
    numbers : str
        The numbers in it, in order, joined by ``;``; words and Roman numerals count as numbers.
    study : str
        Name or registration number of a study ("realhlh", "nct04862221"), "" when none is named.
    is_latin : bool
        False when most letters are of another script.
    is_english : bool
        False when more of its small words are those of another language.
    kind : int
        What it says of the kind of text, as bits of `helpers.links.kinds`.
    """

    key: str
    numbers: str
    study: str
    is_latin: bool
    is_english: bool
    kind: int


NO_TITLE = Title("", "", "", True, True, PAPER)


def bare(title: str) -> str:
    """A title without what databases add: language, "[33 refs]", "RETRACTED ARTICLE:", brackets around it."""
    text = repaired(title).strip()
    if text.endswith(("]", ")", ".")) or "[" in text:
        text = _NOTICE.sub("", text)
        before = None
        while before != text:
            before = text
            text = _ADDED.sub("", text).rstrip()
        text = _TAIL.sub("", _FLAG_BEHIND.sub("", text))
    text = _FLAG.sub("", text)
    return text[1:] if text.startswith("[") and "]" in text[-3:] else text


def spelled_alike(text: str) -> str:
    """A text in which words of two spellings have become one."""
    for old, new in _RESPELLED:
        if old in text:
            text = text.replace(old, new)
    return text


def title_key(title: str) -> str:
    """The letters and digits that two copies of a title share, without spaces."""
    parts = words(folded(title))
    kept = [_NUMERALS.get(part, part) for part in parts if part not in _LITTLE]
    if parts and parts[-1] == "a":  # "Hepatitis A"
        kept.append("a")
    return spelled_alike("".join(kept or parts))


def study_name(title: str) -> str:
    """The study that a title names, by registration number or as "the NAME study"; "" when none."""
    lower = title.lower()
    if not any(hint in lower for hint in _STUDY_HINTS):
        return ""
    if found := _REGISTRATION.search(title):
        return "".join(words(found.group().lower()))
    for found in _NAMED.finditer(title):
        name = found.group(1)
        if len(name) >= 4 and sum(letter.isupper() for letter in name) >= 3:
            return "".join(words(name.lower()))
    return ""


def reads_english(title: str) -> bool:
    """Whether the small words of a title are English rather than those of seven other European languages."""
    small = title.lower().split()
    if _FOREIGN.isdisjoint(small):
        return True
    return sum(word in _ENGLISH for word in small) >= sum(word in _FOREIGN for word in small)


def prepare_title(title: str) -> Title:
    """What the comparison needs of a title."""
    if not title or is_missing(title):
        return NO_TITLE
    text = bare(title[:LONGEST])
    key = title_key(text)
    numbers = "" if key.isalpha() else ";".join(_DIGITS.findall(key))
    is_latin = key.isascii() or sum(letter.isascii() for letter in key) * 2 >= len(key)
    return Title(key, numbers, study_name(text), is_latin, is_latin and reads_english(text), title_kind(text))
