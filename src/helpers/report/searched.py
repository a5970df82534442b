"""The page of records: each record that a search found once, under the box of the flow in which its way ended."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd

from helpers import markup, numbers, synthesis, wording
from helpers.evidence import Evidence

ACCURACY = "data/results/linking-accuracy.csv"  # made by benchmarks/deduplication.py
MADE_UP = "made_up"  # records that the benchmark makes up; every other set is public and was labelled by others
MOST = 500  # records of a box that are listed, and characters of a title; all are in the files
FIRST_AUTHORS = 3
BASELINE = (
    "The records that the searches of the source review found were not published with it: its numbers stand as printed,"
    " among the [evidence rows](evidence.qmd). From the first update on, every record found is listed here.\n"
)


def records_found(root: Path, review: Evidence) -> str:
    """Every record of each update, newest update first.

    Parameters
    ----------
    root : Path
        Folder of the review; ``data/updates/*/boxes.csv`` says where the way of each record ended.
    review : Evidence
        As of the latest update.
    """
    parts = []
    for update_id in sorted(review.tables["flow"]["update_id"].unique(), reverse=True):
        folder = root / "data" / "updates" / update_id
        if (folder / "boxes.csv").is_file():
            parts.append(_update(review, update_id, folder))
    return "\n".join([*parts, BASELINE])


def linking_accuracy(root: Path) -> str:
    """How well copies are found, on labelled sets: recall with exact intervals, and what people are asked."""
    if not (root / ACCURACY).is_file():
        return "*Linking has not been measured here: `make bench`.*\n"
    rows = pd.read_csv(root / ACCURACY)
    lines = [
        {
            "Set": markup.literal(str(row["set"]).replace("_", " ")),
            "Records": numbers.whole(row["records"]),
            "Copies": numbers.whole(row["copies"]),
            "Merged rightly": _share(row["merged_rightly"], row["copies"]),
            "Merged, shown or related": _share(row["merged_rightly"] + row["shown_or_related"], row["copies"]),
            "Merged wrongly": _share(row["merged_wrongly"], row["merged_rightly"] + row["merged_wrongly"]),
            "Questions": "–" if pd.isna(row["questions"]) else numbers.whole(row["questions"]),
        }
        for _, row in rows.iterrows()
    ]
    table = wording.markdown_table(pd.DataFrame(lines), align="l" + "r" * 6)
    caption = ": Copies found by the rules, with exact 95% intervals. {#tbl-linking}"
    notes = (
        "*Copies* are the records that should go because another of the set is the same report. *Merged, shown or related* adds"
        " those that a person is asked about, or that are linked in another way and stay. *Merged wrongly* is the share of all"
        " merged records. The sets with a name are those of the evaluation of bib-dedupe (MIT licence), labelled by others, not"
        " without slips; those that are made up show growth and no more than the slips that we thought of."
    )
    return f"{table}\n\n{caption}\n\n{notes}{_growth(rows[rows['set'] == MADE_UP])}\n"


def _share(part: float, whole: float) -> str:
    if not whole:
        return "–"
    found = synthesis.proportion_ci(int(part), int(whole), method="clopper-pearson")
    return f"{100 * part / whole:.2f}% ({100 * found.ci_low:.2f} to {100 * found.ci_high:.2f})"


def _growth(made_up: pd.DataFrame) -> str:
    """Time and memory of the largest set beside those of the smallest."""
    if len(made_up) < 2:
        return ""
    said = [
        f"{numbers.whole(row['records'])} records take {row['processor_seconds']:.1f} seconds of processor time and"
        f" {numbers.whole(row['peak_megabytes'])} MB"
        for _, row in made_up.sort_values("records").iloc[[0, -1]].iterrows()
    ]
    return f"\n\nOn the machine that measured, {'; '.join(said)}."


def _update(review: Evidence, update_id: str, folder: Path) -> str:
    flow = review.tables["flow"]
    boxes = flow[(flow["update_id"] == update_id) & (flow["unit"] != "studies") & (flow["arm"] != "previous")]
    records = pd.DataFrame(_rows(folder / "records.csv")).set_index("record_id")
    ended = pd.DataFrame(_rows(folder / "boxes.csv"), columns=["record_id", "box_id"]).groupby("box_id")["record_id"]
    listed = {str(name): list(found) for name, found in ended}
    day, files = numbers.day(update_id), f"data/updates/{update_id}"
    parts = [
        f"## Search through {day} {{#records-{update_id}}}",
        "Each record stands once below, under the box in which its way ended. A box that others are taken from, such as"
        " *records screened*, holds the records of all boxes after it.",
    ]
    sums = boxes[~boxes["box_id"].isin(list(listed))]
    lines = [
        {
            "Box": f"[{_named(review, box)}]{{#{markup.ident(box['box_id'])}}}",
            "Number": wording.linked(review, box, wording.written(box), base=""),
            "Unit": box["unit"],
        }
        for _, box in sums.iterrows()
    ]
    parts.append(str(wording.markdown_table(pd.DataFrame(lines), align="lrl", base="")))
    for _, box in boxes[boxes["box_id"].isin(list(listed))].iterrows():
        found = listed[box["box_id"]]
        number = wording.linked(review, box, wording.written(box), base="")
        parts += [f"### {_named(review, box)} {{#{markup.ident(box['box_id'])}}}", f"{number} {box['unit']}."]
        if len(found) > MOST:
            parts.append(f"Too many for a page: they are in `{files}/records.csv`, by `{files}/boxes.csv`.")
        else:
            table = [_line(records.loc[name]) for name in found]
            parts.append(str(wording.markdown_table(pd.DataFrame(table), base="")))
    return "\n\n".join(parts) + "\n"


def _named(review: Evidence, box: pd.Series) -> str:
    """What a box holds, as Markdown: its reason may be what an operator called a database."""
    label = review.label("flow_box", box["box"])
    label = f"{label}: {box['reason']}" if not pd.isna(box["reason"]) else label
    return markup.literal(f"{label} (other methods)" if box["arm"] == "other" else label)


def _line(record: pd.Series) -> dict[str, str]:
    """A record as readers look for it."""
    people = [name.strip() for name in record["authors"].split(";") if name.strip()]
    signed = ", ".join(people[:FIRST_AUTHORS]) + (" et al." if len(people) > FIRST_AUTHORS else "")
    facts = [
        markup.literal(one[:MOST])
        for one in (signed, record["title"].rstrip("."), record["journal"], record["year"])
        if one
    ]
    links = []
    if re.fullmatch(r"10\.\d{4,9}/[\w.()/:;-]+", record["doi"]):
        links.append(f"[DOI](https://doi.org/{record['doi']})")
    if record["pmid"].isdecimal():
        links.append(f"[PubMed](https://pubmed.ncbi.nlm.nih.gov/{record['pmid']}/)")
    return {
        "Record": f"[{'. '.join(facts)}.]{{.record}}",
        "Found in": markup.literal(record["database"]),
        "Look up": " · ".join(links),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
