"""Numbers in a text, in one form whatever their separators."""

from __future__ import annotations

import re
from collections.abc import Iterable

from helpers import numbers

# Digits right behind a letter belong to a word: B12, p2, m2.
NUMBER = re.compile(r"(?<![A-Za-z\d.])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)")


def numbers_in(text: str, language: str = "en") -> list[str]:
    """Every number of a text in its order, as English writes it without separators.

    Parameters
    ----------
    text : str
        As readers see it.
    language : str
        In all but English a comma stands before the decimals, and a narrow space between thousands.

    Examples
    --------
    >>> numbers_in("1,148 patients, 0.8 to 8 mg/m2, 12.5% (3,5), p2")
    ['1148', '0.8', '8', '12.5', '3', '5']
    >>> numbers_in("1\u202f148 Patienten, 99,8 %", "de")
    ['1148', '99.8']
    """
    if not language.startswith("en"):
        text = DECIMAL_COMMA.sub(".", SPACED.sub("", text))
    return [found.group().replace(",", "") for found in NUMBER.finditer(text)]


SPACED = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")


def forms(value: object) -> set[str]:
    """The ways in which a value may be written: as it is, as a percentage, rounded as figures do.

    Examples
    --------
    >>> sorted(forms(0.82934))
    ['0.8', '0.8293', '0.82934', '0.83', '1', '82.9', '83']
    >>> sorted(forms(1148))
    ['1148']
    """
    if value is None or isinstance(value, bool):
        return set()
    if isinstance(value, str):
        return set(numbers_in(value))
    if isinstance(value, dict):
        return set().union(*(forms(v) for v in value.values()))
    if isinstance(value, Iterable):
        return set().union(*(forms(v) for v in value))
    number = float(value)  # type: ignore[arg-type]
    if number != number or number in (float("inf"), float("-inf")):
        return set()
    found = {numbers.plain(number), f"{number:.10g}"}
    if not number.is_integer():
        found.add(repr(number))
        found |= {str(numbers.rounded(abs(number), digits)) for digits in (0, 1, 2)}
        found |= {f"{number:.0f}", f"{number:.2g}", f"{number:.4g}"}  # two digits of P values, four in tables of data
    if 0 <= number <= 1:
        found |= set(numbers_in(numbers.percent(number)))
        found |= {str(numbers.rounded(100 * number, digits)) for digits in (0, 1)} if not number.is_integer() else set()
    return {token for text in found for token in numbers_in(text)}
