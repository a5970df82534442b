"""Text as databases print it, brought to one spelling so that two copies of a phrase compare equal."""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata


def word_set(*lines: str) -> frozenset[str]:
    """The words of some lines."""
    return frozenset(word for line in lines for word in line.split())


# What cells hold that should be empty.
MISSING = word_set("unknown n/a na nan none null - -- #name? untitled anonymous anon [anonymous] var.pagings") | {
    "no title",
    "no title available",
    "[no title]",
    "[no title available]",
    "not available",
    "not stated",
    "no author",
    "no authors",
    "no authors listed",
    "[no authors listed]",
    "no author name available",
    "[no author name available]",
    "et al",
    "no pagination",
    "no pages",
}

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_GREEK = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi
chi psi omega"""
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
    | dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK.split(), strict=True))
    | {"ς": "sigma", "ϕ": "phi", "ϵ": "epsilon", "ϑ": "theta"}
)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_BREAKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_NOT_WORD = re.compile(r"[\W_]+")


def is_missing(value: str) -> bool:
    """Whether a cell says, in a word of its own, that it holds nothing."""
    return value.strip(" .").casefold() in MISSING


def repaired(text: str) -> str:
    """Text with HTML entities, HTML tags and the usual damage of wrong encodings undone.

    Notes
    -----
    ``â€™`` and ``Ã©`` are UTF-8 read as Windows-1252; where the way back works, it was that damage.
    """
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub("", text)
    if "Ã" in text or "â€" in text or "Â" in text or "Î" in text:
        with contextlib.suppress(UnicodeError):
            text = text.encode("cp1252").decode("utf-8")
    return text


def folded(text: str) -> str:
    """Lower case, without accents, Greek letters spelled out, ligatures opened."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold()).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Runs of letters and digits of a folded text, in order."""
    if text.isascii():
        return text.translate(_BREAKS).split()
    return _NOT_WORD.sub(" ", text).split()
