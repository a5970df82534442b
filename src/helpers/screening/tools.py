"""What each tool gives back, in one form: an entry says on what, by whom and how was decided."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.faults import Fault, ReviewError
from helpers.records import iter_records
from helpers.screening.sources import ID_COLUMNS, Sheet
from helpers.screening.words import EXCLUDE, FULL_TEXT, INCLUDE, OPEN, TITLE_ABSTRACT, decision

ASREVIEW_LABEL = re.compile(r"\bASReview[_ ](?:not[_ ]relevant|relevant|irrelevant|not[_ ]seen)\b", re.IGNORECASE)
ID_IN_NOTE = re.compile(r"review-id:\s*([^\s|;,<\]]+)")
RAYYAN_PART = re.compile(r"\b(RAYYAN-INCLUSION|RAYYAN-LABELS|RAYYAN-EXCLUSION-REASONS|USER-NOTES):")
RAYYAN_PERSON = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"((?:[^"\\]|\\.)*)"')
ASREVIEW_LABELS = ("asreview_label", "included", "label", "final_included", "label_included", "included_label")
RANKINGS = ("asreview_ranking", "ranking", "rank")
FIELDS = ("decision", "reason", "reviewer", "decided_on")


@dataclass(frozen=True)
class Entry:
    """One decision as a tool gives it back, every cell as written.

    Attributes
    ----------
    line : int
        Line of the file.
    ids : tuple of str
        What may be the report's id, the surest first; empty where the tool has lost it.
    account : str
        Who was logged in to the tool, where it says so beside the reviewer's name in the list.
    is_shared : bool
        Whether several reviewers share the file and a report's reasons, as in Rayyan.
    """

    line: int
    ids: tuple[str, ...]
    doi: str = ""
    pmid: str = ""
    title: str = ""
    reviewer: str = ""
    decision: str = ""
    reason: str = ""
    decided_on: str = ""
    phase: str = ""
    stage: str = ""
    account: str = ""
    is_shared: bool = False


def layout_of(sheet: Sheet) -> str:
    """Which tool has written a delimited file, as `read_decisions` names them; an empty text where none is known."""
    columns = set(sheet.columns)
    if "decision" in columns:
        return "csv"
    if {"item_type", "manual_tags"} & columns and "rayyan_inclusion" not in columns:
        return "zotero"
    if "covidence" in columns:
        return "covidence"
    if {"key", "notes"} <= columns or "rayyan_inclusion" in columns:
        return "rayyan"
    return "asreview" if columns & set(ASREVIEW_LABELS) else ""


def is_rayyan_log(sheet: Sheet) -> bool:
    """Whether a file is the second one of Rayyan's archive, which lists clicks and not decisions."""
    return {"article_id", "key", "value"} <= set(sheet.columns)


def own_entries(sheet: Sheet) -> Iterator[Entry]:
    """Entries of our own list, from any spreadsheet."""
    for line, row in sheet.rows:
        cells = _stripped(row)
        entry = _entry(line, _ids(cells), cells, said=cells)
        yield replace(entry, phase=cells.get("phase", ""), stage=cells.get("stage", ""))


def rayyan_entries(sheet: Sheet) -> Iterator[Entry]:
    """Entries of Rayyan's articles file, one a reviewer; a report on which nobody has decided gives one open entry."""
    for line, row in sheet.rows:
        cells = _stripped(row)
        notes = cells.get("notes", "")
        if cells.get("rayyan_inclusion"):
            notes += " | RAYYAN-INCLUSION: " + cells["rayyan_inclusion"]
        ids = (*_noted(notes), *_ids(cells), *([cells["key"]] if cells.get("key") else []))
        yield from _from_rayyan(_entry(line, ids, cells), notes)


def asreview_entries(sheet: Sheet) -> Iterator[Entry]:
    """Entries of ASReview's export; a reason may stand in its note or be a tag whose name ends with the reason's code."""
    label = next(name for name in ASREVIEW_LABELS if name in sheet.columns)
    tags = [name for name in sheet.columns if name.startswith("asreview_tag_")]
    for line, row in sheet.rows:
        cells = _stripped(row)
        chosen = [name for name in tags if cells[name].strip() in ("1", "1.0", "True")]
        is_out = decision(cells[label]) == EXCLUDE
        said = "; ".join(name.split("_", 3)[-1] for name in chosen) or _labelled(
            cells.get("asreview_note", ""), "reason"
        )
        ids = (*_noted(cells.get("notes", "")), *([cells["report_id"]] if cells.get("report_id") else []))
        account = cells.get("asreview_user_name", "")
        decided = {
            "reviewer": cells.get("reviewer", "") or account,
            "decision": cells[label],
            "reason": said if is_out else "",
            "decided_on": cells.get("asreview_time", "") if decision(cells[label]) != OPEN else "",
        }
        yield replace(_entry(line, ids, cells, said=decided), account=account)


def zotero_entries(sheet: Sheet) -> Iterator[Entry]:
    """Entries of Zotero's CSV export: what ASReview or Rayyan had written before stands in notes, tags or Extra."""
    for line, row in sheet.rows:
        cells = _stripped(row)
        texts = [cells.get(name, "") for name in ("notes", "manual_tags", "automatic_tags", "extra")]
        joined = _without_html(" | ".join(text for text in texts if text))
        entry = _entry(line, _noted(joined), cells)
        yield from _noted_entries(entry, joined)


