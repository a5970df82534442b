"""Typed links between records: what the rules find, what people decide, and which records are one report.

`find_links` compares records and says which pairs are one report, which correct, comment on, translate or abstract another,
and which only a person can tell. `settle` writes that into a ledger where rows are added and never changed; `decide` and
`undo` add a person's word, which counts before any rule; `current` gives the row of each pair that counts, `reports` the
document that each record belongs to, `questions` what is left to ask. The rules are a text to be read: `helpers.links.rules`.
"""

from helpers.links.find import FOUND, find_links
from helpers.links.grammar import RELATIONS, SAME_REPORT, SYMMETRIC, UNRELATED
from helpers.links.ledger import DECIDED, LEDGER, OPEN, UNDONE, current, decide, empty_ledger, settle, undo
from helpers.links.reports import questions, reports
from helpers.links.rules import RULES

__all__ = [
    "DECIDED",
    "FOUND",
    "LEDGER",
    "OPEN",
    "RELATIONS",
    "RULES",
    "SAME_REPORT",
    "SYMMETRIC",
    "UNDONE",
    "UNRELATED",
    "current",
    "decide",
    "empty_ledger",
    "find_links",
    "questions",
    "reports",
    "settle",
    "undo",
]
