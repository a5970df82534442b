"""Dated checks for retractions and corrections: what was found, and what nobody has asked about yet."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import records
from helpers.faults import Fault, ReviewError
from helpers.project import only_writer, write_together
from helpers.signals.rules import CHECKS, LONGEST, MARKUP, REFERENCES, is_date

NOTICES = {  # findings that readers must see, from the gravest; a reinstatement takes a retraction back
    "retraction": "retracted",
    "expression_of_concern": "under an expression of concern",
    "correction": "corrected",
}
# Columns of the file that Crossref publishes for Retraction Watch, and what its natures are called here.
NEEDED = (
    *("OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature"),
    *("RetractionDOI", "RetractionPubMedID", "RetractionDate", "Reason"),
)
NATURES = {
    "retraction": "retraction",
    "correction": "correction",
    "expression of concern": "expression_of_concern",
    "reinstatement": "reinstatement",
}
NOTICE = re.compile(r"10\.[0-9]{4,9}/[^\s<>\"'`{}|\\]+|[1-9][0-9]{0,8}")  # a DOI or a PMID
FILE = "Retraction Watch file"
NONE = "none"


@dataclass(frozen=True)
class Subject:
    """A study or a signal with the identifiers by which notices name it; without any it cannot be looked up."""

    name: str
    is_study: bool
    doi: str = ""
    pmid: str = ""

    @property
    def cells(self) -> dict[str, str]:
        """The columns that say whom a check is of."""
        return {"study_id": self.name if self.is_study else "", "signal_id": "" if self.is_study else self.name}


def subjects(root: Path, tables: Mapping[str, pd.DataFrame]) -> list[Subject]:
    """Every study and every signal that may be checked, with its identifiers."""
    entries = {next(iter(r.other.get("entry key", ())), ""): r for r in records.read_export(root / REFERENCES).records}
    found = []
    for _, study in tables["studies"].iterrows():
        entry = None if pd.isna(study["citation_key"]) else entries.get(str(study["citation_key"]))
        found.append(Subject(str(study["study_id"]), True, *((entry.doi, entry.pmid) if entry else ())))
    for _, signal in tables["signals"].iterrows():
        doi, pmid = ("" if pd.isna(signal[kind]) else str(signal[kind]) for kind in ("doi", "pmid"))
        found.append(Subject(str(signal["signal_id"]), False, doi, pmid))
    return found


def notices(tables: Mapping[str, pd.DataFrame], column: str = "study_id") -> dict[str, dict[str, str]]:
    """The gravest notice in force for each study or signal that has one: ``finding``, ``notice``, ``notice_date``, ``checked_on``."""
    found: dict[str, dict[str, str]] = {}
    for name, checks in tables["status_checks"].dropna(subset=[column]).groupby(column):
        rows = checks.sort_values("checked_on").astype(object).where(checks.notna(), "")
        codes = set(rows["finding"])
        if "reinstatement" in codes:
            codes.discard("retraction")
        code = next((c for c in NOTICES if c in codes), None)
        if code is not None:
            last = rows[rows["finding"] == code].iloc[-1]
            found[str(name)] = {k: str(last[k]) for k in ("finding", "notice", "notice_date", "checked_on", "note")}
    return found


def where_checked(root: Path, tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[int, int, int, str, str]]:
    """How far the checks reach, for ``studies`` and ``signals``.

    Returns
    -------
    dict of str to (checked, can be checked, all, first day, last day)
        Days are those of the last check of each, the earliest and the latest of them; empty where nothing was checked.
    """
    found = {}
    for group, column in (("studies", "study_id"), ("signals", "signal_id")):
        every = [s for s in subjects(root, tables) if s.is_study == (group == "studies")]
        last = tables["status_checks"].dropna(subset=[column]).groupby(column)["checked_on"].max()
        days = [str(last[s.name]) for s in every if s.name in last.index]
        can = sum(bool(s.doi or s.pmid) for s in every)
        found[group] = (len(days), can, len(every), min(days, default=""), max(days, default=""))
    return found


def from_file(root: Path, tables: Mapping[str, pd.DataFrame], path: Path, *, today: str) -> list[dict[str, str]]:
    """Check every study and signal against the retraction data that Crossref publishes, and keep what was found.

    Parameters
    ----------
    root : Path
        Folder of the review.
    tables : mapping of str to DataFrame
        Every table of the review.
    path : Path
        The CSV file, as downloaded.
    today : str
        Day of the check.

    Returns
    -------
    list of dict
        Rows added to ``data/status_checks.csv``: a notice each, or that there is none. The same file on the same day adds
        nothing twice.

    Raises
    ------
    ReviewError
        The file cannot be read, or is another one.
    """
    raw = _read(path)
    by_identifier: dict[tuple[str, str], list[dict[str, str]]] = {}
    for entry in _entries(raw, path):
        for kind, name in (("doi", "OriginalPaperDOI"), ("pmid", "OriginalPaperPubMedID")):
            if (value := entry[name].strip().lower()) not in ("", "0", "unavailable"):
                by_identifier.setdefault((kind, value), []).append(entry)
    source = f"{FILE} {hashlib.sha256(raw).hexdigest()[:12]}"
    known = set(tables["status_checks"]["check_id"])
    new = []
    for subject in subjects(root, tables):
        if not subject.doi and not subject.pmid:
            continue
        keys = (("doi", subject.doi.lower()), ("pmid", subject.pmid))
        met = {id(e): e for key in keys if key[1] for e in by_identifier.get(key, ())}
        for number, cells in enumerate([_cells(e) for e in met.values()] or [{"finding": NONE}], 1):
            check_id = f"{today}-{hashlib.sha256(raw).hexdigest()[:6]}-{subject.name.removeprefix('s-')}-{number}"
            row = {"check_id": re.sub(r"[^a-z0-9-]", "-", check_id.lower()), "checked_on": today, "source": source}
            if row["check_id"] not in known:
                new.append(row | subject.cells | cells)
    with only_writer(root):
        text = (root / CHECKS).read_text(encoding="utf-8")
        write_together(root, {CHECKS: appended(text, new)})
    return new


def appended(text: str, rows: list[dict[str, str]]) -> str:
    """A table's text with rows at its end; what was there stays byte for byte."""
    header = next(csv.reader(io.StringIO(text)))
    stream = io.StringIO()
    csv.DictWriter(stream, header, restval="", lineterminator="\n").writerows(rows)
    return text + ("" if text.endswith("\n") else "\n") + stream.getvalue()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fix = "Name the file as it was downloaded from Crossref."
        fault = Fault(str(path), None, None, None, "retraction-file", f"cannot be read: {error.strerror}", fix)
        raise ReviewError([fault], "Nothing was checked") from error


