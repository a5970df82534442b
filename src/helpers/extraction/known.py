"""What a form may name: codes, studies of the update with their sources, rows of the evidence, items of the tools."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import tables as table_files
from helpers.dictionary import load_dictionary
from helpers.extraction.plan import ITEM, OWN_ID, STUDY, study_sources
from helpers.faults import Fault

Studies = Mapping[str, str | Collection[str]] | Collection[str] | pd.DataFrame


@dataclass(frozen=True)
class Known:
    """What a form may name.

    Attributes
    ----------
    codes : mapping of str to set of str, or None
        Codes of each list.
    sources : mapping of str to tuple of str
        Sources of each study of this update, the main report first.
    ids : mapping of str to set of str
        Ids of the evidence before this update, by table; items of the appraisal tools under ``appraisal_tools``.
    tools : mapping of str to tuple of str
        Items of each appraisal tool.
    citations : mapping of str to str
        Key of a study's main report in the bibliography, where it is not the study's id.
    """

    codes: Mapping[str, set[str]]
    sources: Mapping[str, tuple[str, ...]]
    ids: Mapping[str, set[str]]
    tools: Mapping[str, tuple[str, ...]]
    citations: Mapping[str, str]


def _sources(studies: Studies) -> dict[str, tuple[str, ...]]:
    if isinstance(studies, pd.DataFrame):
        return study_sources(studies)
    if not isinstance(studies, Mapping):
        return {study: (f"{study}-report",) for study in studies}
    return {s: (given,) if isinstance(given, str) else tuple(given) for s, given in studies.items()}


def _citations(studies: Studies) -> dict[str, str]:
    if not isinstance(studies, pd.DataFrame) or "citation_key" not in studies:
        return {}
    main = studies.drop_duplicates(STUDY).dropna(subset=["citation_key"])
    return {str(s): str(key) for s, key in zip(main[STUDY], main["citation_key"], strict=True) if key}


def know(root: Path, update_id: str, studies: Studies) -> tuple[Known, list[Fault]]:
    """What a form of an update may name, and what is wrong with the evidence itself.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        The update; its own rows, if they were merged before, are not counted as known.
    studies : collection of str, mapping or DataFrame
        As in `read_form`.
    """
    read, faults = table_files.read_tables(root, ("vocabularies", "appraisal_tools"))
    dictionary = load_dictionary(root)
    keys = {"sources": "source_id", "studies": STUDY, **{name: column for name, (column, _) in OWN_ID.items()}}
    ids = {name: _ids(root / dictionary[name].file, column, update_id) for name, column in keys.items()}
    tools = {str(tool): tuple(items[ITEM]) for tool, items in read["appraisal_tools"].groupby("tool", sort=False)}
    ids["appraisal_tools"] = {item for items in tools.values() for item in items}
    codes = {str(name): set(group["code"].dropna()) for name, group in read["vocabularies"].groupby("list")}
    return Known(codes, _sources(studies), ids, tools, _citations(studies)), faults


def _ids(path: Path, column: str, update_id: str) -> set[str]:
    """Ids of a table, those of one update left out; whether the table keeps the rules is checked elsewhere."""
    if not path.is_file():
        return set()
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {row[column] for row in rows if row.get(column) and row.get("added_in") != update_id}
