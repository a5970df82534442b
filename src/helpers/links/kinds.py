"""What kind of text a record is: paper, correction, comment, meeting abstract, preprint, protocol, lay summary, column."""

from __future__ import annotations

import re

from helpers.links.text import word_set

PAPER, CORRECTION, COMMENT, ABSTRACT, PREPRINT, PROTOCOL, SUMMARY, THESIS = 0, 1, 2, 4, 8, 16, 32, 64
COLUMN = 128  # its title comes again with every issue or year

# One of these must stand in a title before it is looked at more closely.
_HINTS = word_set(
    "errat corrig correct retract addendum publisher berichtigung rectificatif concern comment repl respon re: letter editorial",
    "rebut rejoind discuss protocol summar abstract rationale design (vol",
)
# The same for columns; "_" is a space.
_COLUMN_HINTS = word_set(
    "annual_ year_in_review this_issue this_month this_week of_the_month of_the_week of_the_year new_in_ news_ abstracts_",
    "proceedings_ highlights_ book_review reviewers _authors selected_ current_ recent_ calendar contents index case_records",
    "introduction foreword preface correspondence announcement cknowledg letter journal_club images_in image_in",
)
_CORRECTION = (
    r"^\W*(?:(?:author|publisher)'?s?'? )?(?:errat(?:um|a)|corrigend(?:um|a)|correction|retraction)(?: note| notice)?"
    r"(?:\W*$|\W*[:.\]-]| (?:to|for|in|zu|zum|à|au|al|ao)\b| of:?\s*[\"'“‘(]| -)",
    r"^\W*(?:addendum|publisher'?s note|fe de erratas?|berichtigung|rectificatif)(?:\W*$|\W*[:.-]| (?:to|zu|zum|de|del|à|au|al)\b)",
    r"^\W*(?:notice of )?(?:retraction|expression of concern)\b",
    r"[\[(:.-]\s*(?:errat(?:um|a)|corrigend(?:um|a)|correction)\W*(?:$|\(vol)",
    r"\(vol\.? ?\d+\W+(?:pg?|pp?|page|art)\b[^()]*\)?\W*$",  # as Web of Science titles an erratum
)
_COMMENT = (
    r"^\W*(?:(?:invited |editorial )?comment(?:ary|s)?|(?:the |an )?authors?'?s?'? (?:reply|response|comment)s?"
    r"|(?:in )?(?:reply|response)|re|letter(?: to the editor)?s?|editorial(?: comment(?:ary)?)?|rebuttal|rejoinder"
    r"|discussion)(?:\W*$|\s*[:.]|\s+(?:on|to|from|by|re)\b|\s*-)",
    r"\beditor'?s?'? (?:comments?|notes?|introduction|page|choice|column|desk)\W*$",
    r"[:.?\[(-]\s*(?:(?:a|an|the|our|invited) )?(?:(?:authors?'?s?'? )?(?:reply|response|rejoinder|rebuttal)"
    r"|comment(?:ary|s)?|editorial(?: comment)?|letter(?: to the editor)?)(?: (?:to|on)\b[^:]*)?\W*$",
    r"\b(?:a (?:comment on|reply to|response to)|(?:in|authors'?) reply to)\b",
)
_PROTOCOL = (
    r"\b(?:study|trial|review|research) protocols?\b|\bprotocol (?:for|of) (?:a|an|the)\b",
    r"[:.(-]\s*(?:a |the )?protocol\W*$|\brationale and (?:study )?design\b|\bdesign and rationale\b",
    r"[:.-]\s*(?:study )?design and methods\W*$",
)
_COLUMN = (
    r"\bannual (?:\w+ )?(?:report|survey)\b|\byear in review\b|\b(?:in|from) this (?:issue|month|week)\b|\bthis (?:month|week) in\b",
    r"\b(?:paper|article|image|case|quiz|book)s? of the (?:month|week|year)\b|^\W*what(?:'s| is) new in\b|^\W*news (?:and|from|in)\b",
    r"^\W*(?:abstracts (?:of|from|presented)|proceedings of the|highlights (?:of|from) the)\b|\bbook reviews?\W*$",
    r"\b(?:acknowledge?ments?|thanks|list|index) (?:of|to) (?:\w+ )?reviewers\b|\binstructions (?:for|to) (?:\w+ )?authors\b",
    r"^\W*(?:(?:selected|current|recent) (?:literature|awareness|summaries|papers|abstracts)|calendar|table of contents"
    r"|(?:author|subject) index|case records of the)\b",
    r"^\W*(?:introduction|foreword|preface|correspondence|announcements?|acknowledge?ments?|letters? to the editors?|journal club"
    r"|images? in [a-z ]{3,30})\W*$",
)
_TITLE = (
    (CORRECTION, re.compile("|".join(_CORRECTION))),
    (COMMENT, re.compile("|".join(_COMMENT))),
    (ABSTRACT, re.compile(r"[\[(](?:meeting |conference )?abstract\b|^\W*abstract\W")),
    (PROTOCOL, re.compile("|".join(_PROTOCOL))),
    (SUMMARY, re.compile(r"\b(?:plain[- ]language|lay(?:person)?'?s?) summar(?:y|ies)\b")),
)
_COMES_AGAIN = re.compile("|".join(_COLUMN))
_TYPE = (
    (CORRECTION, re.compile(r"errat|corrig|\bcorrection|\bretraction\b|expression of concern")),
    (COMMENT, re.compile(r"\bcomment(?!ed)|editorial|\bnote\b|\breply\b")),
    (ABSTRACT, re.compile(r"(?:conference|meeting|congress) abstract|abstract of")),
    (PREPRINT, re.compile(r"preprint|posted.content")),
    (PROTOCOL, re.compile(r"protocol")),
    (SUMMARY, re.compile(r"plain[- ]language|lay summary")),
    (THESIS, re.compile(r"thesis|dissertation")),
)
_PREPRINT_HOME = re.compile(
    r"\b(?:biorxiv|medrxiv|arxiv|ssrn|research ?square|preprints|psyarxiv|osf preprints)\b", re.IGNORECASE
)
_PREPRINT_DOI = re.compile(r"10\.(?:1101/\d|64898/\d|21203/|2139/ssrn|48550/|20944/|31234/|31219/)")
_ABSTRACT_HOME = re.compile(r"\bmee\w* abst\w*|^abst(?:r\w*)?\b", re.IGNORECASE)
_THESIS_HOME = re.compile(r"\bdiss(?:ertation)?s?\b|\btheses\b", re.IGNORECASE)
_DEGREE = re.compile(
    r"\bph\.? ?d\b|\bm\.?(?:sc|a)\.?$|\bthesis\b|^\s*(?:[6-9]\d|\d{3})\s*(?:p|pp|pages|leaves)\.?$", re.IGNORECASE
)


