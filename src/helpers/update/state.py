"""Where an update stands, worked out from its files alone: what is there, what is decided, what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers import links, screening, tables
from helpers.faults import Fault, ReviewError
from helpers.update import layout
from helpers.update.known import PREFIX, known_records

TITLE_ABSTRACT, FULL_TEXT = "title_abstract", "full_text"
PHASES = (TITLE_ABSTRACT, FULL_TEXT)


@dataclass(frozen=True)
class Phase:
    """How far a phase of screening is.

    Attributes
    ----------
    name : str
        ``title_abstract`` or ``full_text``.
    reports : tuple of str
        Reports that it asks for.
    outcomes : mapping of str to str
        What each of them has come to: ``include``, ``exclude``, ``conflict`` or ``incomplete``.
    """

    name: str
    reports: tuple[str, ...]
    outcomes: dict[str, str]

    def of(self, outcome: str) -> list[str]:
        """Reports with an outcome, in order."""
        return [report for report in self.reports if self.outcomes[report] == outcome]

    @property
    def is_settled(self) -> bool:
        """Whether every report is in or out."""
        return not self.of("conflict") and not self.of("incomplete")


@dataclass(frozen=True)
class Update:
    """An update as its files tell.

    Attributes
    ----------
    root : Path
        Folder of the review.
    update_id : str
        Last day that its search covers.
    exports, records, ledger, written_decisions : DataFrame
        Its tables, all text; see `layout.COLUMNS`.
    earlier : DataFrame
        Records that were decided before: the publications that the review knows (``known:<key>``), and the records of
        earlier updates.
    earlier_ledger : DataFrame
        What is known about relations among the records of earlier updates.
    notes : DataFrame
        What is to be known of its exports.
    meant : mapping of str to str
        What reasons of a tool mean, as the operator says; see `screening.Reasons`.
    """

    root: Path
    update_id: str
    exports: pd.DataFrame
    records: pd.DataFrame
    ledger: pd.DataFrame
    written_decisions: pd.DataFrame
    earlier: pd.DataFrame
    earlier_ledger: pd.DataFrame
    notes: pd.DataFrame
    meant: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def current(self) -> pd.DataFrame:
        """The row of each pair of records that counts."""
        return links.current(self.ledger)

    @cached_property
    def open_links(self) -> pd.DataFrame:
        """Pairs that a person has to decide; copies of a report ask the same question only once."""
        asked = links.questions(self.whole_ledger)
        return asked[asked["link_id"].isin(self.ledger["link_id"])]

    @cached_property
    def whole_ledger(self) -> pd.DataFrame:
        """What is known about relations, those among the records of earlier updates first."""
        return pd.concat([self.earlier_ledger, self.ledger], ignore_index=True)

    @cached_property
    def report_of(self) -> pd.Series:
        """Report of each record of this update; a report that was decided before has an id of before."""
        return self.every_report.loc[list(self.records["record_id"])]

    @cached_property
    def every_report(self) -> pd.Series:
        """Report of each record, of earlier ones too; the earliest record names the report."""
        ids = [*self.earlier["record_id"], *self.records["record_id"]]
        return links.reports(ids, self.whole_ledger)

    @cached_property
    def already_decided(self) -> set[str]:
        """Reports of this update that the review knew, or that an earlier update decided."""
        return set(self.report_of) - set(self.records["record_id"])

    @cached_property
    def known_studies(self) -> dict[str, str]:
        """Study of each report that the review included before this update, by the id that the report has in the ledger."""
        studies = self.studies.astype("object").fillna("")
        studies = studies[studies["added_in"] < self.update_id]
        known = set(studies["study_id"])
        of_key = dict(zip(studies["citation_key"], studies["study_id"], strict=True)) | {name: name for name in known}
        of_record: dict[str, str] = {}
        for update_id in earlier_updates(self.root, self.update_id):
            rows = layout.read(self.root, update_id, layout.INCLUDED)
            of_key |= dict(zip(rows["citation_key"], rows["study_id"], strict=True))
            of_record |= dict(zip(rows["report_id"], rows["study_id"], strict=True))
        every = of_record | {f"{PREFIX}{key}": study for key, study in of_key.items() if key}
        return {str(self.every_report.get(name, name)): study for name, study in every.items() if study in known}

    @cached_property
    def corrected_by(self) -> tuple[tuple[str, str], ...]:
        """Reports that correct, retract or doubt another one, as a decided link says, each with that other one."""
        current = links.current(self.whole_ledger)
        rows = current[(current["relation"] == "correction_of") & (current["status"] == links.DECIDED)]
        pairs = zip(rows["a"], rows["b"], strict=True)
        return tuple((str(self.every_report.get(a, a)), str(self.every_report.get(b, b))) for a, b in pairs)

    @cached_property
    def corrections(self) -> dict[str, str]:
        """Reports of this update that correct a study which the review included before, and the study; they are not screened."""
        own = set(self.report_of) - self.already_decided
        return {
            notice: self.known_studies[paper]
            for notice, paper in self.corrected_by
            if notice in own and paper in self.known_studies
        }

    @cached_property
    def _regrouped(self) -> pd.DataFrame:
        """Decisions of the reviewers, each under the report that its record belongs to now."""
        return screening.regroup(self.written_decisions, self.report_of)

    @cached_property
    def _counts(self) -> pd.Series:
        """Which decisions count.

        Not those on reports that were decided before, as a link says by now; and not those that contradict each other
        because two reports turned out to be one: these are asked for again.
        """
        rows = self._regrouped
        doubtful: set[tuple[str, str]] = set()
        try:
            screening.combine(rows)
        except ReviewError as error:
            reports = {fault.column for fault in error.faults}
            pairs = rows.loc[rows["report_id"].isin(reports), ["phase", "report_id"]]
            doubtful = {(str(p), str(r)) for p, r in pairs.itertuples(index=False) if _contradict(rows, p, r)}
        known = set(self.to_screen)
        return pd.Series(
            [r in known and (p, r) not in doubtful for p, r in zip(rows["phase"], rows["report_id"], strict=True)],
            index=rows.index,
            dtype=bool,
        )

    @property
    def decisions(self) -> pd.DataFrame:
        """Decisions that count."""
        return self._regrouped[self._counts]

    @property
    def set_aside(self) -> pd.DataFrame:
        """Decisions that do not count as things stand; they are kept, should a link be undone."""
        return self._regrouped[~self._counts]

    @cached_property
    def combined(self) -> pd.DataFrame:
        """What the reviewers' decisions come to, one row a report and phase."""
        return screening.combine(self.decisions, reasons=self.reasons)

    @cached_property
    def reasons(self) -> screening.Reasons:
        """Reasons for which a report may be excluded."""
        try:
            listed = screening.Reasons.from_table(self._table("vocabularies").astype("object").fillna(""))
            return replace(listed, meant=self.meant)
        except ValueError as error:
            fix = "Bring back the last good one: git checkout data/vocabularies.csv"
            one = Fault("data/vocabularies.csv", None, "list", None, "reasons", str(error), fix)
            raise ReviewError([one], "The reasons for exclusion cannot be read") from None

    @cached_property
    def studies(self) -> pd.DataFrame:
        """The studies of the review as they stand."""
        return self._table("studies")

    def _table(self, name: str) -> pd.DataFrame:
        read, faults = tables.read_tables(self.root, [name])
        if faults and read[name].empty:
            raise ReviewError(faults, f"data/{name}.csv cannot be read")
        return read[name]

    @cached_property
    def to_screen(self) -> tuple[str, ...]:
        """Reports that have to be screened, in order of import."""
        aside = self.already_decided | set(self.corrections)
        return tuple(r for r in dict.fromkeys(self.report_of) if r not in aside)

    def phase(self, name: str) -> Phase:
        """How far a phase is."""
        rows = self.combined[self.combined["phase"] == name]
        said = dict(zip(rows["report_id"], rows["outcome"], strict=True))
        asked = self.to_screen if name == TITLE_ABSTRACT else tuple(self.phase(TITLE_ABSTRACT).of("include"))
        return Phase(name, asked, {report: said.get(report, "incomplete") for report in asked})

    @property
    def phase_now(self) -> str:
        """The phase that comes next: full text once every title and abstract is settled."""
        return FULL_TEXT if self.phase(TITLE_ABSTRACT).is_settled else TITLE_ABSTRACT

    @property
    def included(self) -> list[str]:
        """Reports that full text has let in, once screening is over."""
        return self.phase(FULL_TEXT).of("include")

    @property
    def kept(self) -> int:
        """Different reports among the records."""
        return int(self.report_of.nunique())

    @property
    def merged(self) -> int:
        """Records that are another copy of a kept one."""
        return len(self.records) - self.kept

    @cached_property
    def labels(self) -> dict[str, str]:
        """Records as people know them: where each stands, and its PMID."""
        files = dict(zip(self.exports["export_id"], self.exports["file"], strict=True))
        found = {}
        for row in [*self.earlier.to_dict("records"), *self.records.to_dict("records")]:
            name = f"{files[row['export_id']]} no. {row['position']}" if row["export_id"] in files else row["record_id"]
            found[str(row["record_id"])] = f"{name} (PMID {row['pmid']})" if row["pmid"] else str(name)
        return found


def _contradict(rows: pd.DataFrame, phase: str, report: str) -> bool:
    try:
        screening.combine(rows[(rows["phase"] == phase) & (rows["report_id"] == report)])
    except ReviewError:
        return True
    return False


def earlier_updates(root: Path, update_id: str) -> list[str]:
    """Updates before this one that have records of their own, oldest first."""
    return [name for name in layout.updates_on_disk(root) if name < update_id]


def read_update(root: Path, update_id: str) -> Update:
    """The update as its files tell.

    Raises
    ------
    ReviewError
        A file cannot be read.
    """
    before = earlier_updates(root, update_id)
    records = [known_records(root), *(layout.read(root, u, layout.RECORDS) for u in before)]
    ledgers = [layout.read(root, u, layout.LINKS) for u in before] or [links.empty_ledger()]
    return Update(
        root,
        update_id,
        layout.read(root, update_id, layout.EXPORTS),
        layout.read(root, update_id, layout.RECORDS),
        layout.read(root, update_id, layout.LINKS),
        layout.read(root, update_id, layout.SCREENING),
        pd.concat(records, ignore_index=True),
        pd.concat(ledgers, ignore_index=True),
        layout.read(root, update_id, layout.NOTES),
    )
