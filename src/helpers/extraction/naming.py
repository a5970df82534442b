"""Lasting ids for rows that two extractors numbered as they went along."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

NAMED_BY = {  # what a row is named after, in the order of the id
    "cohorts": ("study_id", "condition"),
    "counts": ("study_id", "treatment", "condition", "measure", "regimen", "line"),
    "doses": ("study_id", "treatment", "kind", "condition", "regimen"),
    "quantities": ("study_id", "treatment", "quantity", "condition", "statistic"),
    "comparisons": ("study_id", "treatment", "measure", "contrast"),
}
RUNNING = re.compile(r"[a-z]{0,3}[-_]?\d{1,5}x*")  # c001, r12, 7: a number within one form
NOTHING = {"", "none"}  # codes that name nothing
MOST_WORDS = 5  # of the detail, where rows are alike in everything else


def lasting_ids(table: str, rows: Sequence[Mapping[str, str]], own: str, taken: set[str]) -> list[str]:
    """An id for each row that no other row of the review has.

    Parameters
    ----------
    table : str
        Name of the table.
    rows : sequence of mapping
        Column to text.
    own : str
        Column of the row's id.
    taken : set of str
        Ids of the review; the new ones are added to it.

    Returns
    -------
    list of str
        For each row its id as written where that is a name of its own; otherwise, for running numbers, one made of
        study, treatment, condition and measure, with words of the detail where rows are alike, and a number at last.
    """
    found = []
    for row in rows:
        written = row[own]
        if written and not RUNNING.fullmatch(written) and written not in taken:
            name = written
        else:
            name = _free(_slug([row.get(c, "") for c in NAMED_BY[table]]), row.get("detail", ""), taken)
        taken.add(name)
        found.append(name)
    return found


def _slug(parts: Sequence[str]) -> str:
    words = [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts if part not in NOTHING]
    return "-".join(word for word in words if word)


def _free(name: str, detail: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    longer = _slug([name, " ".join(detail.split()[:MOST_WORDS])])
    number, free = 2, longer
    while free in taken:
        free, number = f"{longer}-{number}", number + 1
    return free
