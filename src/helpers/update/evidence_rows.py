"""What a merge adds to the tables of the evidence: rows of the extraction, sources, references, searches, flow."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers import extraction, screening, tables
from helpers.faults import ReviewError
from helpers.settings import load_settings
from helpers.update import searches
from helpers.update.calendar import Calendar, one_year_after
from helpers.update.known import REFERENCES
from helpers.update.search_report import with_reason
from helpers.update.state import Update
from helpers.update.studies import with_records

OWN_KIND = "own"
LONGEST = 1000  # characters of a title in the bibliography
NO_MARKUP = str.maketrans(
    {"<": "‹", ">": "›", "|": "/", "`": "'", "[": "(", "]": ")", "{": "(", "}": ")", "*": "", "\\": "/", "_": " "}
)
LATEX = str.maketrans({c: f"\\{c}" for c in "&%$#"} | {"~": " ", "^": " "})


def appended(text: str, rows: Sequence[Mapping[str, object]]) -> str:
    """A table's text with rows at its end, in the order of its own header; what was there stays byte for byte.

    Raises
    ------
    KeyError
        A row has a cell for which the table has no column.
    """
    header = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in rows:
        if unknown := set(row) - set(header):
            raise KeyError(f"no column {', '.join(sorted(unknown))}")
        writer.writerow(["" if pd.isna(row.get(c, "")) else row.get(c, "") for c in header])  # type: ignore[call-overload]
    return text + ("" if text.endswith("\n") or not rows else "\n") + stream.getvalue()


def extracted_rows(root: Path, found: Mapping[str, pd.DataFrame]) -> dict[str, list[dict[str, str]]]:
    """Rows of the extraction as text, by table file."""
    texts = extraction.csv_files(root, found)
    return {f"data/{name}": list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}


def source_rows(update: Update, studies: pd.DataFrame, version: str, today: str) -> list[dict[str, str]]:
    """Sources: each included report, and the review's own records and decisions."""
    rows = []
    for row in with_records(update, studies).to_dict("records"):
        address = f"https://doi.org/{row['doi']}" if row["doi"] else ""
        if not address and row["pmid"]:
            address = f"https://pubmed.ncbi.nlm.nih.gov/{row['pmid']}/"
        said = {"source_id": row["source_id"], "kind": row["kind"], "citation_key": row["citation_key"]}
        read = "Congress abstract" if row["kind"] == "congress_abstract" else "Full text"
        rows.append(said | {"title": _short(str(row["title"])), "read_as": read, "address": address})
    key = load_settings(update.root).citation_key(version)
    own = {"source_id": searches.own_source(update.update_id), "kind": OWN_KIND, "citation_key": key}
    what = "Records of the searches, links between them, and the reviewers' decisions"
    return [*rows, own | {"title": f"This review, version {version}", "read_as": what, "address": ""}]


def _short(title: str) -> str:
    """A title as a name on the site: no markup of any kind is left in it."""
    plain = " ".join(re.sub(r"<[^<>]{0,50}>", " ", title).translate(NO_MARKUP).split()).lstrip("=+-@ ")
    return plain if len(plain) <= 160 else f"{plain[:159]}…"


def references(update: Update, studies: pd.DataFrame, version: str, today: str) -> str:
    """Entries of the bibliography for the included reports, and for this version of the review."""
    entries = []
    for row in with_records(update, studies).to_dict("records"):
        plain = {str(name): _tex(str(cell)) for name, cell in row.items()}
        fields = {
            "author": " and ".join(map(_name, plain["authors"].split("; "))) if plain["authors"] else "{Anonymous}",
            "title": f"{{{plain['title'].rstrip('.')}}}",
            **{name: plain[name] for name in ("journal", "year", "volume")},
            "number": plain["issue"],
            "pages": plain["pages"].replace("-", "--"),
            "doi": re.sub(r"[{}\\\s]", "", str(row["doi"])),
            "pmid": plain["pmid"],
        }
        entries.append(_entry("article", plain["citation_key"].replace("\\_", "_"), fields))
    own = load_settings(update.root)
    fields = {
        "author": " and ".join(f"{{{author}}}" for author in own.authors),
        "title": f"{{{own.title}}}",
        "year": today[:4],
        "note": f"Version {version}, evidence searched through {update.update_id}",
    }
    return "".join([*entries, _entry("misc", own.citation_key(version), fields)])


