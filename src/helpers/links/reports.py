"""Reports: the groups of records that the ledger calls one document, and the questions that are left."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import pandas as pd

from helpers.faults import Fault, ReviewError
from helpers.links.chains import groups_of
from helpers.links.grammar import SAME_REPORT
from helpers.links.ledger import DECIDED, OPEN, PERSON, current


def _merging(now: pd.DataFrame) -> list[tuple[str, str]]:
    merges = now[(now["relation"] == SAME_REPORT) & (now["status"] == DECIDED)]
    return list(zip(merges["a"], merges["b"], strict=True))


def _chain(pairs: list[tuple[str, str]], start: str, goal: str) -> list[str]:
    """The shortest way from one record to another along merges."""
    beside: dict[str, list[str]] = {}
    for a, b in pairs:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    came: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == goal:
            break
        for there in sorted(beside.get(here, [])):
            if there not in came:
                came[there] = here
                waiting.append(there)
    way = [goal]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def reports(record_ids: Sequence[str], ledger: pd.DataFrame) -> pd.Series:
    """The report that each record belongs to.

    Parameters
    ----------
    record_ids : sequence of str
        Records, those of earlier updates first if they are among them.
    ledger : DataFrame
        Columns of links.csv.

    Returns
    -------
    Series of str, indexed by record id, in the order given
        ``report_id``: the first record of the group. Records of the group that are not among `record_ids` (a known study,
        a record of an earlier update) come before all others: whoever joins them has been decided on already.

    Raises
    ------
    ReviewError
        Merges join two records that a person calls unrelated, or related otherwise; the chain is named.
    """
    now = current(ledger)
    pairs = _merging(now)
    place = {name: position for position, name in enumerate(record_ids)}
    groups = groups_of(pairs)
    member = {name: number for number, group in enumerate(groups) for name in group}
    faults = []
    apart = now[
        now["decided_by"].str.startswith(PERSON) & (now["relation"] != SAME_REPORT) & (now["status"] == DECIDED)
    ]
    for row in apart.to_dict("records"):
        a, b, relation, who = (str(row[name]) for name in ("a", "b", "relation", "decided_by"))
        if a in member and member[a] == member.get(b):
            chain = _chain(pairs, a, b)
            faults.append(
                Fault(
                    "links.csv",
                    None,
                    "relation",
                    relation,
                    "chain-contradicts",
                    f"{who.removeprefix(PERSON)} calls {a} and {b} {relation.replace('_', ' ')}, "
                    f"but they are joined as one report by the chain {' = '.join(chain)}",
                    "Take back one of the links of the chain, or the decision.",
                )
            )
    if faults:
        raise ReviewError(faults, "Links contradict each other")
    first = {}
    for number, group in enumerate(groups):
        outside = sorted(name for name in group if name not in place)
        first[number] = outside[0] if outside else min(group, key=place.__getitem__)
    names = [first[member[name]] if name in member else name for name in record_ids]
    return pd.Series(
        names, index=pd.Index(list(record_ids), name="record_id", dtype="str"), name="report_id", dtype="str"
    )


def questions(ledger: pd.DataFrame) -> pd.DataFrame:
    """The open links that a person must look at: each question once.

    Copies of one report raise the same question many times. Of the open links between two groups of copies the first is
    kept; a question inside one group is answered by it; a person's answer for one pair of copies answers for all.

    Parameters
    ----------
    ledger : DataFrame
        Columns of links.csv.

    Returns
    -------
    DataFrame
        Rows of `current` with status ``open``.
    """
    now = current(ledger)
    member = {name: group[0] for group in groups_of(_merging(now)) for name in group}

    def groups(row: tuple[str, str]) -> frozenset[str]:
        return frozenset(member.get(name, name) for name in row)

    sides = [groups(row) for row in zip(now["a"], now["b"], strict=True)]
    is_person = now["decided_by"].str.startswith(PERSON) & (now["status"] == DECIDED)
    answered = {side for side, by_person in zip(sides, is_person, strict=True) if by_person}
    kept = []
    for position, (side, status) in enumerate(zip(sides, now["status"], strict=True)):
        if status == OPEN and len(side) == 2 and side not in answered:
            answered.add(side)
            kept.append(position)
    return now.iloc[kept].reset_index(drop=True)
