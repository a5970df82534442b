"""Evidence rows as words, as links, and with their intervals; what a mark beside a number means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers import markup, numbers, synthesis
from helpers.evidence import ROW_KEYS, Evidence
from helpers.wording.text import Shown

EVIDENCE_PAGE = "evidence.qmd"
INTERVAL_METHOD = "clopper-pearson"  # exact: never below its nominal coverage, which small series need
DATE = "YYYYMMDD"  # unit of a quantity that is a day
KEPT = (  # what the results of a page keep of a row
    *("level", "condition", "treatment", "measure", "events", "total", "percent_printed", "low", "high", "value"),
    *("unit", "locator", "made_of"),
)
DAGGER = "†"
# Said once under a table or figure in which an interval stands around patients that were added up over studies.
ONE_SERIES = "Intervals treat patients added up over studies as one series; they are too narrow if studies differ or share patients."
INFERRED = "Inferred: it took a judgement to say what the words of the source mean; the reason is with the row."
# A percentage that its source does not print as an exact one: "almost 60%", ">80%".
QUALIFIED = re.compile(
    r"(?P<how>almost|nearly|about|around|approximately|over|more than|less than|under|at least|at most|up to|[<>≤≥~])"
    r"(?P<blank>\s*)(?P<number>\d+(?:\.\d+)?)\s*%",
    flags=re.IGNORECASE,
)


def row_id(row: pd.Series) -> str:
    """The id of an evidence row of whichever table."""
    return str(next(row[key] for key in ROW_KEYS.values() if key in row.index))


def lead(row: pd.Series, shown: str, *, base: str = "../") -> str:
    """A number, as Markdown, as a link to its evidence row, without a dagger: for a second number of the same line."""
    return f"[{shown}]({base}{EVIDENCE_PAGE}#{markup.ident(row_id(row))})"


def linked(
    review: Evidence,
    row: pd.Series,
    shown: str,
    *,
    base: str = "../",
    slips: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """A number, as Markdown, as a link to its evidence row, with a dagger when the source is known to slip there.

    Parameters
    ----------
    review : Evidence
        Known slips.
    row : Series
        The evidence row.
    shown : str
        The number, as Markdown.
    base : str
        Way from the page to the site's root.
    slips : sequence of mapping, optional
        Known slips of this number where not all those of the row are.
    """
    found = review.corrections_of(row_id(row)) if slips is None else slips
    return lead(row, shown, base=base) + "".join(_mark(review, row, slip, base) for slip in found[:1])


def _mark(review: Evidence, row: pd.Series, slip: Mapping[str, Any], base: str) -> str:
    """A dagger that leads to where the slip is explained: the audit, or where there is none the evidence row."""
    if review.audit_page is None:
        return lead(row, DAGGER, base=base)
    return f"[{DAGGER}]({base}{review.audit_page}#slip-{markup.ident(slip['id'])})"


def with_slips(review: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows ready for a figure, with ``known_slip``, the id of a known slip of the row, and ``audit_page``, where it is explained.

    Without these columns if there is no slip.
    """
    slips = [next((str(slip["id"]) for slip in review.corrections_of(row_id(row))), None) for _, row in rows.iterrows()]
    if not any(slips):
        return rows
    return rows.assign(known_slip=pd.Series(slips, index=rows.index, dtype="object"), audit_page=review.audit_page)


def dagger_note(slips: Iterable[str], page: str | None, *, base: str = "../") -> str:
    """What the dagger means, in Markdown, with the way to the audit: to the slip itself where there is only one."""
    meaning = f"{DAGGER} does not agree with its own parts or with another source"
    if page is None:
        return f"{meaning}; see [its evidence row]({base}{EVIDENCE_PAGE})."
    one, *others = dict.fromkeys(slips)
    place = "" if others else f"#slip-{markup.ident(one)}"
    return f"{meaning}; see [the audit]({base}{page}{place})."


def is_inferred(row: pd.Series) -> bool:
    """Whether it took a judgement to say what the words of the source mean."""
    return bool(row.get("how_obtained") == "inferred")


def is_added_up(row: pd.Series) -> bool:
    """Whether a row adds up patients over studies, so that an interval around it treats them as one series."""
    return bool(row.get("level") == "review")


