"""Text of the data as Markdown that shows this text and nothing else: what a report has in a cell never acts on a page."""

from __future__ import annotations

import re

import pandas as pd

SHOWN_AS_TEXT = "verbatim"  # class of a text that reads like a construct of the site; the check of pages knows it
MARKS = re.compile(r"[\\`*_{}\[\]<>#|@$^~&]")
# Pandoc makes links of addresses that stand bare, `javascript:` among them; and `Table:` is how it knows a caption.
COLON = re.compile(r"(?<=[^\s]):(?=\S)|(?<=^[Tt]able):")
# What begins a list, a definition, a heading's underline where it stands at the start of a paragraph.
OPENING = re.compile(r"^([-+=:]|\(?(?:\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+)(?=[.)](?:\s|$)))")
CONSTRUCT = re.compile(r"\{\{<|:::|\?\?\?|\?@|[?@](?:fig|tbl|sec|eq)-")
BLANKS = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029 ]+")
GUARD = re.compile(
    r"\n?[ \t]*<!--\s*(expect|source|site)\s*:(.*?)-->", re.S
)  # what must hold for the sentence before it
UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # no place in HTML, SVG and XML
UNFIT = re.compile(r"[^\w.:/-]")


def literal(text: object) -> str:
    r"""Text as Markdown, in one line, that every renderer shows as it is; also in a table, a link, a heading.

    Parameters
    ----------
    text : object
        A cell of the data, a label, a field of an imported record. A missing one gives nothing.

    Returns
    -------
    str
        HTML, entities, raw attributes, shortcodes, links, citations, emphasis, math and bars are text. Quotation marks,
        dashes and dots stay what typography makes of them.

    Examples
    --------
    >>> literal("<b>x</b> of [21] | P<0.05")
    '\\<b\\>x\\</b\\> of \\[21\\] \\| P\\<0.05'
    >>> literal(None)
    ''
    """
    if text is None or pd.isna(text):  # type: ignore[call-overload]
        return ""
    line = plain(text)
    shown = OPENING.sub(_opened, COLON.sub(r"\\:", MARKS.sub(r"\\\g<0>", line)))
    return f"[{shown}]{{.{SHOWN_AS_TEXT}}}" if CONSTRUCT.search(line) else shown


def emphasised(text: object) -> str:
    """As `literal`, but words between single asterisks are stressed: for what people of the review write themselves."""
    parts = re.split(r"(?<!\*)\*([^*\s][^*]*)\*(?!\*)", "" if text is None or pd.isna(text) else str(text))  # type: ignore[call-overload]
    return "".join(f"*{literal(part)}*" if number % 2 else _inner(part) for number, part in enumerate(parts))


def _inner(text: str) -> str:
    """A part of a text with the blanks at its ends, which keep it from its neighbours."""
    return f"{' ' if text[:1].isspace() else ''}{literal(text)}{' ' if text[1:][-1:].isspace() else ''}"


def _opened(found: re.Match[str]) -> str:
    """A mark at the start of a paragraph as text; of a number or letter, the full stop behind it is what counts."""
    return f"{found[1]}\\" if found[1][-1].isalnum() else f"\\{found[1]}"


def plain(text: object) -> str:
    """Text in one line, without characters that pages and pictures cannot hold."""
    return storable(BLANKS.sub(" ", str(text)).strip())


def storable(text: str) -> str:
    """Text in which the mark for what cannot be shown takes the place of characters that HTML, SVG and XML forbid."""
    return UNSHOWN.sub("\ufffd", text)


def spoken(text: str) -> str:
    """The text alternative of a picture, which stands in an attribute: renderers resolve shortcodes there as well."""
    return storable(text).replace("{{<", "{ {<")


def ident(name: object) -> str:
    """An id as part of an address, an anchor or a citation: nothing in it can end what it stands in."""
    return UNFIT.sub("-", str(name))


def cited(key: object) -> str:
    """A citation of a work in the bibliography, with the blank before it; nothing where there is no key."""
    return "" if key is None or pd.isna(key) or not str(key) else f" [@{ident(key)}]"  # type: ignore[call-overload]


def without_guards(text: str) -> str:
    r"""Markdown without the comments that say what must hold for its sentences: readers see the sentences alone.

    Examples
    --------
    >>> without_guards("Most recovered. <!-- expect: most(recovered) --> They were few.")
    'Most recovered. They were few.'
    >>> without_guards("Most recovered.\n<!-- expect: most(recovered) -->\nThey were few.")
    'Most recovered.\nThey were few.'
    """
    return GUARD.sub("", text)
