"""Digits that belong to a name: those that people listed with a reason, and those that follow from the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import yaml

from helpers import numbers, sections
from helpers.evidence import Evidence
from helpers.faults import Fault, ReviewError
from helpers.language import Catalogue, languages

OF_ANY_REVIEW = Path(__file__).with_name("names.yaml")
OF_THIS_REVIEW = "data/names.yaml"
CAPITAL = "A-ZÀ-ÖØ-Þ"  # Python's expressions know no classes of letters


@dataclass(frozen=True)
class Name:
    """A pattern whose digits need no origin.

    Attributes
    ----------
    pattern : Pattern
        Matched in the text as readers see it.
    reason : str
        Why its digits are no numbers of the evidence.
    pages : tuple of str
        Sources of pages where it holds, as file patterns; everywhere when empty.
    """

    pattern: re.Pattern[str]
    reason: str
    pages: tuple[str, ...] = ()


def listed(root: Path) -> list[Name]:
    """The names that people listed: those of the review's field, where it has any, and those of any review.

    Raises
    ------
    ReviewError
        The review's list cannot be read.
    """
    own = root / OF_THIS_REVIEW
    try:
        return [*(_read(own) if own.is_file() else ()), *_read(OF_ANY_REVIEW)]
    except (UnicodeDecodeError, yaml.YAMLError, re.error, KeyError, TypeError, AttributeError) as error:
        fix = "Write a list of entries, each with `pattern` and `reason`."
        fault = Fault(OF_THIS_REVIEW, None, None, None, "names", f"not readable: {error}", fix)
        raise ReviewError([fault], "The names of the field cannot be read") from None


def _read(path: Path) -> list[Name]:
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return [
        Name(re.compile(e["pattern"].replace(r"\p{Lu}", f"[{CAPITAL}]")), e["reason"], tuple(e.get("pages", ())))
        for e in entries
    ]


def from_data(review: Evidence) -> list[Name]:
    """Names that the data hold: studies, dates and versions of updates, sources and what was read of them."""
    studies = review.tables["studies"]
    known = [sections.study_name(review, study) for study in studies["study_id"]]
    sources = review.tables["sources"]
    updates = review.tables["updates"]
    titles = [*sources["title"].dropna(), *sources["read_as"].dropna()]
    days = [c for c in ("searched_through", "integrated_on", "next_due", "searched_on", "update_id") if c in updates]
    dates = [str(day) for column in days for day in updates[column].dropna()]
    tongues = [Catalogue(code) for code in languages(review.root)]
    in_words = [numbers.day(day) for day in dates] + [tongue.day(day) for tongue in tongues for day in dates]
    moments = [*dates, *in_words, *updates["version"]]
    return [
        Name(_any_of(known), "studies by first author and year, or by their reference number"),
        Name(_any_of(titles), "sources, and what was read of them"),
        Name(_any_of(moments), "dates and versions of updates"),
        Name(_any_of(updates["summary"].dropna()), "what an update brought, as its merge counted it"),
    ]


def _any_of(phrases: Iterable[object]) -> re.Pattern[str]:
    wanted = {str(p) for p in phrases if any(c.isdigit() for c in str(p))}
    longest_first = sorted(wanted, key=lambda p: (-len(p), p))
    spelled = [re.sub(r"(\\ )+", r"\\s+", re.escape(p)) for p in longest_first]
    return re.compile(rf"(?<![\w.])(?:{'|'.join(spelled)})(?![\w])" if spelled else r"(?!)")


def without_names(text: str, names: Iterable[Name], page: str = "") -> tuple[str, Counter[str]]:
    """A text with its names taken out, and how many names went for each reason.

    Parameters
    ----------
    text : str
        As readers see it.
    names : iterable of Name
        In the order in which they are taken out.
    page : str
        Source of the page.
    """
    taken: Counter[str] = Counter()
    for name in names:
        if not name.pages or any(fnmatch(page, wanted) for wanted in name.pages):
            text, count = name.pattern.subn(" ", text)
            taken[name.reason] += count
    return text, +taken
