"""Single values made comparable: text, DOI, PMID, year, names, pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

# Control characters, soft hyphen, zero-width and direction marks, and halves of characters: they print as nothing
# and make equal titles unequal. Joiners (U+200C, U+200D) stay: Persian and Indic scripts need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_DOI_PREFIX = re.compile(r"10\.\d{4,9}(?:\.\d+)*\s*/\s*")
_DOI_END = re.compile(r"(?:\[doi\]|<[/a-z]{0,7}\s*/?|[.,;:/'\"\u2019\u201d])+$")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_INLINE = re.compile(
    r"</?(?:b|bold|em|inf|i|ital(?:ic)?|sc|strong|su[bp]|u|(?:mml|jats):[\w-]+)(?:\s[\w:-]+=[^<>]*)?\s*/?>",
    re.IGNORECASE,
)
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2212", "-----")
_TAG = re.compile(r"</?(?:a|b|br|div|em|font|i|p|span|strong|su[bp]|u)\b[^<>]*>", re.IGNORECASE)
# What may stand behind a DOI and is no part of it; anything else behind a blank may be the rest of the DOI.
_BEHIND_DOI = re.compile(
    r"[\[(](?:doi|pii|e?issn|print|online|electronic|in|[a-z]{4,})\b|[;,|]|https?:|www\.|10\.\d{4}|[A-Z][A-Z0-9]  ?-"
    r"|(?:doi|pii|pmid|pmcid|pmc|pubmed|epub|e?-?issn|isbn|url|available|accessed|retrieved|published|erratum|retract\w+"
    r"|ahead|art(?:icle)?|see|and|or|in|from|the|this|at|on|vol|volume|pages?|pp|supplement\w*|copyright)\b|\u00a9",
    re.IGNORECASE,
)
_SICI = re.compile(r"(?=.*\d{4}-?\d{3}[\dx]\s*\().*[23]\.0\.co;2(?:-[\w#]+)?", re.IGNORECASE)
# An ISSN and a year, and no end: such a DOI goes on with a page and ends on "2.0.CO;2"; those of the ASCE end on "(20)".
_SICI_HALF = re.compile(r"\d{4}-?\d{3}[\dx]\(\d{4,8}\)(?!\d+:\d+\(\d+\)$)(?!.*co;2)[\dx]{0,4}(?:[:<\[].*)?$")
# Digits that go on behind a blank, a comma or a full stop ("3877 3066", "3.8E+07") may be a number that was spoiled.
_PMID = re.compile(r"\s*(?:pmid|pubmed|medline)?[:\s-]*0*(\d{1,8})(?:\.0+(?!\d))?(?!\d|[ ,.]\d|\.\d*e)", re.IGNORECASE)
_PMCID = re.compile(r"PMC\s?(\d+)", re.IGNORECASE)
# Four digits that stand alone (2025 Feb, 2024/03/01//) or lead a compact date (20241105, 202411).
_YEAR = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)(?=\D|$|(?:0[1-9]|1[0-2])(?:\D|$)|\d{4}(?:\D|$))")
_INITIALS = r"(?:[A-Z\u00c0-\u00de]\.?[- ]?){1,4}"
_SHORT_NAME = re.compile(rf"\S.*\s{_INITIALS}")  # Ram A.B.
_NAME_BEHIND = re.compile(rf"{_INITIALS}\s\S*[a-z].*")  # A B Ram, as Google Scholar writes
_ONLY_INITIALS = re.compile(_INITIALS)
_RUN_TOGETHER = re.compile(
    r"(?<![Mm]c)(?<!Ma[ck])(?<![Dd]e)(?<![DdLl]a)(?<![DdL]i)(?<![DdL]u)(?<![Vv]an)(?<=[a-z\u00df-\u00ff.)])[A-Z][a-z]+\s"
)
_LOST_BREAK = re.compile(r"(?<=\b[A-Z]\.)(?=[A-Z\u00c0-\u00de][a-z\u00df-\u00ff]+[\s,])")
_LISTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")
_ET_AL = re.compile(r"[,;]? (?:et\.? al\b\.?|and others)$", re.IGNORECASE)
_LONGEST_ID = 4000  # no identifier stands further back; a field of megabytes must not cost minutes
_JSON_LIST = re.compile(r'"((?:[^"\\]|\\.)*)"')


def entities(value: str) -> str:
    """Characters for what platforms have written as in HTML; a bare ampersand stays."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), value) if "&" in value else value


def title(value: str) -> str:
    """A title on one line, without the marks for italics, superscripts and the like that some platforms leave in it.

    >>> title("<i>In vivo</i> CD8<sup>+</sup> &amp; p<0.05")
    'In vivo CD8+ & p<0.05'
    """
    value = text(value)
    return text(_INLINE.sub("", value)) if "<" in value else value


def text(value: str) -> str:
    r"""A value on one line: control characters gone, white space collapsed, composed characters (NFC).

    >>> text("A  title\x0c about\n      sheep\x00")
    'A title about sheep'
    """
    value = entities(value)
    if _INVISIBLE.search(value):
        value = _INVISIBLE.sub("", value)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return " ".join(value.split())


