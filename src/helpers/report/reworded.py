"""What the review says in its own words at two updates: key messages, methods and the other statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from helpers import markup, numbers, wording
from helpers.evidence import Evidence
from helpers.guards import sentences

METHODS = "methods.qmd"
ARCHIVE = "archive"
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\([^)]*\)(?:\{[^}]*\})?")
WITHOUT_WORDS = re.compile(r"\[?@[\w:-]+\]?|[*†]|\d[\d,.]*%?")


@dataclass(frozen=True)
class StatementChange:
    """A statement before and after.

    Attributes
    ----------
    place, name : str
        Where it stands: code, and in words.
    before, after : str or None
        As readers see it, without links; None where there was none, or is none any more.
    is_reworded : bool
        Whether more changed than its numbers.
    """

    place: str
    name: str
    before: str | None
    after: str | None
    is_reworded: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values, in the order of the attributes."""
        return dict(vars(self))


def compare_statements(before: Evidence | None, after: Evidence) -> list[StatementChange]:
    """Statements that say something else, in the order of the places; sentences of the methods page last.

    A statement that took the place of a retired one is known by its place and order. One that says the same up to a later
    day is not among them.
    """
    if before is None:
        return []
    old, new = _statements(before), _statements(after)
    found = []
    for key in dict.fromkeys([*new, *old]):
        place, was, now = key[0], old.get(key), new.get(key)
        if _undated(was, before) != _undated(now, after):
            found.append(_change(after, place, was, now))
    return found + list(_of_methods(before, after))


def _undated(text: str | None, review: Evidence) -> str | None:
    """A statement without the day searched through."""
    return text and text.replace(numbers.day(review.update["searched_through"]), "")


def _change(review: Evidence, place: str, was: str | None, now: str | None) -> StatementChange:
    words = [None if text is None else " ".join(WITHOUT_WORDS.sub("", text).split()) for text in (was, now)]
    return StatementChange(place, review.label("place", place), was, now, words[0] != words[1])


def _statements(review: Evidence) -> dict[tuple[str, int], str]:
    """What each statement says, without links, by place and order."""
    rank = {place: number for number, place in enumerate(review.order("place"))}
    rows = review.tables["statements"]
    rows = rows.assign(_rank=rows["place"].map(rank)).sort_values(["_rank", "sort"])
    return {
        (str(row["place"]), int(row["sort"])): plain(wording.say(review, str(row["text"]), base=""))
        for _, row in rows.iterrows()
    }


def plain(markdown: str) -> str:
    """Markdown without links, daggers and citations, as words alone."""
    text = markdown
    while (shorter := LINK.sub(r"\1", text)) != text:
        text = shorter
    return " ".join(re.sub(r" ?\[@[^\]]*\]|†|\*", "", text).split())


def methods_file(version: str) -> str:
    """Where the methods page of an earlier version is kept, for comparison; not as a page, which would be published."""
    return f"{ARCHIVE}/{version}-methods.txt"


def _of_methods(before: Evidence, after: Evidence) -> Iterator[StatementChange]:
    """Sentences of the methods page that only one of the two versions has; nothing where a page was not kept."""
    pages = [_methods(before), _methods(after)]
    if None in pages:
        return
    was, now = (dict.fromkeys(plain(s.text) for s in sentences(page or "")) for page in pages)
    for text in [t for t in was if t not in now]:
        yield StatementChange(METHODS, "Methods", text, None, True)
    for text in [t for t in now if t not in was]:
        yield StatementChange(METHODS, "Methods", None, text, True)


def _methods(review: Evidence) -> str | None:
    """The methods page of a version: the one kept when it was superseded, or today's."""
    kept = review.root / methods_file(str(review.update["version"]))
    page = kept if kept.is_file() else review.root / METHODS if review.is_latest else None
    return markup.without_guards(page.read_text(encoding="utf-8")) if page and page.is_file() else None
