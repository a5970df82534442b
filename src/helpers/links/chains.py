"""Groups of records that rules call one report, and the check that no two of a group contradict each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import combinations
from typing import TypeVar

import numpy as np

from helpers.links.compare import compare
from helpers.links.deciding import is_guarded
from helpers.links.evidence import Evidence, Ints
from helpers.links.prepared import Prepared

Node = TypeVar("Node", bound=Hashable)


def groups_of(pairs: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """The groups that pairs join, each in order of first appearance."""
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in pairs:
        parent[root(b)] = root(a)
    found: dict[Node, list[Node]] = {}
    for node in list(parent):
        found.setdefault(root(node), []).append(node)
    return list(found.values())


def _signatures(records: Prepared) -> np.ndarray:
    """What the guards look at, a row a record; equal rows cannot contradict each other."""
    columns = (
        records.title, records.author_list, records.journal, records.year, records.volume, records.issue, records.prefix,
        records.page, records.last_page, records.doi, records.pmid, records.registration, records.title_kind, records.label_kind,
    )  # fmt: skip
    return np.stack(columns, axis=1)


def _is_one_place(evidence: Evidence) -> np.ndarray:
    return evidence.fits("volume", "same") & evidence.fits("pages", "span", "range", "start", "same", "near")


def contradictions(records: Prepared, groups: list[list[int]]) -> tuple[Ints, Ints]:
    """Pairs of records within a group of three and more that no rule may merge."""
    large = [group for group in groups if len(group) > 2]
    if not large:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    signature = _signatures(records)
    pairs: list[tuple[int, int]] = []
    for group in large:
        distinct = {signature[node].tobytes(): node for node in sorted(group, reverse=True)}
        pairs += combinations(sorted(distinct.values()), 2)
    if not pairs:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    both = np.array(pairs, dtype=np.int64)
    evidence = compare(records, both[:, 0], both[:, 1], every=True)
    # On one page of one volume, two titles that count differently may still be one, through a third that joins them; two
    # PubMed records never are, nor a paper and what calls itself its correction.
    never = evidence.fits("pmid", "differs") | evidence.fits("correction", "one")
    held = is_guarded(evidence) & (never | ~_is_one_place(evidence))
    return evidence.a[held], evidence.b[held]


def is_firm(evidence: Evidence) -> np.ndarray:
    """Pairs held together by an identifier, by volume and page or by a range of pages, and not by silence."""
    by_id = evidence.fits("doi", "same") | evidence.fits("pmid", "same")
    return by_id | _is_one_place(evidence) | evidence.fits("pages", "span")


def doubtful(records: Prepared, evidence: Evidence) -> np.ndarray:
    """Which of the pairs that rules merge must become questions, because their group holds a contradiction.

    A thin copy (no volume, no pages) may fit a paper and the meeting abstract of the same title. Then each pair alone is
    convincing and both together are wrong. Where a group contradicts itself, its pairs without an identifier or a place in
    common are doubted; where it still does, all its pairs are.

    Parameters
    ----------
    records : Prepared
    evidence : Evidence
        Of the pairs that rules merge, or would but for a supplement.

    Returns
    -------
    array of bool
    """
    doubted = np.zeros(len(evidence), dtype=bool)
    firm = is_firm(evidence)
    for weak_only in (True, False):
        kept = np.flatnonzero(~doubted)
        groups = groups_of(zip(evidence.a[kept].tolist(), evidence.b[kept].tolist(), strict=True))
        against, _ = contradictions(records, groups)
        if not len(against):
            break
        bad = set(against.tolist())
        spoiled = {node for group in groups if bad & set(group) for node in group}
        inside = np.fromiter((node in spoiled for node in evidence.a.tolist()), dtype=bool, count=len(evidence))
        doubted |= inside & (~firm if weak_only else True)
    return doubted
