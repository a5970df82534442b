"""The people of a rehearsal: an operator, two reviewers, two extractors and a third person, who all know the answers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.records import unsafe_cell, write_csv
from helpers.screening import sources
from helpers.update.state import Update, read_update

SAMPLE = Path(__file__).parent / "sample"
PUBMED, EMBASE = "pubmed.nbib", "embase.ris"
CONTESTED = {"4": "include", "35": "include", "38": "include"}  # what the second reviewer decides otherwise
INCLUDED = {"1", "4", "24", "25", "33"}  # what both include on full text, by number of the publication
Row = dict[str, str]


def table(name: str) -> list[Row]:
    """Rows of a file of the sample."""
    with (SAMPLE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class People:
    """Those who decide, on an update that is under way.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        The update.
    """

    def __init__(self, root: Path, update_id: str) -> None:
        self.root, self.update_id = root, update_id
        state = self.state()
        files = dict(zip(state.exports["file"], state.exports["export_id"], strict=True))
        rows = state.records.to_dict("records")
        self.of_pubmed = {r["pmid"]: r["record_id"] for r in rows if r["export_id"] == files[PUBMED]}
        self.of_embase = {r["position"]: r["record_id"] for r in rows if r["export_id"] == files[EMBASE]}
        self.expected: dict[str, Row] = {}
        for row in table("expected.csv"):
            for record in (self.of_pubmed.get(row["pmid"]), self.of_embase.get(row["embase_position"])):
                if record:
                    self.expected[record] = row

    def state(self) -> Update:
        """The update as it stands."""
        return read_update(self.root, self.update_id)

    def truth(self) -> dict[frozenset[str], str]:
        """Relations of pairs that are both in the exports."""
        found = {}
        for row in table("truth.csv"):
            ends = [self._record(row[f"file_{side}"], row[f"key_{side}"]) for side in "ab"]
            if all(ends):
                found[frozenset(str(end) for end in ends)] = row["relation"]
        return found

    def _record(self, file: str, key: str) -> str | None:
        number = key.split()[-1]
        return {PUBMED: self.of_pubmed, EMBASE: self.of_embase}.get(file, {}).get(number)

    def expects(self, report: str) -> Row:
        """What is expected of a report, whichever of its records it is named by."""
        groups = self.state().report_of
        return next(self.expected[str(r)] for r, name in groups.items() if name == report and str(r) in self.expected)


def filled(sheet: Path, target: Path, fill: Callable[[Row], Mapping[str, str]]) -> Path:
    """A list filled in: each row with the cells that somebody writes into it."""
    rows = [
        {name: unsafe_cell(cell) for name, cell in row.items()}
        for _, row in sources.read_sheet(sources.read_text(sheet), sheet).rows
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(write_csv(pd.DataFrame([row | dict(fill(row)) for row in rows])), encoding="utf-8")
    return target


def fill_form(form: Path, name: str, change: Callable[[str, Row], list[Row]] = lambda table, row: [row]) -> None:
    """An extraction form filled in from the sample, with what this extractor writes otherwise."""
    about = form / "about.csv"
    about.write_text(about.read_text(encoding="utf-8-sig").replace("your name,", f"your name,{name}"), encoding="utf-8")
    given: dict[str, list[Row]] = {t: table(f"extraction/{t}.csv") for t in ("studies", "cohorts", "counts")}
    for file, new in given.items():
        path = form / f"{file}.csv"
        header, *begun = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        names = [title.removesuffix(" *") for title in header]
        before = {row[0]: dict(zip(names, row, strict=True)) for row in begun}
        rows = [
            r for row in new for r in change(file, before.get(row["study_id"], {}) | row if file == "studies" else row)
        ]
        _write(path, header, [[row.get(name, "") for name in names] for row in rows])
    judge(form / "appraisals.csv")


def judge(path: Path) -> None:
    """Every item of the appraisal as not told: the publications themselves were not read for the rehearsal."""
    header, *rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    names = [title.removesuffix(" *") for title in header]
    said: dict[str, Any] = {"answer": "unclear", "note": "Not read for the rehearsal.", "locator": "Not read"}
    _write(path, header, [[said.get(name, cell) for name, cell in zip(names, row, strict=True)] for row in rows])


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def mended(name: str, row: Row) -> list[Row]:
    """The rows on the pooled emapalumab trials put right: shared patients told, other definitions not added up."""
    if row["study_id"] != "grom2024":
        return [row]
    if name == "cohorts":
        return [row | {"overlaps_with": "debenedetti2023-sjia", "overlap_patients": "14"}]
    if name != "counts" or not row["adds_up_to"]:
        return [row]
    alone = row | {"adds_up_to": ""}
    if row["measure"] != "patients":
        return [alone]
    new = {"detail": "not in the earlier trial", "events": "25", "how_obtained": "derived"}
    note = "39 less the 14 of NI-0501-06, who are in the total already."
    return [alone, row | new | {"note": note}]
