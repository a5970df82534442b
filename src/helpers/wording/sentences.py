"""Sentences whose numbers come from evidence rows, each number a link to its row."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd

from helpers import markup, numbers
from helpers.evidence import Evidence
from helpers.wording.rows import linked, provenance, written
from helpers.wording.text import Computed, Shown, Text


class Tongue(Protocol):
    """A language in which numbers and days are written; `helpers.language.Catalogue` is one."""

    @property
    def is_source(self) -> bool:
        """Whether this is the language that the review is written in."""

    def number(self, text: str) -> str:
        """Numbers as this language writes them."""

    def day(self, iso: str) -> str:
        """A day as this language writes it."""


SEARCHED_THROUGH = "searched_through"
LATER = "(a later update)"  # in place of a number that the evidence looked back at did not have
UNBROKEN = re.compile(r"\b\d+-%-\w+")  # 95-%-KI: browsers would break the line at its hyphens


def say(
    review: Evidence,
    template: str,
    *,
    name: str | None = None,
    base: str = "../",
    level: float = 0.95,
    tongue: Tongue | None = None,
    **extra: Any,
) -> Text:
    """Fill a sentence with numbers from evidence rows.

    Parameters
    ----------
    review : Evidence
        Where the rows are.
    template : str
        Markdown with places such as ``{drug-a-condition-b-death:ci}``: the id of a row, then how to write it.
        Counts: nothing ``68 of 82 (83%)``; ``n`` ``68``; ``N`` ``82``; ``of`` ``68 of 82``; ``pct`` ``83%``,
        recomputed; ``ci`` with its exact interval; ``printed`` the printed percentage. Doses and quantities: nothing,
        the range or value with its unit. Comparisons: ``p``, the printed P value. ``{searched_through}`` is the last day
        that the evidence covers. Comments with guards (`helpers.guards`) are for the check and not shown.
    name : str, optional
        Identifier under which the runner collects the values as a result.
    base : str
        Way from the page to the site's root.
    level : float
        Confidence level of intervals.
    tongue : Tongue, optional
        Language in which numbers and days are written; default English.
    **extra : Computed, Shown or str
        What else to put into places, by name. Text must hold no number of its own: numbers that no row holds are
        `computed`, so that they lead to how they were made.

    Returns
    -------
    Text

    Raises
    ------
    KeyError
        A place names no row as of the latest update. Looking back, rows of later updates are said to be so.
    """
    filler = _Filler(review, base, level, tongue, extra)
    template = markup.without_guards(template)
    return Text(
        filler.format(" ".join(template.split()) if "\n\n" not in template else template.strip()), filler.values, name
    )


class _Filler(string.Formatter):
    def __init__(
        self, review: Evidence, base: str, level: float, tongue: Tongue | None, extra: Mapping[str, Any]
    ) -> None:
        self.review, self.base, self.level, self.tongue, self.extra = review, base, level, tongue, extra
        self.values: list[Mapping[str, Any]] = []

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        if field_name in self.extra:
            return self.extra[field_name], field_name
        if field_name == SEARCHED_THROUGH:
            day = self.review.update["searched_through"]
            return numbers.day(day) if self.tongue is None else self.tongue.day(day), field_name
        if not self.review.is_latest and not self.review.has_row(field_name):
            return LATER, field_name  # today's sentences, looked at with the evidence of then
        return self.review.row(field_name), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Computed):
            self.values.append(value.recorded())
            return value.link(self.base)
        if isinstance(value, Shown):
            self.values.append(value.record)
            return value.markdown
        if not isinstance(value, pd.Series):
            return str(value) if value is LATER else format(value, format_spec)
        shown = written(value, format_spec, level=self.level)
        self.values.append(provenance(value, shown))
        if self.tongue is None or self.tongue.is_source:
            return linked(self.review, value, markup.literal(shown), base=self.base)
        return linked(self.review, value, UNBROKEN.sub(r"[\g<0>]{.nobr}", self.tongue.number(shown)), base=self.base)


def status(review: Evidence) -> Text:
    """Whether the review is living, dates and version of the evidence, for the top of each page."""
    update, living = review.update, review.settings.living
    due = update["next_due"]
    facts = [f"[{living['status'].capitalize()}]{{.chip .info}}"] if living else []
    facts += [
        f"Evidence searched through **{numbers.day(update['searched_through'])}**",
        f"integrated {numbers.day(update['integrated_on'])}",
        f'next search due <span class="due" data-due="{due}">{numbers.day(due)}</span>',
        f"version {update['version']}",
    ]
    return Text('<div class="status">\n\n' + " · ".join(facts) + "\n\n</div>")