def shown(
    review: Evidence, row: pd.Series, words: str, *, base: str = "../", slips: Sequence[Mapping[str, Any]] | None = None
) -> Shown:
    """A number of a row, however written, linked and with what it rests on: for the places of `say`; `slips` as in `linked`."""
    return Shown(linked(review, row, markup.literal(words), base=base, slips=slips), provenance(row, words))


def provenance(row: pd.Series, shown: str) -> dict[str, Any]:
    """What a shown number rests on, as plain values."""
    plain = {k: row[k] for k in KEPT if k in row.index and not pd.isna(row[k])}
    values = {k: v.item() if hasattr(v, "item") else v for k, v in plain.items()}
    return {"row": row_id(row), "shown": shown, **values}


def written(row: pd.Series, form: str = "", *, level: float = 0.95) -> str:
    """An evidence row as words, which are not yet Markdown: a unit or a P value is text of the source; `form` as in `say`.

    Raises
    ------
    ValueError
        The row cannot be written in that form, for example an interval without a total.
    """
    if "p_printed" in row.index:
        return "no P value printed" if pd.isna(row["p_printed"]) else f"P {row['p_relation']} {row['p_printed']}"
    if "low" in row.index:
        return numbers.span(row["low"], row["high"], row["unit"])
    if "value" in row.index:
        return _written_quantity(row)
    if "count" in row.index:
        return "not stated" if pd.isna(row["count"]) else numbers.whole(row["count"])
    return _written_count(row, form, level)


def printed_percentage(row: pd.Series) -> str:
    """The printed percentage, with the word that its source puts before it: ``almost 60%``."""
    shown = f"{numbers.plain(row['percent_printed'])}%"
    said = row.get("as_printed")
    found = None if said is None or pd.isna(said) else QUALIFIED.match(str(said).strip())
    if not found or float(found["number"]) != float(row["percent_printed"]):
        return shown
    return f"{found['how'].lower()}{' ' if found['blank'] else ''}{shown}"


def _written_count(row: pd.Series, form: str, level: float) -> str:
    events, total = row["events"], row["total"]
    needs = {"n": [events], "N": [total], "printed": [row["percent_printed"]], "": []}.get(form, [events, total])
    if any(pd.isna(need) for need in needs):
        raise ValueError(f"row {row_id(row)} lacks the numbers for the form {form!r}")
    if form == "N":
        return numbers.whole(total)
    if pd.isna(events) or form == "printed":
        return printed_percentage(row)
    if form == "n" or pd.isna(total):
        return numbers.whole(events)
    fraction = f"{numbers.whole(events)} of {numbers.whole(total)}"
    if form == "of" or total == 0:
        return fraction
    share = numbers.percent(events / total)
    if form == "pct":
        return share
    if form == "ci":
        exact = synthesis.proportion_ci(int(events), int(total), method=INTERVAL_METHOD, level=level)
        return f"{fraction} ({share}, {numbers.confidence(level)} {numbers.interval(exact.ci_low, exact.ci_high)})"
    return f"{fraction} ({share})"


def _written_quantity(row: pd.Series) -> str:
    """A value with its unit; dates as days, years bare."""
    if row["unit"] == DATE:
        return numbers.day(f"{row['value']:.0f}")
    return f"{row['value']:.0f}" if row["unit"] == "year" else f"{numbers.plain(row['value'])} {row['unit']}"


def with_intervals(rows: pd.DataFrame, *, method: str = INTERVAL_METHOD, level: float = 0.95) -> pd.DataFrame:
    """Count rows with their proportion and interval.

    Parameters
    ----------
    rows : DataFrame
        Rows of `counts`.
    method : str
        Interval method of `synthesis.proportion_ci`.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        The rows that have both a count and a total above zero, with ``estimate``, ``ci_low``, ``ci_high`` in [0, 1].
    """
    usable = rows[rows["events"].notna() & rows["total"].fillna(0).gt(0)].copy()
    found = [
        synthesis.proportion_ci(int(e), int(t), method=method, level=level)
        for e, t in zip(usable["events"], usable["total"], strict=True)
    ]
    for name in ("estimate", "ci_low", "ci_high"):
        usable[name] = pd.Series([getattr(f, name) for f in found], index=usable.index, dtype="float64")
    return usable
