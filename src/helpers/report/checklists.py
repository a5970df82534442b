"""Reporting guidelines item by item, each with the place on the site that answers it."""

from __future__ import annotations

import pandas as pd

from helpers import markup, numbers, wording
from helpers.evidence import Evidence


def checklists(review: Evidence) -> str:
    """One table a guideline, in the guideline's order, with the sum of what is reported before each."""
    items = review.tables["checklists"]
    parts = [_checklist(review, name, items[items["checklist"] == name]) for name in review.order("checklist")]
    return "\n\n".join(parts) + "\n"


def _checklist(review: Evidence, name: str, items: pd.DataFrame) -> str:
    label = markup.literal(review.label("checklist", name))
    tally = items["status"].value_counts()
    said = ", ".join(
        f"{numbers.whole(tally.get(status, 0))} {markup.literal(review.label('reporting', status).lower())}"
        for status in review.order("reporting")
    )
    frame = pd.DataFrame(
        {
            "Item": [
                f"[{markup.literal(item)}]{{#{markup.ident(key)}}}"
                for item, key in zip(items["item"], items["item_id"], strict=True)
            ],
            "Topic": items["topic"].map(markup.literal),
            "Asks for": [markup.emphasised(text) for text in items["asks"]],
            "Here": [
                f"[{markup.literal(review.label('reporting', status))}]({_address(place)})"
                for status, place in zip(items["status"], items["place"], strict=True)
            ],
            "Remark": items["remark"].map(markup.literal),
        }
    )
    table = wording.markdown_table(frame)
    caption = f": Items of {label} and where they stand on this site. {{#tbl-{name.replace('_', '-')}}}"
    return f"## {label} {{#{name.replace('_', '-')}}}\n\n{numbers.whole(len(items))} items: {said}.\n\n{table}\n\n{caption}"


def _address(place: str) -> str:
    return "#".join(map(markup.ident, str(place).split("#")))
