"""Which report an entry speaks of: by its id, or, where a tool has lost it, by DOI, PMID or title."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from helpers.faults import Fault
from helpers.screening.tools import Entry
from helpers.screening.words import shown

OURS = re.compile(r"\d{4}-\d{2}-\d{2}:[0-9a-f]+:\d+|known:\S+")
OF_THIS_KIND = re.compile(r"\b\d{4}-\d{2}-\d{2}:[0-9a-f]{6,}:\d+")  # an id of ours within a longer text
MIN_TITLE = 20  # letters; a shorter title ("Reply", "Case report") names many reports


@dataclass(frozen=True)
class Known:
    """The reports that decisions may speak of.

    Attributes
    ----------
    ids : mapping of str to str
        Report of each record or report id.
    records : mapping of str to str
        A record of each report: its first in this update.
    by_field : mapping of str to mapping
        Reports by DOI, PMID and title in comparable form.
    """

    ids: Mapping[str, str]
    records: Mapping[str, str]
    by_field: Mapping[str, Mapping[str, set[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Mapping[str, str], records: pd.DataFrame | None = None) -> Known:
        """From a mapping of ids to reports, and the records for the case that a tool has lost the ids."""
        first: dict[str, str] = {}
        for record, report in known.items():
            first.setdefault(report, record)
        by_field: dict[str, dict[str, set[str]]] = {name: {} for name in COMPARABLE}
        for row in [] if records is None else records.fillna("").to_dict("records"):
            of_record = known.get(str(row["record_id"]))
            for name, comparable in COMPARABLE.items():
                if of_record and (value := comparable(str(row.get(name, "")))):
                    by_field[name].setdefault(value, set()).add(of_record)
        return cls({**{report: report for report in first}, **known}, first, by_field)

    def find(self, entry: Entry, file: str) -> tuple[str, str] | Fault:
        """Report and record of an entry, or what stands in the way.

        An id in our form that is not known is never replaced by a guess: the file may belong to another update.
        """
        for candidate in entry.ids:
            if candidate in self.ids:
                report = self.ids[candidate]
                return report, candidate if candidate != report else self.records[report]
        ours = next((candidate for candidate in entry.ids if OURS.fullmatch(candidate)), None)
        if ours or not any(self.by_field.values()):
            return _unknown(entry, file, ours)
        return self._by_field(entry, file)

    def _by_field(self, entry: Entry, file: str) -> tuple[str, str] | Fault:
        values = {name: comparable(getattr(entry, name)) for name, comparable in COMPARABLE.items()}
        found = [self.by_field[name][value] for name, value in values.items() if value in self.by_field[name]]
        shared = set.intersection(*found) if found else set[str]()
        if len(shared) == 1:
            report = shared.pop()
            return report, self.records[report]
        what = shown(entry.title) or entry.doi or entry.pmid or None
        if not found:
            return _unknown(entry, file, None)
        matches = ", ".join(sorted(set.union(*found)))
        message = f"no id, and DOI, PMID and title fit more than one report ({shown(matches, 200)})"
        fix = "Write the right id into the column report_id, or behind `review-id:` in the notes."
        return Fault(file, entry.line, "report_id", what, "ambiguous-record", message, fix)


def _unknown(entry: Entry, file: str, ours: str | None) -> Fault:
    value = ours or next(iter(entry.ids), "") or entry.title or entry.doi or entry.pmid
    message = "no report of this update has this id" if ours or entry.ids else "no id, and no report fits"
    fix = "Take the file that was handed out for this update, and leave its ids as they are."
    return Fault(file, entry.line, "report_id", shown(value) or None, "unknown-record", message, fix)


def comparable_title(title: str) -> str:
    """Letters and digits of a title in one case; an empty text for a title too short to name one report."""
    text = re.sub(r"<[^<>]*>", "", html.unescape(title[:2000]))
    letters = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())
    return letters if len(letters) >= MIN_TITLE else ""


def comparable_doi(doi: str) -> str:
    """A DOI without its resolver, in one case."""
    found = re.search(r"10\.\d{4,9}/\S+", doi)
    return found.group(0).lower().rstrip(".,;") if found else ""


def comparable_pmid(pmid: str) -> str:
    """Digits of a PMID."""
    return pmid.strip() if pmid.strip().isdigit() else ""


COMPARABLE: dict[str, Callable[[str], str]] = {
    "doi": comparable_doi,
    "pmid": comparable_pmid,
    "title": comparable_title,
}
