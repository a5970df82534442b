"""Search strings, looked over before they are run: slips that PubMed would pass over without a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from helpers.faults import Fault
from helpers.update.errors import fault

OPERATORS = ("AND", "OR", "NOT")
RANGE = ":"  # "2023/07/01"[crdt] : "2024/06/30"[crdt]
FEWEST_BEFORE_STAR = 4  # PubMed user guide, truncation
_TOKEN = re.compile(r'"[^"]*"|\[[^\[\]]*\]|[()]|[^\s()\[\]"]+')
_CURLY = re.compile(r"[\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]")

# Search field tags of the PubMed user guide, short and long, in small letters.
_DATES = """
crdt, edat, dp, pdat, ppdt, epdat, mhda, lr, mdat, dcom, create date, entry date, entrez date, publication date, mesh date,
date - create, date - entry, date - entrez, date - publication, date - mesh, date - modification, date - completion
"""
_FIELDS = """
1au, ad, affl, aid, all, au, auid, book, cn, cois, ec, ed, fau, filter, fir, gr, ip, ir, isbn, jid, jour, la, lang, lastau,
lid, majr, mesh, mh, nm, ot, ow, owner, pa, pg, pl, pmid, ps, pt, ptyp, pubn, rn, sb, sh, si, subs, subset, ta, ti, tiab, tt,
tw, uid, vi, affiliation, all fields, article identifier, author, author - corporate, author - first, author - full,
author - identifier, author - last, author identifier, conflict of interest statements, corporate author, ec/rn number,
editor, first author name, full author name, full investigator name, grant number, grants and funding, investigator,
investigator - full, issue, journal, journal title, language, last author name, location id, mesh major topic,
mesh subheading, mesh subheadings, mesh term, mesh terms, nlm unique id, other term, pagination, personal name as subject,
pharmacological action, place of publication, publication type, publisher, secondary source id, subject - personal name,
supplementary concept, text word, text words, title, title/abstract, transliterated title, volume
"""


def _tags(text: str) -> frozenset[str]:
    return frozenset(tag.strip() for tag in re.sub(r"\s+", " ", text).split(","))


DATE_TAGS = _tags(_DATES)
FIELD_TAGS = _tags(_FIELDS) | DATE_TAGS


@dataclass(frozen=True)
class Line:
    """A line of a search string.

    Attributes
    ----------
    row : int
        Line of the file.
    text : str
        What stands there, without the number of the line.
    """

    row: int
    text: str


Told = Callable[[int, str, str, str, str], None]  # row, rule, value, message, fix


def check_string(file: str, lines: Sequence[Line], *, is_pubmed: bool) -> list[Fault]:
    """Slips in one search string, which may go over several lines.

    Brackets and quotes are looked at in the strings of any database; operators, field tags and truncation only in those of
    PubMed, whose syntax is known here.

    Parameters
    ----------
    file : str
        Where it stands, for the faults.
    lines : sequence of Line
        The string.
    is_pubmed : bool
        Whether PubMed is to understand it.

    Returns
    -------
    list of Fault
    """
    found: list[Fault] = []

    def tell(row: int, rule: str, value: str, message: str, fix: str) -> None:
        found.append(fault(file, message, fix, rule=rule, row=row, value=value))

    _pairs(lines, tell)
    if is_pubmed and not found:  # with a bracket missing the rest would be noise
        tokens = [(line.row, token) for line in lines for token in _TOKEN.findall(line.text)]
        _order(tokens, tell)
        if not found:
            _mixed(tokens, tell)
        for row, token in tokens:
            _alone(row, token, tell)
    return found


def date_tags(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Places where a string limits by date itself: line of the file, and the tag."""
    for line in lines:
        for token in _TOKEN.findall(line.text):
            if token.startswith("[") and _name(token) in DATE_TAGS:
                yield line.row, token


def _name(tag: str) -> str:
    """What a field tag names, without its options: ``[Mesh:NoExp]`` and ``[tiab:~2]`` are ``mesh`` and ``tiab``."""
    return re.sub(r"\s+", " ", tag.strip("[]").split(":")[0]).strip().lower()


