"""The links that the rules find between records."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.faults import Fault, ReviewError
from helpers.links import kinds
from helpers.links.candidates import find_candidates
from helpers.links.chains import doubtful
from helpers.links.compare import compare
from helpers.links.deciding import decide_pairs
from helpers.links.evidence import Evidence, Ints
from helpers.links.grammar import SAME_REPORT, SYMMETRIC
from helpers.links.prepared import FIELDS, Prepared, prepare
from helpers.links.reasons import reasons
from helpers.links.rules import RULES

FOUND = ("a", "b", "relation", "rule", "why", "is_certain")
FITS_TWO = "fits-two-reports"  # the rule that takes certainty from pairs whose group contradicts itself
_DEPENDENT = {
    "correction_of": kinds.CORRECTION,
    "comment_on": kinds.COMMENT,
    "abstract_of": kinds.ABSTRACT,
    "preprint_of": kinds.PREPRINT,
}


def find_links(records: pd.DataFrame, *, earlier: pd.DataFrame | None = None) -> pd.DataFrame:
    """Relations between records, and between records and earlier ones, as far as rules can tell.

    Parameters
    ----------
    records : DataFrame, one row a record
        ``record_id`` and the columns of records.csv, all text; a missing column counts as empty.
    earlier : DataFrame, optional
        The same columns: records of earlier updates and studies the review knows. No pair lies within it.

    Returns
    -------
    DataFrame, one row a pair, ordered by ``a`` and ``b``
        ``a``, ``b`` (record ids; a is the dependent record, such as the comment; in symmetric relations a < b),
        ``relation``, ``rule`` (its name), ``why`` (a sentence), ``is_certain`` (False: a question for a person).

    Raises
    ------
    ReviewError
        An id is empty or stands twice.

    Notes
    -----
    What a rule says of a pair depends on the two records alone. One thing depends on others: a pair that rules would merge
    becomes a question when its group of copies holds two records that contradict each other (rule ``fits-two-reports``).
    """
    both = records
    if earlier is not None and len(earlier):
        old = earlier[~earlier["record_id"].isin(records["record_id"])]
        columns = ["record_id", *FIELDS]
        both = pd.concat([frame.reindex(columns=columns) for frame in (records, old)], ignore_index=True)
    _check_ids(both)
    is_new = np.arange(len(both)) < len(records)
    prepared = prepare(both)
    a, b = find_candidates(prepared, is_new=is_new)
    evidence = compare(prepared, a, b)
    rule = decide_pairs(evidence)
    linked = rule >= 0
    return _as_frame(prepared, both["record_id"].tolist(), evidence.only(linked), rule[linked])


def _check_ids(records: pd.DataFrame) -> None:
    ids = records["record_id"]
    wrong = sorted({str(name) for name in ids[ids.duplicated() | ids.isna() | (ids == "")]})
    if wrong:
        faults = [
            Fault(
                "records.csv",
                None,
                "record_id",
                name,
                "record-id-once",
                "a record's id is empty or stands twice",
                "Import the file again.",
            )
            for name in wrong
        ]
        raise ReviewError(faults, "The records cannot be told apart")


def _directed(records: Prepared, evidence: Evidence, rule: Ints, rank: Ints) -> Evidence:
    """The pairs turned so that a is the dependent record, or, in symmetric relations, the first by id."""
    turn = rank[evidence.a] > rank[evidence.b]
    relation = np.array([r.relation for r in RULES])[rule]
    kind = records.title_kind | records.label_kind
    for name, bit in _DEPENDENT.items():
        turn = np.where(relation == name, (kind[evidence.b] & bit) > 0, turn)
    # Of two languages the English text is taken for the translation.
    english = records.is_english[evidence.b] & ~records.is_english[evidence.a]
    turn = np.where(relation == "translation_of", english, turn).astype(bool)
    if records.stated:
        said = [records.stated.get((int(x), int(y))) for x, y in zip(evidence.a, evidence.b, strict=True)]
        stated = np.array(
            [one is not None and r.startswith("pubmed-") for one, r in zip(said, _names(rule), strict=True)]
        )
        is_first = np.array([one is not None and one[1] for one in said])
        symmetric = np.isin(relation, list(SYMMETRIC))
        turn = np.where(stated & ~symmetric, ~is_first, turn).astype(bool)
    a, b = np.where(turn, evidence.b, evidence.a), np.where(turn, evidence.a, evidence.b)
    return Evidence(a, b, evidence.levels)


def _names(rule: Ints) -> list[str]:
    return [RULES[position].name for position in rule]


def _as_frame(records: Prepared, ids: list[str], evidence: Evidence, rule: Ints) -> pd.DataFrame:
    names = np.array(ids, dtype=object)
    rank = np.empty(len(ids), dtype=np.int64)
    rank[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    evidence = _directed(records, evidence, rule, rank)
    order = np.lexsort((rank[evidence.b], rank[evidence.a]))
    evidence, rule = evidence.only(order), rule[order]
    merges = np.array([r.relation == SAME_REPORT and r.is_certain for r in RULES])[rule]
    certain = np.array([r.is_certain for r in RULES])[rule]
    # A thin copy that may come from a supplement fits the abstract there, although no rule merges the two.
    joins = merges | (np.array([r.relation == SAME_REPORT for r in RULES])[rule] & evidence.fits("issue", "perhaps"))
    doubted = np.zeros(len(rule), dtype=bool)
    doubted[joins] = doubtful(records, evidence.only(joins))
    doubted &= merges
    why = reasons(records, evidence, rule.tolist())
    frame = pd.DataFrame(
        {
            "a": names[evidence.a],
            "b": names[evidence.b],
            "relation": np.array([r.relation for r in RULES], dtype=object)[rule],
            "rule": np.where(doubted, FITS_TWO, np.array([r.name for r in RULES], dtype=object)[rule]),
            "why": why,
            "is_certain": certain & ~doubted,
        }
    )
    note = "One of the two also fits another report, which contradicts this one. "
    if doubted.any():  # without pairs the column is not even text
        frame.loc[doubted, "why"] = note + frame.loc[doubted, "why"]
    return frame
