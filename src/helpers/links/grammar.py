"""How a rule is written, and how its text is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from helpers.links.evidence import LEVELS

SAME_REPORT, UNRELATED = "same_report", "unrelated"
RELATIONS = (
    SAME_REPORT,
    "correction_of",
    "abstract_of",
    "preprint_of",
    "translation_of",
    "comment_on",
    "same_study",
    UNRELATED,
)
SYMMETRIC = frozenset({SAME_REPORT, "same_study", UNRELATED})

# Words in capitals are short for several.
SHORT = {
    "PEOPLE": "same|cut|near",  # the same people sign, as far as both lists tell
    "NOT-OTHERS": "same|cut|near|some|unknown",
    "ALIKE": "same|part|near",
    "LONG-TITLE": "yes|much",
    "ONE-PAGE": "span|range|start|same",
    "PAPER": "span|start",  # two pages may hold two abstracts by the same people
    "ELSEWHERE": "differs|unknown",
    "AGREE": "same|unknown",
}

When = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    name, relation : str
        How the ledger calls the rule, and what it makes of a pair.
    is_certain : bool
        False makes the link a question for a person.
    says : str
        The reason, in a sentence; what agrees and what differs is added for each pair.
    when : mapping of str to tuple of str
        For the aspects that matter, the words the evidence may have.
    """

    name: str
    relation: str
    is_certain: bool
    says: str
    when: When


def read_conditions(text: str) -> When:
    """Conditions such as ``title=same|near pages=ONE-PAGE``; an aspect or word that is not known is refused.

    Pages that are only renumbered count as unknown.
    """
    when = {}
    for condition in text.split():
        aspect, _, words = condition.partition("=")
        allowed = tuple(word for short in words.split("|") for word in SHORT.get(short, short).split("|"))
        if aspect == "pages" and "unknown" in allowed:
            allowed += ("renumbered",)
        if aspect not in LEVELS or not set(allowed) <= set(LEVELS[aspect]) or aspect in when:
            raise ValueError(f"condition {condition!r}: the aspect, or a word of it, is not known, or it stands twice")
        when[aspect] = allowed
    return MappingProxyType(when)


def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of a text: a line with name, relation, sure or ask, and reason; then a line with conditions."""
    lines = text.strip().splitlines()
    rules: list[Rule] = []
    for head, conditions in zip(lines[::2], lines[1::2], strict=True):
        name, relation, sure, says = head.split(maxsplit=3)
        if relation not in RELATIONS or sure not in {"sure", "ask"}:
            raise ValueError(f"rule {name!r}: the relation {relation!r} or {sure!r} is not known")
        if any(name == rule.name for rule in rules):
            raise ValueError(f"rule {name!r} stands twice")
        rules.append(Rule(name, relation, sure == "sure", says, read_conditions(conditions)))
    return tuple(rules)