def title_kind(title: str) -> int:
    """What the title itself says of the kind, as bits."""
    lower = title.lower().replace("’", "'")
    kind = PAPER
    if any(hint in lower for hint in _HINTS):
        for bit, pattern in _TITLE:
            if pattern.search(lower):
                kind |= bit
    joined = lower.replace(" ", "_")
    if any(hint in joined for hint in _COLUMN_HINTS) and _COMES_AGAIN.search(lower):
        kind |= COLUMN
    return kind


def type_kind(type_: str) -> int:
    """What the database's label of the type says, as bits."""
    kind = PAPER
    lower = type_.lower()
    for bit, pattern in _TYPE:
        if pattern.search(lower):
            kind |= bit
    return kind


def home_kind(journal: str) -> int:
    """What the name of the journal or server says, as bits."""
    kind = PREPRINT if _PREPRINT_HOME.search(journal) else PAPER
    if _ABSTRACT_HOME.search(journal):
        kind |= ABSTRACT
    if _THESIS_HOME.search(journal):
        kind |= THESIS
    return kind


def doi_kind(doi: str) -> int:
    """What the DOI says: the prefix of a preprint server, or nothing."""
    return PREPRINT if _PREPRINT_DOI.match(doi) else PAPER


def place_kind(text: str) -> int:
    """What a volume or pages say: a degree ("Ph.D."), or a length ("215 p"), instead of a place."""
    return THESIS if _DEGREE.search(text) else PAPER
