"""The words of screening: phases, decisions as people and tools write them, names of reviewers, columns of the table."""

from __future__ import annotations

import difflib
import re
import unicodedata

TITLE_ABSTRACT, FULL_TEXT = "title_abstract", "full_text"
PHASES = (TITLE_ABSTRACT, FULL_TEXT)
INDEPENDENT, CONSENSUS = "independent", "consensus"
STAGES = (INDEPENDENT, CONSENSUS)
INCLUDE, EXCLUDE, UNSURE = "include", "exclude", "unsure"
OPEN = ""  # not decided yet
NOT_RETRIEVED = "not_retrieved"  # the one reason that PRISMA 2020 puts into a box of its own

COLUMNS = ("phase", "report_id", "record_id", "reviewer", "decision", "reason", "decided_on", "stage")

SPELLINGS = {
    INCLUDE: "include included includes incl in yes y 1 1.0 true relevant keep accept accepted eligible",
    EXCLUDE: "exclude excluded excludes excl out no n 0 0.0 false irrelevant reject rejected ineligible",
    UNSURE: "unsure maybe uncertain unclear undecidable ?",
    OPEN: "- nan undecided open",
}
PHRASES = {  # of more than one word
    "asreview relevant": INCLUDE,
    "asreview irrelevant": EXCLUDE,
    "not relevant": EXCLUDE,
    "asreview not relevant": EXCLUDE,
    "not sure": UNSURE,
    "asreview not seen": OPEN,
    "not seen": OPEN,
    "": OPEN,
}
DECISIONS = {word: code for code, words in SPELLINGS.items() for word in words.split()} | PHRASES

TOGETHER = "consensus"  # stands for the reviewers' names where a list of what they settled names nobody

LONGEST = 500  # characters compared; no decision and no reason is longer
ACCENT = re.compile(r"[\u0300-\u036f]")
PLAIN_NAME = re.compile(r"[^\W_][\w .,'’&/@-]{0,79}")


def plain(text: str) -> str:
    """A text as it is compared: one case, one kind of blank, no full stop at the end."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    return re.sub(r"[\s_]+", " ", folded).strip(" .;:,\"'“”")


def decision(text: str) -> str | None:
    """Code of a decision as written; an empty text where nothing is decided, None where the word is unknown.

    >>> decision(" Included "), decision("0"), decision("Maybe"), decision(""), decision("perhaps not")
    ('include', 'exclude', 'unsure', '', None)
    """
    return DECISIONS.get(plain(text))


def nearest(text: str, known: list[str]) -> str | None:
    """The known word that looks most like a text, if any does."""
    return next(iter(difflib.get_close_matches(plain(text)[:80], known, n=1, cutoff=0.6)), None)


def nearest_decision(text: str) -> str | None:
    """Decision that a misspelt word probably means."""
    near = nearest(text, [word for word in DECISIONS if len(word) > 2])
    return DECISIONS[near] or None if near else None


def same_name(name: str) -> str:
    """A person's name as it is compared: case, blanks, points, accents and the order of its parts make nobody else.

    >>> same_name("Dr. Anna  Müller-Lee") == same_name("müller lee, dr anna") == same_name("Muller-Lee Dr.Anna")
    True
    """
    letters = ACCENT.sub("", unicodedata.normalize("NFKD", name)).casefold()
    return " ".join(sorted(re.sub(r"[\s_.,'’-]+", " ", letters).split()))


def tidy_name(name: str) -> str:
    """A reviewer's name as it is kept: without blanks around it or doubled within it."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def is_plain_name(name: str) -> bool:
    """Whether a text can be a name: letters first, no markup, no formula, at most 80 characters."""
    return bool(PLAIN_NAME.fullmatch(name))


def shown(text: str, limit: int = 80) -> str:
    """A value as a message shows it: one line, not longer than people read."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
