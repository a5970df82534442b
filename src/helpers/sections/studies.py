"""Studies in words and tables: names, citations, what is known of each, who gave what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from helpers import markup, wording
from helpers.evidence import Evidence


def study_name(review: Evidence, study_id: str) -> str:
    """A study as readers name it: ``Surname 2010``, or its reference number when it is not identified; not yet Markdown.

    Studies of one surname and year are told apart by a letter, in the order in which the review included them.
    """
    study = review.select("studies", study_id=study_id).iloc[0]
    if pd.isna(study["first_author"]):
        return f"reference {study['ref_no']}"
    name = _surname_and_year(study)
    every = review.columns("studies", ("study_id", "first_author", "year"))
    same_year = every[(every["year"] == study["year"]).fillna(False) & every["first_author"].notna()]
    alike = [row["study_id"] for _, row in same_year.iterrows() if _surname_and_year(row) == name]
    return name if len(alike) < 2 else name + "abcdefghijklmnopqrstuvwxyz"[alike.index(study_id) % 26]


def _surname_and_year(study: pd.Series) -> str:
    surname = re.sub(r" [A-Z]{1,3}$", "", study["first_author"])  # without initials
    return f"{surname} {'' if pd.isna(study['year']) else study['year']}".strip()


def cited(review: Evidence, study_ids: Iterable[str]) -> str:
    """Markdown citations of identified studies, and plain reference numbers of the others."""
    shown = []
    for study_id in dict.fromkeys(study_ids):
        key = review.select("studies", study_id=study_id).iloc[0]["citation_key"]
        shown.append(markup.literal(study_name(review, study_id)) + markup.cited(key))
    return "; ".join(shown)


def study_table(review: Evidence, studies: pd.DataFrame, *, base: str = "../") -> wording.Text:
    """Studies with what the source says of each; empty cells are not stated.

    Parameters
    ----------
    review : Evidence
        Labels.
    studies : DataFrame
        Rows of `studies`.
    base : str
        Way to the site's root.
    """
    lines = []
    for _, row in studies.sort_values("ref_no").iterrows():
        lines.append(
            {
                "No.": row["ref_no"],
                "Study": f"[{markup.literal(study_name(review, row['study_id']))}]({base}studies.qmd#study-{row['study_id']})",
                "Country": markup.literal(row["country"]),
                "Design": "" if pd.isna(row["design"]) else markup.literal(review.label("design", row["design"])),
                review.settings.condition_heading: _conditions(review, row),
                "Patients": row["patients"],
                "Validity": ""
                if pd.isna(row["validity"])
                else markup.literal(review.label("validity", row["validity"])),
                "Category": row["evidence_category"],
            }
        )
    return wording.markdown_table(pd.DataFrame(lines), align="rllllrlr")


def _conditions(review: Evidence, row: pd.Series) -> str:
    codes = [] if pd.isna(row["conditions"]) else row["conditions"].split(";")
    return ", ".join(markup.literal(review.label("condition", c.strip(), short=True)) for c in codes)


def series_table(review: Evidence, studies: pd.DataFrame, *, columns: Sequence[str], base: str = "../") -> wording.Text:
    """Series that the source names, with what is known of each; the name leads to the study.

    Parameters
    ----------
    review : Evidence
        Labels and citations.
    studies : DataFrame
        Rows of `studies`.
    columns : sequence of str
        Some of ``Study``, ``Country``, ``Design``, the review's heading above conditions, ``Patients``, ``Known of it``
        and ``Source``.
    base : str
        Way to the site's root.
    """
    above = review.settings.condition_heading
    lines = [
        {
            "Study": _led(review, row, base),
            "Country": markup.literal(row["country"]),
            "Design": "" if pd.isna(row["design"]) else markup.literal(review.label("design", row["design"])),
            above: _conditions(review, row),
            "Patients": row["patients"],
            "Known of it": markup.literal(row["note"]),
            "Source": markup.literal(row["locator"]),
        }
        for _, row in studies.iterrows()
    ]
    known = ("Study", "Country", "Design", above, "Patients", "Known of it", "Source")
    frame = pd.DataFrame(lines, columns=list(known))[list(columns)]
    return wording.markdown_table(frame, align="".join("r" if c == "Patients" else "l" for c in columns))


def _led(review: Evidence, row: pd.Series, base: str) -> str:
    name = markup.literal(study_name(review, row["study_id"]))
    return f"[{name}]({base}studies.qmd#study-{row['study_id']}){markup.cited(row['citation_key'])}"


def treatments_by_study(review: Evidence, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Patients given each treatment in each study, for the heat map.

    Parameters
    ----------
    review : Evidence
        Labels.
    rows : DataFrame
        Study rows of `counts`; those that count the patients treated and the patients of the study are used.

    Returns
    -------
    matrix : DataFrame
        One row a study, one column a treatment (further doses apart), in the order of the code list, which keeps families
        together; a missing cell means not mentioned. Where a treatment stands twice for a study, the larger count: the smaller one is part of it.
        ``attrs["rows"]`` holds the id of the row behind each cell, by study and column.
    totals : Series
        Patients of each study, same index.

    Known slips of the sources are in ``attrs["slips"]`` of each, by study and column, and by study; the page that explains
    them is in ``attrs["audit_page"]`` of the matrix.
    """
    role = rows["measure"].map(lambda measure: review.codes.role("measure", measure))
    given, patients = rows[role == "use"], rows[role == "population"]
    further = given["regimen"].map({"second_dose": ", second dose", "third_dose": ", third dose"}).fillna("")
    column = [review.label("treatment", t, short=True) + d for t, d in zip(given["treatment"], further, strict=True)]
    named = given.assign(column=column, study=[study_name(review, s) for s in given["study_id"]])
    largest = named.dropna(subset=["events"]).sort_values("events", kind="stable", ascending=False)
    largest = largest.drop_duplicates(["study", "column"])
    totals = pd.Series(patients["events"].to_numpy(), index=[study_name(review, s) for s in patients["study_id"]])
    rank = {code: place for place, code in enumerate(review.order("treatment"))}
    order = named.assign(_rank=named["treatment"].map(rank)).sort_values(["_rank", "column"], kind="stable")["column"]
    cells = largest.set_index(["study", "column"])
    matrix = cells["events"].unstack().reindex(totals.index)[list(dict.fromkeys(order))]
    matrix.attrs["rows"] = dict(cells["row_id"])
    matrix.attrs["audit_page"] = review.audit_page
    matrix.attrs["slips"] = _slips(review, largest, ["study", "column"])
    totals.attrs["slips"] = _slips(review, patients.assign(study=totals.index), ["study"])
    return matrix, totals


