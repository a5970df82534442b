"""The ledger of links: who decided what on which pair, why and when. Rows are added, never changed.

Of a pair the last row counts; but where people decided, the last row of a person counts, whatever rules say later. A person
takes a decision back with `undo`; then the rules' last word counts again, and where that was undone, the pair is open.
"""

from __future__ import annotations

import hashlib

import pandas as pd

from helpers.faults import Fault, ReviewError
from helpers.links.grammar import RELATIONS, SYMMETRIC

LEDGER = ("link_id", "a", "b", "relation", "decided_by", "why", "decided_on", "status")
DECIDED, OPEN, UNDONE = "decided", "open", "undone"
RULE, PERSON = "rule:", "person:"
GONE = "The rules no longer find this link."


def empty_ledger() -> pd.DataFrame:
    """A ledger without rows."""
    return pd.DataFrame({column: pd.Series(dtype="str") for column in LEDGER})


def link_id(a: str, b: str, relation: str, decided_by: str, decided_on: str, nth: int) -> str:
    """Id of a row: the same for the same row wherever and whenever it is made.

    Parameters
    ----------
    a, b, relation, decided_by, decided_on : str
        Cells of the row.
    nth : int
        How many rows of the pair stand above it.
    """
    text = "\x1f".join((a, b, relation, decided_by, decided_on, str(nth)))
    return "l" + hashlib.sha256(text.encode()).hexdigest()[:12]


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)