def _entries(raw: bytes, path: Path) -> list[dict[str, str]]:
    """Rows of the file; it is not always UTF-8, and identifiers are ASCII, so that other letters may be lost."""
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig", errors="replace"), newline=""))
    lacking = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if lacking:
        message = f"this is not Crossref's file of Retraction Watch: it has no column {', '.join(lacking)}"
        fix = "Download the CSV anew (gitlab.com/crossref/retraction-watch-data), and give it as it is."
        fault = Fault(str(path), 1, lacking[0], None, "retraction-file", message, fix)
        raise ReviewError([fault], "Nothing was checked")
    return [{name: row.get(name) or "" for name in NEEDED} for row in reader]


def _cells(entry: Mapping[str, str]) -> dict[str, str]:
    nature = NATURES.get(entry["RetractionNature"].strip().lower(), "expression_of_concern")
    named = (entry["RetractionDOI"].strip(), entry["RetractionPubMedID"].strip())
    notice = next((v for v in named if NOTICE.fullmatch(v)), "")
    day = re.match(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", entry["RetractionDate"])  # month first
    date = f"{day[3]}-{int(day[1]):02d}-{int(day[2]):02d}" if day else ""
    told = "; ".join(part.strip("+ ") for part in entry["Reason"].split(";") if part.strip("+ "))
    return {
        "finding": nature,
        "notice": notice or "not named in the file",
        "notice_date": date if is_date(date) else "",
        "note": records.safe_cell(MARKUP.sub(" ", told)[:LONGEST]),
    }