def _tex(text: str) -> str:
    """A cell as BibTeX: one line, no markup, nothing that LaTeX would act on, and not endless."""
    line = " ".join(re.sub(r"<[^<>]{0,50}>", " ", text[:LONGEST]).translate(NO_MARKUP).split())
    return line.translate(LATEX)


def _name(author: str) -> str:
    """An author: initials at the end are given names."""
    surname, _, given = author.rpartition(" ")
    return f"{{{surname}}}, {given}" if surname and re.fullmatch(r"(?:[^\W\d_]\.?-?){1,4}", given) else f"{{{author}}}"


def _entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "\n@" + kind + "{" + key + ",\n" + ",\n".join(lines) + "\n}\n"


def search_rows(update: Update, why: str = "") -> list[dict[str, str]]:
    """Searches, with the file of the search string where it is kept, or with the reason `why` it is not."""
    return [{str(k): str(v) for k, v in row.items()} for row in with_reason(update, why).to_dict("records")]


def flow_of(update: Update, calendar: Calendar, studies: pd.DataFrame) -> screening.Flow:
    """The boxes of the PRISMA flow of an update under way; `studies` are those it includes.

    Raises
    ------
    ReviewError
        Something is open, or the boxes do not add up.
    """
    found, faults = tables.read_tables(update.root, ["flow", "studies"])
    if faults := [f for f in faults if f.file in ("data/flow.csv", "data/studies.csv")]:
        raise ReviewError(faults, "The flow cannot be computed")
    study_of = dict(zip(studies["report_id"], studies["study_id"], strict=True))
    return counted_flow(update, found, last=calendar.last, study_of=study_of)


def counted_flow(
    update: Update, evidence: Mapping[str, pd.DataFrame], *, last: str, study_of: Mapping[str, str]
) -> screening.Flow:
    """The boxes of the PRISMA flow, computed from records and decisions; of a merged update, once more.

    Parameters
    ----------
    update : Update
    evidence : mapping of str to DataFrame
        ``flow`` and ``studies``.
    last : str
        The update before this one; empty when there is none.
    study_of : mapping of str to str
        Study of each report that is included.

    Raises
    ------
    ReviewError
        Records, decisions and studies do not fit each other, or something is open.
    """
    flow, studies = evidence["flow"], evidence["studies"]
    before = flow[(flow["update_id"] == last) & flow["reason"].isna()]
    boxes = dict(zip(before["box"], before["count"], strict=True))
    return screening.flow(
        update.update_id,
        update.exports,
        update.records,
        update.report_of,
        _in_place(update),
        reasons=update.reasons,
        previous={
            "studies": boxes.get("total_studies", boxes.get("included_studies")),
            "reports": boxes.get("total_reports"),
            "study_ids": set(studies.loc[studies["added_in"] < update.update_id, "study_id"]),
            "update_id": last,
        },
        source_id=searches.own_source(update.update_id),
        already_decided=update.already_decided,
        notices=update.corrections,
        included_studies=study_of,
    )


def _in_place(update: Update) -> pd.DataFrame:
    """Decisions that have a place in the flow: on full text only for what title and abstract have kept."""
    rows = update.decisions
    kept = set(update.phase("title_abstract").of("include"))
    return rows[(rows["phase"] == "title_abstract") | rows["report_id"].isin(kept)]


def update_row(update: Update, calendar: Calendar, *, today: str, summary: str) -> dict[str, str]:
    """The row of the update itself."""
    return {
        "update_id": update.update_id,
        "version": calendar.version_of(update.update_id),
        "searched_through": update.update_id,
        "integrated_on": today,
        "next_due": one_year_after(update.update_id),
        "status": "integrated",
        "supersedes": calendar.last,
        "summary": summary,
    }


def with_references(root: Path, entries: str) -> str:
    """The bibliography with entries at its end."""
    text = (root / REFERENCES).read_text(encoding="utf-8")
    return text + ("" if text.endswith("\n") else "\n") + entries