def _state(ledger: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    """Rows of each pair, whichever way round it is written, in order."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, (a, b) in enumerate(zip(ledger["a"], ledger["b"], strict=True)):
        rows.setdefault(_pair(a, b), []).append(row)
    return rows


def _with(ledger: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    base = ledger.reindex(columns=list(LEDGER))
    if not rows:
        return base.reset_index(drop=True)
    return pd.concat([base, pd.DataFrame(rows, columns=list(LEDGER))], ignore_index=True).astype("str")


def settle(found: pd.DataFrame, ledger: pd.DataFrame, *, today: str) -> pd.DataFrame:
    """The ledger after the rules have run.

    Parameters
    ----------
    found : DataFrame
        What `find_links` gives for all records of the update.
    ledger : DataFrame
        Columns of links.csv, all text.
    today : str
        ISO date of the rows that are added.

    Returns
    -------
    DataFrame
        The ledger with a row added for each link that is new or that the rules now see otherwise, and a row ``undone`` for
        each that they no longer find. Rows of persons are untouched and keep counting. Settling again adds nothing.
    """
    decided_by, status = ledger["decided_by"].tolist(), ledger["status"].tolist()
    relation, why = ledger["relation"].tolist(), ledger["why"].tolist()
    rows = _state(ledger)
    added: list[dict[str, str]] = []
    seen = set()
    for link in found.itertuples(index=False):
        pair = _pair(str(link.a), str(link.b))
        seen.add(pair)
        history = rows.get(pair, [])
        last = next((row for row in reversed(history) if decided_by[row].startswith(RULE)), None)
        now = DECIDED if link.is_certain else OPEN
        rule = RULE + str(link.rule)
        if last is not None and (relation[last], decided_by[last], status[last], why[last]) == (
            link.relation,
            rule,
            now,
            link.why,
        ):
            continue
        added.append(_row(str(link.a), str(link.b), str(link.relation), rule, str(link.why), today, now, len(history)))
    for pair, history in rows.items():
        last = next((row for row in reversed(history) if decided_by[row].startswith(RULE)), None)
        if last is not None and pair not in seen and status[last] != UNDONE:
            a, b = str(ledger["a"].iat[last]), str(ledger["b"].iat[last])
            added.append(_row(a, b, relation[last], decided_by[last], GONE, today, UNDONE, len(history)))
    return _with(ledger, added)


def _row(a: str, b: str, relation: str, decided_by: str, why: str, today: str, status: str, nth: int) -> dict[str, str]:
    cells = (link_id(a, b, relation, decided_by, today, nth), a, b, relation, decided_by, why, today, status)
    return dict(zip(LEDGER, cells, strict=True))


def current(ledger: pd.DataFrame) -> pd.DataFrame:
    """The row of each pair that counts, in the order in which the pairs came.

    Parameters
    ----------
    ledger : DataFrame
        Columns of links.csv.

    Returns
    -------
    DataFrame
        Pairs whose last word was undone are left out.
    """
    decided_by, status = ledger["decided_by"].tolist(), ledger["status"].tolist()
    kept = []
    for history in _state(ledger).values():
        people = next((row for row in reversed(history) if decided_by[row].startswith(PERSON)), None)
        rules = next((row for row in reversed(history) if not decided_by[row].startswith(PERSON)), None)
        row = people if people is not None and status[people] != UNDONE else rules
        if row is not None and status[row] != UNDONE:
            kept.append(row)
    return ledger.iloc[kept].reset_index(drop=True)


def _check_decision(a: str, b: str, relation: str, person: str, why: str) -> None:
    faults = []
    if relation not in RELATIONS:
        faults.append(
            Fault(
                "links.csv",
                None,
                "relation",
                relation,
                "relation-known",
                "this is no relation",
                f"Use one of {', '.join(RELATIONS)}.",
            )
        )
    if not a or not b or a == b:
        faults.append(
            Fault("links.csv", None, "a", a, "link-of-two", "a link joins two different records", "Name two records.")
        )
    if not person.strip():
        faults.append(
            Fault("links.csv", None, "decided_by", person, "person-named", "nobody is named", "Say who decides.")
        )
    if not why.strip():
        faults.append(
            Fault("links.csv", None, "why", why, "reason-given", "no reason is given", "Say why, in a sentence.")
        )
    if faults:
        raise ReviewError(faults, "The decision was not taken down")


def decide(ledger: pd.DataFrame, a: str, b: str, relation: str, *, person: str, why: str, today: str) -> pd.DataFrame:
    """The ledger with a person's decision on a pair, which from now on counts before any rule.

    Parameters
    ----------
    ledger : DataFrame
    a, b : str
        Record ids; a is the dependent record. In symmetric relations they are put in order.
    relation : str
        One of ``RELATIONS``; ``unrelated`` keeps two records apart.
    person, why, today : str
        Who decides, the reason, the ISO date.

    Returns
    -------
    DataFrame
        Unchanged where the same person said the same last.

    Raises
    ------
    ReviewError
        The relation is unknown, the records are one, or the person or the reason is missing.
    """
    _check_decision(a, b, relation, person, why)
    if relation in SYMMETRIC:
        a, b = _pair(a, b)
    who = PERSON + person.strip()
    history = ledger.iloc[_state(ledger).get(_pair(a, b), [])]
    people = history[history["decided_by"].str.startswith(PERSON)]
    if len(people):
        last = people.iloc[-1]
        said = (last["a"], last["b"], last["relation"], last["decided_by"], last["why"], last["status"])
        if said == (a, b, relation, who, why, DECIDED):
            return _with(ledger, [])
    return _with(ledger, [_row(a, b, relation, who, why, today, DECIDED, len(history))])


def undo(ledger: pd.DataFrame, link: str, *, person: str, why: str, today: str) -> pd.DataFrame:
    """The ledger with a link taken back by a person; the row stays and a row says that it no longer counts.

    Parameters
    ----------
    ledger : DataFrame
    link : str
        ``link_id`` of the row that counts now for its pair.
    person, why, today : str
        Who takes it back, the reason, the ISO date.

    Returns
    -------
    DataFrame
        A person's decision is followed by a row ``undone``, and the rules' word counts again. A rule's link is followed by
        a person's row ``unrelated``: so it does not come back when the rules run again.

    Raises
    ------
    ReviewError
        No such link counts now, or the person or the reason is missing.
    """
    now = current(ledger)
    found = now[now["link_id"] == link]
    if not len(found):
        known = link in set(ledger["link_id"])
        message = "this link no longer counts" if known else "there is no such link"
        fault = Fault(
            "links.csv", None, "link_id", link, "link-counts", message, "Take an id from the links that count now."
        )
        raise ReviewError([fault], "Nothing was undone")
    row = found.iloc[0]
    a, b, relation = str(row["a"]), str(row["b"]), str(row["relation"])
    if not str(row["decided_by"]).startswith(PERSON):
        return decide(ledger, a, b, "unrelated", person=person, why=why, today=today)
    _check_decision(a, b, relation, person, why)
    nth = len(_state(ledger)[_pair(a, b)])
    return _with(ledger, [_row(a, b, relation, PERSON + person.strip(), why, today, UNDONE, nth)])
