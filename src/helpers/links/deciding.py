"""Rules applied to evidence."""

from __future__ import annotations

import numpy as np

from helpers.links.evidence import Evidence
from helpers.links.grammar import SAME_REPORT, When
from helpers.links.rules import GUARDS, RULES


def fits(evidence: Evidence, when: When) -> np.ndarray:
    """Pairs whose evidence has, for each aspect named, one of the words allowed."""
    good = np.ones(len(evidence), dtype=bool)
    for aspect, allowed in when.items():
        good &= evidence.fits(aspect, *allowed)
    return good


def is_guarded(evidence: Evidence) -> np.ndarray:
    """Pairs that no rule may merge."""
    held = np.zeros(len(evidence), dtype=bool)
    for _, when in GUARDS:
        held |= fits(evidence, when)
    return held


def decide_pairs(evidence: Evidence) -> np.ndarray:
    """Position in ``RULES`` of the rule that decides on each pair; -1 where none does."""
    decided = np.full(len(evidence), -1, dtype=np.int64)
    held = is_guarded(evidence)
    for position, rule in enumerate(RULES):
        free = decided < 0
        if rule.relation == SAME_REPORT and rule.is_certain:
            free &= ~held
        decided[free & fits(evidence, rule.when)] = position
    return decided
