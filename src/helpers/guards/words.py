"""Words by which a sentence compares, generalises or excludes. The list is a net; the rule is about meaning."""

from __future__ import annotations

import re

NOT_SUPERLATIVE = (
    *(
        "best-known",
        "chest",
        "contest",
        "digest",
        "digested",
        "earnest",
        "forest",
        "harvest",
        "honest",
        "interest",
        "invest",
    ),
    *(
        "latest",
        "manifest",
        "modest",
        "nearest",
        "nest",
        "protest",
        "quest",
        "request",
        "rest",
        "suggest",
        "test",
        "west",
    ),
    *("attest", "arrest", "guest", "pest", "vest", "zest", "newest", "est", "midwest", "northwest", "southwest"),
)
ENGLISH = (
    r"most(?:ly)?|mainly|chiefly|largely|predominantly|above all|only|sole(?:ly)?|exclusively",
    r"none|nobody|no one|nothing|never|nowhere|no(?! longer\b| matter\b)|neither|nor",
    r"always|invariably|every|everybody|everyone|both|throughout",
    r"all(?! together\b)(?<!\bat all)(?<!\bafter all)(?<!\babove all)",
    r"(?:the )?first(?![- ](?:line|author|search|version|reader|choice)\b)",
    r"fewer|fewest|few|many|majority|minority|less|lesser|better|worse|best|worst",
    r"more(?<!\bor more)(?<!\bonce more)(?! (?:on|about|of it)\b)",
    r"higher|lower|larger|smaller|greater|longer|shorter|rarer|safer|earlier than|later than",
    r"rarely|seldom|hardly|usually|often|frequently|commonly|generally|typically|nearly|almost|rare",
    r"[a-z]{2,}er than",
)
GERMAN = (
    r"(?:die|den|der|am) meisten|meist(?:ens)?|überwiegend|hauptsächlich|vor allem|nur|einzig\w*|ausschließlich",
    r"kein\w*|niemand|nichts|nie|niemals|nirgends|weder|noch nie",
    r"immer|stets|all(?:e[rnms]?)|jede[rnms]?|sämtliche\w*|beide\w*",
    r"(?<!zum )erst(?:e[rnms]?)(?! Wahl)|häufigste\w*|seltenste\w*|größte\w*|kleinste\w*|höchste\w*|niedrigste\w*|beste\w*|schlechteste\w*",
    r"mehr als|weniger|häufiger|seltener|selten|oft|häufig|wenige\w*|viele\w*|mehrheit|besser|schlechter|höher|niedriger|fast|nahezu",
)
SUPERLATIVE = re.compile(r"\b[a-z]{2,}est\b", re.IGNORECASE)
NETS = {
    "en": re.compile(rf"\b(?:{'|'.join(ENGLISH)})\b", re.IGNORECASE),
    "de": re.compile(rf"\b(?:{'|'.join(GERMAN)})\b", re.IGNORECASE),
}
NOT_MEANT = re.compile(  # "68 in all" adds up; "one or more" and "once more" compare nothing
    r"\bin all(?=[ ]*[,.;:)]|$)|\b(?:one|two|three) or more\b|\bonce more\b|\bno\.|\bmore than one\b|\bat least one\b",
    re.IGNORECASE,
)
WRITTEN = re.compile(  # places, links' targets, code, citations, attributes: not words of the sentence
    r"\{\{<.*?>\}\}|\{[^{}]*\}|\]\([^)]*\)|`[^`]*`|\[?-?@[\w:-]+\]?|<[^>]*>"
)
REPORTS = r"(?:clinical |randomised |controlled |published |single |other |further |large |planned )*(?:trials?|stud(?:y|ies)|series|reports?|cohorts?|papers?|publications?)"
UNDATED = re.compile(
    rf"\b(?:only|no|first|largest|none of the|sole) {REPORTS}\b|\b(?:nobody|no one)\b|\bnever (?:been )?(?:studied|tested|compared|reported|tried)\b",
    re.IGNORECASE,
)
# What a report known since the last search can make false although no row says so yet.
EXCLUSIVE = re.compile(
    r"\b(?:only|sole|single|first|no other|no further)\s+(?:[\w-]+\s+){0,3}(?:trials?|stud(?:y|ies)|series|drugs?|treatments?|reports?)\b"
    r"|\bnothing\b",
    re.IGNORECASE,
)
DATE = "{searched_through}"


def words_of(sentence: str) -> str:
    """A sentence as readers see it, without places, targets of links, code and citations."""
    return " ".join(NOT_MEANT.sub(" ", WRITTEN.sub(" ", sentence)).split())


def is_conclusion(sentence: str, language: str = "en") -> bool:
    """Whether a sentence holds a word that compares, generalises or excludes.

    Parameters
    ----------
    sentence : str
        Markdown, with places such as ``{row:of}``.
    language : str
        ``en`` or ``de``; a language without a list of words is not looked at.
    """
    if language not in NETS:
        return False
    shown = words_of(sentence)
    if NETS[language].search(shown):
        return True
    return language == "en" and any(w.lower() not in NOT_SUPERLATIVE for w in SUPERLATIVE.findall(shown))


def is_exclusive(sentence: str) -> bool:
    """Whether a sentence says that something is the only one of its kind, which one more of the kind makes false."""
    return bool(EXCLUSIVE.search(words_of(sentence)))


def is_undated(sentence: str) -> bool:
    """Whether a sentence says that something is the only one, or that there is none, and not up to which day."""
    return bool(UNDATED.search(words_of(sentence.replace(DATE, "")))) and DATE not in sentence