def doi(value: str) -> str:
    """The DOI in a value, whole and in one form; empty when there is none, or only a part of one.

    >>> doi("https://dx.doi.org/10.1000%2FSheep.5."), doi("S0140-6736(20)1 [pii]"), doi("10.1000/a(b)c) [doi]")
    ('10.1000/sheep.5', '', '10.1000/a(b)c')
    """
    return read_doi(value)[0]


def read_doi(value: str) -> tuple[str, bool]:
    """The DOI in a value, and whether what looks like one was not believed because it may not be whole.

    A blank within a DOI of the SICI form, or behind a mark on which no DOI ends, is a slip of the exporter and goes. What
    else goes on behind a blank may be the rest: half a DOI names no publication, or another one, so none is given.

    >>> read_doi("10.1000/0276-4741(2004)024 [ 0141:SPOCMP]2.0.CO;2"), read_doi("10.1000/sheep 5"), read_doi("n/a")
    (('10.1000/0276-4741(2004)024[0141:spocmp]2.0.co;2', False), ('', True), ('', False))
    """
    value = _INVISIBLE.sub("", html.unescape(value[:_LONGEST_ID])).translate(_DASHES)
    value = _TAG.sub(" ", unquote(value) if "%" in value else value)
    found = _DOI_PREFIX.search(value)
    if not found:
        return "", False
    prefix = "".join(found.group().split())
    name, *more = value[found.end() :].split(maxsplit=1) or [""]
    if more and not _BEHIND_DOI.match(more[0]):
        joined = name + "".join(more[0].split())
        if (
            _SICI.fullmatch(joined)
            or (name[-1] in "-_(:[</" and _is_rest(more[0]))
            or (name[-1] == "." and _is_rest(more[0], 3))
        ):
            name = joined
        else:
            return "", True
    name = _trimmed(prefix + name.lower())
    if len(name) <= len(prefix):
        return "", bool(more)
    is_half = any(name.count(opening) > name.count(closing) for opening, closing in ("()", "[]"))
    is_half |= bool(_SICI_HALF.search(name)) or ("(sici)" in name and "co;2" not in name)
    return ("", True) if is_half else (name, False)


def _is_rest(text: str, digits: int = 1) -> bool:
    """Whether a text may only be the rest of an identifier: one word with so many digits, or several of a SICI."""
    return " " not in text.strip() and sum(letter.isdigit() for letter in text) >= digits


def _trimmed(name: str) -> str:
    while True:
        shorter = _DOI_END.sub("", name)
        for opening, closing in ("()", "[]", "{}", "<>"):
            # A bracket that was never opened belongs to the sentence around the DOI.
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == name:
            return name
        name = shorter


def pmid(value: str) -> str:
    """The digits of a PMID at the start of a value.

    >>> pmid("PMID: 38773066"), pmid("38773066 [https://example.org]"), pmid("2024893804"), pmid("L2024")
    ('38773066', '38773066', '', '')
    """
    found = _PMID.match(value.strip()[:_LONGEST_ID])
    return found[1] if found and found[1] != "0" else ""


def pmcid(value: str) -> str:
    """A PMCID: ``PMC`` and digits."""
    found = _PMCID.search(value)
    return f"PMC{found[1]}" if found else ""


def year(value: str) -> str:
    """The first year from 1500 to 2099 in a date as printed.

    >>> year("2025 Feb"), year("2024/03/01//"), year("20241105"), year("SEP 22")
    ('2025', '2024', '2024', '')
    """
    found = _YEAR.search(value)
    return found[1] if found else ""


def name(value: str) -> str:
    """An author as one string without commas: ``Surname, I.`` becomes ``Surname I.``.

    A name with three commas or more is a body's name, and its commas stay.
    """
    value = text(value).strip(",; ")
    return " ".join(value.replace(",", " ").split()) if 0 < value.count(",") < 3 else value


def names(values: Iterable[str]) -> tuple[str, ...]:
    """Authors from values that hold one author each, or several parted by semicolons or by commas behind initials."""
    return tuple(found for value in values for part in _parted(value) if (found := name(part)))


def _parted(value: str) -> list[str]:
    """Parts of a value that holds several names for sure."""
    value = entities(value)
    if ";" in value:
        return value.split(";")
    return _by_commas(text(value)) or [value] if "," in value else [value]


