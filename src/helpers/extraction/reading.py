"""A form that came back: every table typed and complete, or every fault at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.dictionary import Table, load_dictionary
from helpers.extraction import missing
from helpers.extraction.blocks import About, Block, is_readable, read_blocks
from helpers.extraction.cells import broken_rules, typed
from helpers.extraction.grids import Odd
from helpers.extraction.known import Known, Studies, know
from helpers.extraction.plan import ID_FORM, ITEM, OWN_ID, STUDY, TABLES
from helpers.extraction.references import unknown_references
from helpers.faults import Fault

ALWAYS = {"level": "study", "identity": "high"}  # a form is about studies whose reports were read


def read_form(
    root: Path, path: Path, *, extractor: str, update_id: str, known_studies: Studies
) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Read a form that was filled in.

    Parameters
    ----------
    root : Path
        Folder of the review.
    path : Path
        Folder of CSV files, workbook (XLSX), or one CSV file with one or more tables, each known by its header.
    extractor : str
        Whose form it should be.
    update_id : str
        Update it should belong to.
    known_studies : collection of str, mapping or DataFrame
        Studies the form may be about: their ids; or each with its source or sources, main report first; or the frame
        that `make_forms` was given. Without sources, a study's source is ``<study_id>-report``; without a column
        ``citation_key``, its key in the bibliography is its id.

    Returns
    -------
    tables : dict of str to DataFrame
        Each table that was there, with all columns of the dictionary, typed; what is not asked is filled in. The index
        is the line of the sheet.
    faults : list of Fault
        Every fault, with file or sheet, row, column, value, rule and what to do; ``tables`` may be used only without any.
    """
    dictionary = load_dictionary(root)
    form, faults = read_blocks(path, {name: dictionary[name] for name in TABLES})
    known, broken = know(root, update_id, known_studies)
    faults = [*broken, *_about_faults(path.name, form.about, extractor, update_id), *faults]
    tables: dict[str, pd.DataFrame] = {}
    labels: dict[str, str] = {}
    for block in form.blocks:
        name = block.table.name
        if name in tables or not is_readable(block):
            continue
        labels[name] = block.label
        tables[name], found = _read_block(block, known, update_id)
        faults += found
    faults += unknown_references(tables, labels, dictionary, known.ids, known.sources)
    faults += _known_already(tables, labels, known)
    if form.is_whole:
        faults += missing.appraisals(tables, labels, known.tools)
    return {name: tables[name] for name in TABLES if name in tables}, faults


def about_form(path: Path) -> About:
    """What a form says about itself: update, extractor, and the name of who filled it in."""
    return read_blocks(path, {})[0].about


def _about_faults(label: str, about: About, extractor: str, update_id: str) -> list[Fault]:
    faults = []
    if about.update_id and about.update_id != update_id:
        message = f"this is a form of another update, not of {update_id}"
        fix = "Give the form that was made for this update."
        faults.append(Fault(label, None, "update", about.update_id, "wrong-update", message, fix))
    if about.extractor and about.extractor != extractor:
        message = f"this is the form of extractor {about.extractor}, not of {extractor}"
        fix = "Give each extractor's form under its own name."
        faults.append(Fault(label, None, "extractor", about.extractor, "wrong-extractor", message, fix))
    return faults


def _read_block(block: Block, known: Known, update_id: str) -> tuple[pd.DataFrame, list[Fault]]:
    table = block.table
    rows = block.records()
    if table.name == "appraisals":
        rows = [(line, row) for line, row in rows if not missing.is_untouched(row)]  # said once for each study
    filled, faults = [], []
    ids = {str(row.get(own)) for own in [OWN_ID.get(table.name, ("",))[0]] if own for _, row in rows}
    for line, row in rows:
        new, said = _filled(table, block.label, line, row, known, update_id, ids)
        filled.append((line, new))
        faults += said
    frame, said = typed(table, block.label, filled)
    faults += said
    wrong = {(f.row, f.column) for f in said}
    faults += missing.cells(table, block.label, frame, wrong)
    faults += broken_rules(table, block.label, frame, known.codes)
    faults += _id_faults(table, block.label, frame, known)
    return frame, faults


def _filled(
    table: Table,
    label: str,
    line: int,
    row: Mapping[str, str | Odd],
    known: Known,
    update_id: str,
    ids: set[str],
) -> tuple[dict[str, str | Odd], list[Fault]]:
    """A row with what extractors are not asked."""
    new: dict[str, Any] = {f.name: row.get(f.name, "") for f in table.fields}
    faults = []
    for column, wanted in (("added_in", update_id), ("retired_in", "")):
        if new.get(column) not in (None, "", wanted):
            message = f"a new row has {wanted!r} here" if wanted else "a new row is not retired"
            text = str(new[column])
            faults.append(Fault(label, line, column, text, "wrong-update", message, "Leave the cell empty."))
        if column in new:
            new[column] = wanted
    study = new.get(STUDY)
    for column, value in ALWAYS.items():
        if column in new and new[column] == "":
            new[column] = value
    if "citation_key" in new and new["citation_key"] == "":
        new["citation_key"] = known.citations.get(str(study), study)
    own, letter = OWN_ID.get(table.name, ("", ""))
    if own and new[own] == "":
        new[own] = _free_id(f"{letter}{line:03d}", ids)
    if table.name == "appraisals" and new["appraisal_id"] == "":
        new["appraisal_id"] = f"{study}-{new[ITEM]}"
    if "source_id" in new:
        new["source_id"], new["locator"] = _source(new, known.sources.get(str(study), ()), f"{study}-report")
    return new, faults


def _free_id(wanted: str, ids: set[str]) -> str:
    while wanted in ids:
        wanted += "x"
    ids.add(wanted)
    return wanted


def _source(row: Mapping[str, Any], sources: Collection[str], fallback: str) -> tuple[Any, Any]:
    """Source of a row and its locator: the source that the row or its locator names, else the study's main report."""
    first = next(iter(sources), fallback)
    if row["source_id"] != "":
        return row["source_id"], row["locator"]
    named, colon, place = str(row["locator"]).partition(":")
    if isinstance(row["locator"], str) and colon and named.strip() in sources:
        return named.strip(), place.strip()
    return first, row["locator"]


def _id_faults(table: Table, label: str, frame: pd.DataFrame, known: Known) -> list[Fault]:
    """Ids that are no names, or that a row of the evidence has."""
    own = STUDY if table.name == "studies" else OWN_ID.get(table.name, ("", ""))[0]
    if not own:
        return []
    faults = []
    for line, value in frame[own].dropna().items():
        if not ID_FORM.fullmatch(str(value)):
            message, fix = "not an id", "Use small letters, digits and hyphens."
            if not next(f for f in table.fields if f.name == own).constraints.get("pattern"):
                faults.append(Fault(label, int(str(line)), own, str(value), "id", message, fix))
        elif own != STUDY and value in known.ids[table.name]:
            message, fix = "a row of the evidence has this id", "Use another one, or leave the cell empty."
            faults.append(Fault(label, int(str(line)), own, str(value), "id-taken", message, fix))
    return faults


def _known_already(tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], known: Known) -> list[Fault]:
    """Studies described anew that the evidence describes already."""
    if "studies" not in tables:
        return []
    message = "the evidence has this study already"
    fix = "Leave the row out; what it says about the study is corrected in data/studies.csv."
    return [
        Fault(labels["studies"], int(str(line)), STUDY, str(study), "study-already-there", message, fix)
        for line, study in tables["studies"][STUDY].dropna().items()
        if study in known.ids["studies"]
    ]