def _pairs(lines: Sequence[Line], tell: Told) -> None:
    opened: list[tuple[int, str]] = []
    for row, text in lines_of(lines):
        if curly := _CURLY.search(text):
            fix = "Type straight ones; word processors put these in."
            tell(row, "straight-quotes", curly.group(), "a quotation mark as printed, not as typed", fix)
        if text.count('"') % 2:
            fix = "Close the phrase on its line, or take the mark away."
            tell(row, "balanced-quotes", text, "a quotation mark has no partner on its line", fix)
            continue
        bare = re.sub(r'"[^"]*"', " ", text)
        for sign in re.findall(r"[()\[\]]", bare):
            if sign in "([":
                opened.append((row, sign))
            elif opened and opened[-1][1] + sign in ("()", "[]"):
                opened.pop()
            else:
                tell(row, "balanced-brackets", text, f"{sign!r} closes what was not opened", "Add or remove a bracket.")
    for row, sign in opened:
        tell(row, "balanced-brackets", sign, f"{sign!r} is never closed", "Add or remove a bracket.")


def lines_of(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Line of the file and text, of lines with anything in them."""
    return ((line.row, line.text) for line in lines if line.text.strip())


def _kind(token: str) -> str:
    if token.upper() in OPERATORS or token == RANGE:
        return "operator"
    if token in "()":
        return token
    return {'"': "phrase", "[": "tag", "#": "reference"}.get(token[0], "word")


_STARTS = ("word", "phrase", "reference", "(")  # what may stand where a term is expected
_FOLLOWS = {  # what may stand after a token that ends a term or goes on with it
    "word": ("word", "tag", "operator", ")"),
    "phrase": ("tag", "operator", ")"),
    "tag": ("operator", ")"),
    "reference": ("operator", ")"),
    ")": ("operator", ")"),
}


def _order(tokens: Sequence[tuple[int, str]], tell: Told) -> None:
    before = ""
    for row, token in tokens:
        kind = _kind(token)
        allowed = _FOLLOWS.get(before, _STARTS)
        if kind not in allowed:
            if kind in _STARTS:
                message = "two terms stand side by side without AND, OR or NOT; PubMed would take them for AND"
                tell(row, "operator-missing", token, message, "Write the operator that is meant.")
            elif kind == "tag":
                message = "a field tag belongs to one term, right before it"
                tell(row, "tag-after-term", token, message, "Give each term its own tag.")
            else:
                tell(row, "operator-placement", token, "a term is missing in front of this", "Write it or remove this.")
        before = kind
    if tokens and before in ("operator", "("):
        row, token = tokens[-1]
        tell(row, "operator-placement", token, "a term is missing after this", "Write it or remove this.")


def _mixed(tokens: Sequence[tuple[int, str]], tell: Told) -> None:
    """PubMed goes from left to right: OR beside AND or NOT needs brackets to mean what its writer means."""
    levels: list[set[str]] = [set()]
    for row, token in tokens:
        if token == "(":
            levels.append(set())
        elif token == ")" and len(levels) > 1:
            levels.pop()
        elif token in OPERATORS:
            before = set(levels[-1])
            levels[-1].add(token)
            if "OR" in levels[-1] and len(levels[-1]) > 1 and not ("OR" in before and len(before) > 1):
                message = "OR stands beside AND or NOT without brackets; PubMed goes from left to right"
                tell(row, "mixed-operators", token, message, "Put brackets around what belongs together.")


def _alone(row: int, token: str, tell: Told) -> None:
    kind = _kind(token)
    if kind == "tag" and _name(token) not in FIELD_TAGS:
        tell(row, "field-tags", token, "PubMed has no such field", "Look it up in PubMed's user guide.")
    if kind == "operator" and token != token.upper():
        fix = f"Write {token.upper()}; or put the phrase that it is part of into quotation marks."
        tell(row, "operators-upper-case", token, "an operator in small letters", fix)
    if kind == "word" and "*" in token and len(re.sub(r"\W", "", token.split("*")[0])) < FEWEST_BEFORE_STAR:
        message = f"fewer than {FEWEST_BEFORE_STAR} characters before *; PubMed does not take that for truncation"
        tell(row, "truncation", token, message, "Write the words out.")