def _by_commas(value: str) -> list[str]:
    """Names parted by commas, where their initials tell so: "Ram A., Ewe BC", "Ram, A., Ewe, B.", "A Ram, B Ewe"; else none."""
    parts = [part.strip() for part in re.sub(r",? (?:&|and) ", ", ", value).split(",") if part.strip()]
    if len(parts) < 2:
        return []
    if all(_SHORT_NAME.fullmatch(part) for part in parts) or all(_NAME_BEHIND.fullmatch(part) for part in parts):
        # PubMed's table ends the list with a full stop.
        only_last = parts[-1].endswith(".") and not any("." in part for part in parts[:-1])
        return [*parts[:-1], parts[-1].rstrip(".") if only_last else parts[-1]]
    if len(parts) > 2 and len(parts) % 2 == 0 and all(_ONLY_INITIALS.fullmatch(part) for part in parts[1::2]):
        return [f"{family} {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return []


def people(value: str) -> tuple[str, ...]:
    """Authors from one cell: parted by semicolons, bars, line breaks, `` and ``, or by commas where that is sure.

    >>> people("Ram A; Ewe B."), people("Ram, A. and Ewe, B."), people("Ram A., Ewe BC, O'Lamb R."), people("Ram, Ada")
    (('Ram A', 'Ewe B.'), ('Ram A.', 'Ewe B.'), ('Ram A.', 'Ewe BC', "O'Lamb R."), ('Ram Ada',))
    >>> people("Ter Haar, Nienke M."), people("AB Ram, C Ewe"), people("Ram, A., Ewe, B., & Lamb, C."), people("Ada Ram, Bo Ewe, Cy Lamb")
    (('Ter Haar Nienke M.',), ('AB Ram', 'C Ewe'), ('Ram A.', 'Ewe B.', 'Lamb C.'), ('Ada Ram', 'Bo Ewe', 'Cy Lamb'))
    """
    value = re.sub(r"[;\uff1b|\r\n]|(?<=\s)//?(?=\s)", ";", entities(value).strip())
    if value.startswith(("['", '["')) and value.endswith("]"):
        value = ";".join(found[1] or found[2] for found in _LISTED.finditer(value))
    if ";" not in value and " and " not in value:
        value = _LOST_BREAK.sub(";", value)  # "Ram A.Ewe B. C."
    if _CJK.search(value):
        value = re.sub("[\uff0c\u3001]", ";", value)
    value = _ET_AL.sub("", text(value))
    if ";" in value:
        return names([value])
    if short := _by_commas(value):
        return names(short)
    parts = re.split(r"\s+and\s+", value)
    whole = [part.strip() for part in value.split(",")]
    if len(parts) == 1 and len(whole) > 2 and all(len(part.split()) > 1 for part in whole):
        parts = whole  # three and more of two words each are no surname with its given names
    elif len(parts) == 1 and len(whole) > 3 and len(whole) % 2 == 0 and all(whole):
        parts = [" ".join(pair) for pair in zip(whole[::2], whole[1::2], strict=True)]  # as SciELO writes
    return tuple(found for part in parts if (found := name(part)))


def are_unclear_people(value: str) -> bool:
    """Whether a cell leaves open who signs: commas that may part names or surnames from given names, or names run together.

    >>> [are_unclear_people(cell) for cell in ("Ram Ada, Ewe Bo", "Ram, Ada, Ewe, Bo", "Ada RamBo Ewe", "Ram A.; Ewe B.", "Ram, Ada")]
    [True, True, True, False, False]
    """
    value = text(value)
    if (
        value.startswith("[")
        or " / " in value
        or ";" in value
        or "|" in value
        or " and " in value
        or _by_commas(value)
        or _LOST_BREAK.search(value)
    ):
        return False
    parts = [part.strip() for part in value.strip(",. ").split(",")]
    if len(parts) == 1:
        return len(_RUN_TOGETHER.findall(value)) > 0 and len(value.split()) > 2
    if len(parts) == 2:
        return all(len(part.split()) > 1 for part in parts)
    return len(parts) != 3 and not all(len(part.split()) > 1 for part in parts)


def bibtex_people(value: str) -> tuple[str, ...]:
    """Authors of a BibTeX field, where only ``and`` parts names; semicolons do so in exports that have none.

    >>> bibtex_people("Diaz Saez, Ana Maria"), bibtex_people("Ram, A. and Ewe, B. and others")
    (('Diaz Saez Ana Maria',), ('Ram A.', 'Ewe B.'))
    """
    value = text(value)
    parts = re.split(r"\s+and\s+", value)
    if len(parts) == 1:
        parts = value.split(";") if ";" in value else (_by_commas(value) if value.count(",") > 2 else []) or parts
    return tuple(found for part in parts if part != "others" and (found := name(part)))


def number(value: str) -> str:
    """A volume or an issue; a spreadsheet's ``12.0`` is 12."""
    return value[:-2] if re.fullmatch(r"\d+\.0", value) else value


def pages(first: str, last: str = "") -> str:
    """Pages as printed; first and last joined unless the first is a range or both are the same."""
    if not last or last == first or any(dash in first for dash in "-\u2010\u2011\u2013"):
        return first or last
    return f"{first}-{last}" if first else last


def items(values: Iterable[str], parting: str = "") -> tuple[str, ...]:
    """A list from values; each may hold several, parted by the given characters or written as a JSON list."""
    found: list[str] = []
    for value in values:
        if value.startswith('["') and value.endswith('"]'):
            found += _JSON_LIST.findall(value)
        else:
            found += re.split(f"[{re.escape(parting)}]", value) if parting else [value]
    return tuple(kept for item in found if (kept := text(item)))