def covidence_entries(sheet: Sheet, name: str) -> Iterator[Entry]:
    """Entries of a list that Covidence exports: each list holds what has come to one decision, and its name says which.

    The decision is the team's: Covidence keeps who has voted how to itself.
    """
    kind = next((word for word in COVIDENCE if re.search(rf"(?<![a-z]){word}", name.lower())), "")
    word, phase = COVIDENCE.get(kind, ("", ""))
    for line, row in sheet.rows:
        cells = _stripped(row)
        found = re.search(r"Exclusion reason:\s*([^;\n]*)", cells.get("notes", ""), re.IGNORECASE)
        said = {"decision": word, "reason": found.group(1).strip() if found and word == EXCLUDE else ""}
        entry = _entry(line, _noted(cells.get("notes", "")), cells, said=said)
        yield replace(entry, phase=phase)


# How Covidence calls its lists, what stands on them, and the phase; included studies have passed both.
COVIDENCE = {
    "irrelevant": (EXCLUDE, TITLE_ABSTRACT),
    "excluded": (EXCLUDE, FULL_TEXT),
    "select": (INCLUDE, TITLE_ABSTRACT),
    "included": (INCLUDE, ""),
    "extract": (INCLUDE, ""),
}


def _without_html(text: str) -> str:
    """A note as Zotero keeps it, without its markup."""
    return html.unescape(re.sub(r"</p>|<br ?/?>", "\n", text)).replace("<p>", "")


def _noted_entries(entry: Entry, notes: str) -> Iterator[Entry]:
    """Decisions that stand in notes: Rayyan's, our own lines filled in, or a label of ASReview."""
    if "RAYYAN-INCLUSION" in notes:
        yield from _from_rayyan(entry, notes)
        return
    said = {name: _labelled(notes, name) for name in FIELDS}
    if not said["decision"] and (label := ASREVIEW_LABEL.search(notes)):
        said["decision"] = label.group(0)
    yield replace(
        entry,
        decision=said["decision"],
        reason=said["reason"],
        reviewer=said["reviewer"],
        decided_on=said["decided_on"],
    )


def ris_entries(path: Path) -> Iterator[Entry]:
    """Entries of a RIS file: our notes filled in by hand, Rayyan's or ASReview's."""
    for record in iter_records(path):
        noted = [note for tag in ("N1", "RN", "ID", "C1") for note in record.other.get(tag, ())]
        notes = [_without_html(note) for note in noted] + [k for k in record.keywords if ASREVIEW_LABEL.search(k)]
        ids = (*(found for note in notes for found in _noted(note)), *record.other.get("ID", ()), record.accession)
        cells = {"doi": record.doi, "pmid": record.pmid, "title": record.title}
        mark = " | " if any("RAYYAN-INCLUSION" in note for note in notes) else "\n"
        yield from _noted_entries(_entry(record.line, ids, cells), mark.join(notes))


def ranked(sheet: Sheet, path: Path) -> list[tuple[str, ...]]:
    """Ids in the order in which ASReview would show the records: by its rank, else by the order of the rows.

    Raises
    ------
    ReviewError
        A rank is no number.
    """
    column = next((name for name in RANKINGS if name in sheet.columns), None)
    rows = [(line, _stripped(row)) for line, row in sheet.rows]
    faults = []
    ranks: dict[int, float] = {}
    for line, cells in rows:
        try:
            ranks[line] = float(cells[column]) if column and cells[column].strip() else float(line)
        except ValueError:
            fix = "Export the ranking again; a rank is a number."
            faults.append(Fault(path.name, line, column, cells[column or ""], "rank", "not a number", fix))
    if faults:
        raise ReviewError(faults, "The ranking cannot be read")
    return [(*_noted(cells.get("notes", "")), *_ids(cells)) for _, cells in sorted(rows, key=lambda row: ranks[row[0]])]


def _from_rayyan(entry: Entry, notes: str) -> Iterator[Entry]:
    parts = RAYYAN_PART.split(notes)
    said = {name: text.strip(" |\n") for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    people = RAYYAN_PERSON.findall(said.get("RAYYAN-INCLUSION", ""))
    reason = said.get("RAYYAN-EXCLUSION-REASONS", "")
    if not people:
        yield replace(entry, reason=reason, is_shared=True)
    for name, word in people:
        is_out = decision(word) == EXCLUDE
        yield replace(entry, reviewer=name, decision=word, reason=reason if is_out else "", is_shared=True)


def _stripped(row: Mapping[str, str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in row.items()}


def _entry(
    line: int, ids: tuple[str, ...], cells: Mapping[str, str], *, said: Mapping[str, str] | None = None
) -> Entry:
    """An entry from the cells that say which report it is, and those that say what was decided."""
    pmid = cells.get("pmid") or cells.get("pubmed_id") or ""
    reviewer, word, reason, day = (
        (said or {}).get(name, "") for name in ("reviewer", "decision", "reason", "decided_on")
    )
    return Entry(
        line,
        tuple(found for found in ids if found),
        doi=cells.get("doi", ""),
        pmid=pmid.removesuffix(".0"),
        title=cells.get("title", ""),
        reviewer=reviewer,
        decision=word,
        reason=reason,
        decided_on=day,
    )


def _ids(cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cells[name] for name in ID_COLUMNS if cells.get(name))


def _noted(text: str) -> tuple[str, ...]:
    return tuple(ID_IN_NOTE.findall(text))


def _labelled(text: str, label: str) -> str:
    """What stands behind ``label:`` in a note; an empty text where it is not there."""
    found = re.search(rf"(?im)(?:^|[|<>]|\n)\s*{label}\s*:[ \t]*([^|<>\n]*)", text)
    return found.group(1).strip() if found else ""
