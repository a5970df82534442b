"""Cells that a spreadsheet cannot take for a formula, and the way back."""

from __future__ import annotations

import re

# What a spreadsheet may run: = + - @ and their full-width forms at the start of a cell, or behind what another locale
# takes for the end of a cell; a tab or a line break at the start, which it skips. OWASP, "CSV Injection".
_FORMULA = r"[ \u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
_PLACES = re.compile(rf"\A(?='*(?:{_FORMULA}|[\t\r\n]))|(?<=[;\t\r\n])(?='*{_FORMULA})")
_MARKED = re.compile(rf"\A'(?='*(?:{_FORMULA}|[\t\r\n]))|(?<=[;\t\r\n])'(?='*{_FORMULA})")


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet shows as text, whatever it begins with.

    An apostrophe goes in front of what could be run; cells that need none are not touched.

    >>> safe_cell("=cmd|' /C calc'!A1"), safe_cell("IL-1, -6 and -18"), safe_cell("'=x"), safe_cell("a;=b")
    ("'=cmd|' /C calc'!A1", 'IL-1, -6 and -18', "''=x", "a;'=b")
    """
    return _PLACES.sub("'", text)


def unsafe_cell(text: str) -> str:
    """The cell as it was before `safe_cell`; ``unsafe_cell(safe_cell(x)) == x`` for every text.

    >>> unsafe_cell("'=cmd|' /C calc'!A1"), unsafe_cell("'tis a title")
    ("=cmd|' /C calc'!A1", "'tis a title")
    """
    return _MARKED.sub("", text)
