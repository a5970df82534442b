"""Markdown that carries the numbers it states, and numbers that no single row holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpers import numbers
from helpers.mime import RESULT_MIME

RESULTS_PAGE = "results.qmd"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Text(str):
    """Markdown that shows itself rendered in Jupyter and Quarto, and carries the values it states."""

    values: tuple[Mapping[str, Any], ...]
    name: str | None

    def __new__(cls, markdown: str, values: Iterable[Mapping[str, Any]] = (), name: str | None = None) -> Text:
        """Markdown with the values it was made from and, where other things refer to it, a name."""
        text = super().__new__(cls, markdown)
        text.values, text.name = tuple(values), name
        return text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/markdown": str(self), "text/plain": str(self)}
        if self.name or self.values:
            bundle[RESULT_MIME] = ({"id": self.name} if self.name else {}) | {"values": list(self.values)}
        return bundle


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of Markdown with what the page's results keep of its number."""

    markdown: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Computed:
    """A number that no single row holds, with the way it was made.

    Attributes
    ----------
    key : str
        Its place on the page of results; one on the whole site. Numbers of one calculation share a key.
    shown : str
        As readers see it.
    how : str
        How it was made, in a sentence.
    rows : tuple of str
        Evidence rows it was made from.
    """

    key: str
    shown: str
    how: str
    rows: tuple[str, ...] = ()

    def link(self, base: str = "../") -> str:
        """The number as a link to how it was made; `base` is the way to the site's root."""
        return f"[{self.shown}]({base}{RESULTS_PAGE}#result-{self.key})"

    def recorded(self) -> dict[str, Any]:
        """What the page's results keep of it."""
        return {"result": self.key, "shown": self.shown, "how": self.how, "rows": list(self.rows)}


def computed(key: str, shown: str | float, how: str, rows: Iterable[str] = ()) -> Computed:
    """A number that no single row holds.

    Parameters
    ----------
    key : str
        Lower-case words joined by hyphens.
    shown : str or number
        As readers shall see it; a number is written as a count.
    how : str
        How it was made, in a sentence.
    rows : iterable of str
        Evidence rows it was made from.

    Raises
    ------
    ValueError
        The key cannot be part of an address.

    Examples
    --------
    >>> computed("studies-cited", 50, "Rows of the table of studies.").link()
    '[50](../results.qmd#result-studies-cited)'
    """
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key; a key is lower-case words joined by hyphens")
    return Computed(key, shown if isinstance(shown, str) else numbers.whole(shown), how, tuple(map(str, rows)))
