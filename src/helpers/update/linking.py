"""Pairs that rules alone cannot decide: a short list out, a person's decisions in, any of them undone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers import links, records
from helpers.faults import Fault
from helpers.project import write_together
from helpers.screening import sources
from helpers.update import calendar, layout
from helpers.update.errors import fault, misused, refuse
from helpers.update.handouts import Handout, hand_out, refuse_public
from helpers.update.outcome import Outcome
from helpers.update.standing import LINKS_SHEET
from helpers.update.state import Update, read_update

SHOWN = ("title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "type")
TO_FILL = ("relation", "why")
SHEET = ("link_id", "proposed", *TO_FILL, "reason", *(f"{c}_{s}" for c in SHOWN for s in "ab"), "a", "b")
HELP = (
    "# relation: one of " + ", ".join(links.RELATIONS),
    "# only same_report makes one report of the two; every other relation keeps both and notes how they belong together",
    "# a is the dependent one: the abstract, the correction, the comment, the translation; to turn it round, swap the cells a and b",
    "# leave relation empty to decide later; why: a few words, may stay empty",
)


def write_sheet(root: Path, out: Path | None = None) -> Outcome:
    """Write the open pairs side by side, for a person to decide.

    Parameters
    ----------
    root : Path
        Folder of the review.
    out : Path, optional
        File to write; default beside the update's other lists.
    """
    update = read_update(root, calendar.running_update(root))
    path = out or root / layout.worklist(update.update_id, LINKS_SHEET)
    if update.open_links.empty:
        return Outcome(["No pair of records is open; there is nothing to decide."])
    refuse_public(root, path, "titles and notes that are not decided on")
    kept = hand_out(root, [Handout(path, sheet_of(update), ("link_id",), (*TO_FILL, "a", "b"), prefilled=("a", "b"))])
    count = len(update.open_links)
    sheet = layout.shown(root, path)
    return Outcome(
        [f"{count} open pair{'s' * (count != 1)} written to {sheet}. Fill in the column `relation`.", *kept],
        next=f'review update link --decisions {sheet} --person "YOUR NAME"',
    )


def sheet_of(update: Update) -> str:
    """The open pairs as CSV that a spreadsheet may open."""
    every = pd.concat([update.earlier, update.records]).drop_duplicates("record_id").set_index("record_id")
    rows: list[dict[str, str]] = [{"link_id": line} for line in HELP]
    for link in update.open_links.to_dict("records"):
        row = {"link_id": link["link_id"], "proposed": link["relation"], "reason": link["why"]}
        row |= {"relation": "", "why": "", "a": link["a"], "b": link["b"]}
        for side in "ab":
            record = every.loc[link[side]]
            row |= {f"{column}_{side}": str(record[column])[:500] for column in SHOWN}
        rows.append({str(k): str(v) for k, v in row.items()})
    return records.write_csv(pd.DataFrame(rows, columns=list(SHEET)).fillna(""), bom=True)


def take_sheet(root: Path, path: Path, *, person: str, today: str) -> Outcome:
    """Take over what a person decided on a list of pairs.

    Raises
    ------
    ReviewError
        A line cannot be followed. Nothing was taken over.
    """
    update = read_update(root, calendar.running_update(root))
    rows = _read_sheet(path)
    known = {frozenset((row["a"], row["b"])) for row in update.current.to_dict("records")}
    faults: list[Fault] = []
    ledger, done = update.ledger, 0
    for line, row in rows:
        if not row["relation"]:
            continue
        wrong = _line_faults(path.name, line, row, known)
        faults += wrong
        if not wrong:
            why = row["why"] or "decided on the list of open pairs"
            before = len(ledger)
            ledger = links.decide(ledger, row["a"], row["b"], row["relation"], person=person, why=why, today=today)
            done += len(ledger) > before
    if faults:
        raise refuse("No decision was taken over", *faults)
    left = sum(1 for _, row in rows if not row["relation"])
    return _write(update, ledger, [f"{done} decision{'s' * (done != 1)} by {person} taken over; {left} left open."])


def _line_faults(file: str, line: int, row: Mapping[str, str], known: set[frozenset[str]]) -> list[Fault]:
    found = []
    if frozenset((row["a"], row["b"])) not in known:
        message = "these two records are no pair of this update"
        fix = "Give the list of this update, and leave its cells a and b as they were, or swap the two."
        found.append(fault(file, message, fix, rule="known-pair", row=line, column="a", value=row["a"]))
    if row["relation"] not in links.RELATIONS:
        fix = f"Write one of: {', '.join(links.RELATIONS)}."
        found.append(
            fault(file, "not a relation", fix, rule="relation", row=line, column="relation", value=row["relation"])
        )
    return found


def _read_sheet(path: Path) -> list[tuple[int, dict[str, str]]]:
    sheet = sources.read_sheet(sources.read_text(path), path)
    if lacking := [name for name in ("link_id", "relation", "a", "b") if name not in sheet.columns]:
        fix = "Give the list that `review update link --out FILE` wrote, filled in."
        raise refuse(
            "No decision was taken over",
            *(fault(path.name, "this column is missing", fix, rule="columns", row=1, column=c) for c in lacking),
        )
    rows = [(line, {name: records.unsafe_cell(cell).strip() for name, cell in row.items()}) for line, row in sheet.rows]
    # Rows that explain the list are none of its pairs, also when a spreadsheet has filled a column down through them.
    return [(line, {"why": ""} | row) for line, row in rows if not row["link_id"].startswith("#")]


def decide(root: Path, a: str, b: str, relation: str, *, person: str, why: str, today: str) -> Outcome:
    """Decide on one pair, also on one that no rule has found.

    Raises
    ------
    UsageError
        No such record or relation.
    """
    update = read_update(root, calendar.running_update(root))
    known = {*update.records["record_id"], *update.earlier["record_id"]}
    faults = [
        fault(
            "PAIR",
            "no such record",
            "Ids stand in records.csv; known publications are known:KEY.",
            rule="known-record",
            value=one,
        )
        for one in (a, b)
        if one not in known
    ]
    if relation not in links.RELATIONS:
        faults.append(
            fault(
                "RELATION", "not a relation", f"One of: {', '.join(links.RELATIONS)}.", rule="relation", value=relation
            )
        )
    if faults:
        raise misused("Nothing was decided", *faults)
    ledger = links.decide(update.ledger, a, b, relation, person=person, why=why or "known to the operator", today=today)
    return _write(
        update, ledger, [f"{update.labels[a]} is {relation.replace('_', ' ')} {update.labels[b]}: decided by {person}."]
    )


def undo(root: Path, link_id: str, *, person: str, why: str, today: str) -> Outcome:
    """Take back what was decided on a pair: a person's word gives way to the rules', a rule's link is no link any more.

    Raises
    ------
    UsageError
        There is no such pair.
    """
    update = read_update(root, calendar.running_update(root))
    if link_id not in set(update.current["link_id"]):
        fix = "The pairs and their ids stand in links.csv of the update, and in `review update status --json`."
        raise misused("Nothing was undone", fault("LINK", "no such pair", fix, rule="known-pair", value=link_id))
    ledger = links.undo(update.ledger, link_id, person=person, why=why or "undone", today=today)
    return _write(
        update, ledger, [f"{link_id} was taken back by {person}; what was decided before stays in the ledger."]
    )


def _write(update: Update, ledger: pd.DataFrame, did: list[str]) -> Outcome:
    """Write the ledger, once it is sure that the reports can still be told apart."""
    ids = [*update.earlier["record_id"], *update.records["record_id"]]
    links.reports(ids, pd.concat([update.earlier_ledger, ledger], ignore_index=True))
    path = layout.place(update.update_id, layout.LINKS)
    write_together(
        update.root,
        {path: layout.as_csv(ledger, layout.COLUMNS[layout.LINKS])},
        unless_changed={path: (update.root / path).read_bytes() if (update.root / path).is_file() else None},
    )
    return Outcome(did)
