"""The page of what is new: the history of versions, and what each of them changed."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from helpers import markup, numbers, wording
from helpers.evidence import Evidence
from helpers.report.difference import Changes
from helpers.report.told import address


def updates(review: Evidence, changes: Sequence[Changes] = ()) -> str:
    """The history of versions and what each brought, newest first.

    Parameters
    ----------
    review : Evidence
        As of the latest update.
    changes : sequence of Changes
        From `changes.history`, oldest first.
    """
    told = {c.after.version for c in changes}
    newest = review.tables["updates"]["update_id"].max()
    lines = [
        {
            "Version": f"[{row['version']}](#{address(row['version'])})" if row["version"] in told else row["version"],
            "Searched through": numbers.day(row["searched_through"]),
            "Integrated": numbers.day(row["integrated_on"]),
            "Next search due": _due(row["next_due"], is_newest=row["update_id"] == newest),
            "What it brought": markup.literal(row["summary"]),
        }
        for _, row in review.tables["updates"].sort_values("update_id", ascending=False).iterrows()
    ]
    sections = [change.markdown() for change in reversed(changes)]
    return "\n".join([f"{wording.markdown_table(pd.DataFrame(lines))}\n", *sections])


def _due(day: str, *, is_newest: bool) -> str:
    """A day that the page marks once it has passed; a search that has been done is no longer due."""
    shown = numbers.day(day)
    return f'<span class="due" data-due="{day}">{shown}</span>' if is_newest else shown


def as_json(changes: Sequence[Changes]) -> str:
    """What each version changed as JSON, oldest first."""
    return json.dumps({"versions": [change.to_dict() for change in changes]}, indent=2, ensure_ascii=False)