def _slips(review: Evidence, rows: pd.DataFrame, place: list[str]) -> dict[object, str]:
    """Ids of known slips of the rows, by place."""
    marked = wording.with_slips(review, rows).reindex(columns=[*place, "known_slip"]).dropna(subset=["known_slip"])
    return dict(marked.set_index(place)["known_slip"])


def sources(review: Evidence, rows: pd.DataFrame) -> wording.Text:
    """Where the rows of a section come from: publications, what of them was read, and the studies behind the rows.

    Studies behind review totals are those whose reference numbers the source gives with the value.
    """
    by_number = review.columns("studies", ("ref_no", "study_id")).set_index("ref_no")["study_id"]
    lines = []
    for source_id, group in rows.groupby("source_id", sort=False):
        source = review.select("sources", source_id=source_id).iloc[0]
        numbers_cited = [int(n) for refs in group["refs"].dropna() for n in refs.split(";") if n.strip()]
        behind = [by_number[n] for n in numbers_cited if n in by_number.index]
        studies = sorted(
            dict.fromkeys([*group["study_id"].dropna(), *behind]), key=lambda s: _reference_number(review, s)
        )
        about = (
            f" Studies it describes here: {cited(review, studies)}." if studies and source["kind"] == "review" else ""
        )
        told = markup.literal(source["title"]) + markup.cited(source["citation_key"])
        lines.append(f"- {told}. Read: {markup.literal(source['read_as'])}.{about}")
    return wording.Text("\n".join(lines))


def _reference_number(review: Evidence, study_id: str) -> int:
    number = review.select("studies", study_id=study_id).iloc[0]["ref_no"]
    return 10_000 if pd.isna(number) else int(number)
