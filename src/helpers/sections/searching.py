"""The way from records to studies: in a sentence, box by box, and across updates."""

from __future__ import annotations

import pandas as pd

from helpers import markup, numbers, signals, wording
from helpers.evidence import Evidence

RECORDS_PAGE = "records.qmd"
FIRST_SEARCH = {
    "identified": "records were identified",
    "assessed": "reports were assessed in full text",
    "included_studies": "studies were included",
}


def search_sentence(review: Evidence) -> str:
    """What was searched and included, for `wording.say`: the first search, later updates beside it."""
    flow = review.tables["flow"]
    first = flow[(flow["update_id"] == flow["update_id"].min()) & flow["reason"].isna() & flow["count"].notna()]
    boxes = first.drop_duplicates("box").set_index("box")["box_id"]
    said = [f"{{{boxes[box]}:n}} {what}" for box, what in FIRST_SEARCH.items() if box in boxes.index]
    text = f"The first search: {'; '.join(said)}." if said else "The numbers of the first search are not stated."
    latest = latest_flow(review).set_index("box")
    if "total_studies" not in latest.index:
        return text
    new, total = (str(latest.loc[box, "box_id"]) for box in ("new_studies", "total_studies"))
    return (
        f"{text} The update through {numbers.day(review.as_of)} added {{{new}:n}}, which makes {{{total}:n}} studies."
    )


def latest_flow(review: Evidence) -> pd.DataFrame:
    """Boxes of the newest update that has any."""
    flow = review.tables["flow"]
    return flow[flow["update_id"] == flow["update_id"].max()]


def with_known_since(review: Evidence, boxes: pd.DataFrame) -> pd.DataFrame:
    """The boxes of a flow and, beside its end, what is known since: reports awaiting classification, registered studies.

    Parameters
    ----------
    review : Evidence
        Looking back, nothing is added.
    boxes : DataFrame
        Rows of `flow` of the newest update.
    """
    if not review.is_latest:
        return boxes
    known = signals.awaiting(review.tables, signals.states(review.root, review.tables))
    counts = {
        "awaiting_classification": (sum(known.get(kind, 0) for kind in signals.EVIDENCE), "reports"),
        "registered_studies": (known.get("trial", 0), "studies"),
    }
    arm = "all" if "all" in set(boxes["arm"]) else "databases"
    rows = [{"box": box, "arm": arm, "count": n, "unit": unit} for box, (n, unit) in counts.items() if n]
    return pd.concat([boxes, pd.DataFrame(rows).astype({"count": "Int64"})], ignore_index=True) if rows else boxes


def flow_table(review: Evidence, *, name: str) -> wording.Text:
    """Every box of every update as a table; a box that was computed from records leads to them.

    Parameters
    ----------
    review : Evidence
    name : str
        Result name.
    """
    flow = review.tables["flow"].sort_values("update_id", ascending=False, kind="stable")
    columns = {
        "Search through": [numbers.day(update) for update in flow["update_id"]],
        "Box": [markup.literal(review.label("flow_box", box)) for box in flow["box"]],
        "Of which": flow["reason"].map(markup.literal),
        "Number": [wording.linked(review, box, wording.written(box)) for _, box in flow.iterrows()],
        "Unit": flow["unit"],
        "Source": [records_behind(box) or markup.literal(box["locator"]) for _, box in flow.iterrows()],
        "Remark": flow["note"].map(markup.literal),
    }
    if flow["update_id"].nunique() == 1:
        del columns["Search through"]
    return wording.markdown_table(pd.DataFrame(columns), align="llrlll".rjust(len(columns), "l"), name=name)


def records_behind(box: pd.Series, *, base: str = "../") -> str:
    """A link to the records behind a box; nothing where the box is printed in a source, or counts studies."""
    if not str(box["source_id"]).startswith("own-") or box["unit"] == "studies" or box["arm"] == "previous":
        return ""
    return f"[Records]({base}{RECORDS_PAGE}#{markup.ident(box['box_id'])})"
