"""Numbers into sentences and tables: each number is bound to its evidence row and links to it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers import numbers, synthesis
from helpers.evidence import ROW_KEYS, Evidence

RESULT_MIME = "application/vnd.mas-review.result+json"  # collected by the runner into data/results/
EVIDENCE_PAGE = "evidence.qmd"
AUDIT_PAGE = "notebooks/13-audit.ipynb"
INTERVAL_METHOD = "clopper-pearson"  # exact: never below its nominal coverage, which small series need


class Text(str):
    """Markdown that shows itself rendered in Jupyter and Quarto, and carries the values it states."""

    values: tuple[Mapping[str, Any], ...]
    name: str | None

    def __new__(cls, markdown: str, values: Iterable[Mapping[str, Any]] = (), name: str | None = None) -> Text:
        """Markdown with the values it was made from and, to be collected as a result, a name."""
        text = super().__new__(cls, markdown)
        text.values, text.name = tuple(values), name
        return text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/markdown": str(self), "text/plain": str(self)}
        if self.name:
            bundle[RESULT_MIME] = {"id": self.name, "values": list(self.values)}
        return bundle


def say(
    review: Evidence, template: str, *, name: str | None = None, base: str = "../", level: float = 0.95, **extra: Any
) -> Text:
    """Fill a sentence with numbers from evidence rows.

    Parameters
    ----------
    review : Evidence
        Where the rows are.
    template : str
        Markdown with places such as ``{anakinra-sjia-complete-response:ci}``: the id of a row, then how to write it.
        Counts: nothing ``68 of 82 (83%)``; ``n`` ``68``; ``N`` ``82``; ``of`` ``68 of 82``; ``pct`` ``83%``,
        recomputed; ``ci`` with its exact interval; ``printed`` the printed percentage. Doses and quantities: nothing,
        the range or value with its unit. Comparisons: ``p``, the printed P value.
    name : str, optional
        Identifier under which the runner collects the values as a result.
    base : str
        Way from the page to the site's root.
    level : float
        Confidence level of intervals.
    **extra : object
        Further values, computed, to put into places by name.

    Returns
    -------
    Text

    Raises
    ------
    KeyError
        A place names no row as of this update.
    """
    filler = _Filler(review, base, level, extra)
    return Text(
        filler.format(" ".join(template.split()) if "\n\n" not in template else template.strip()), filler.values, name
    )


class _Filler(string.Formatter):
    def __init__(self, review: Evidence, base: str, level: float, extra: Mapping[str, Any]) -> None:
        self.review, self.base, self.level, self.extra = review, base, level, extra
        self.values: list[Mapping[str, Any]] = []

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        if field_name in self.extra:
            return self.extra[field_name], field_name
        return self.review.row(field_name), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if not isinstance(value, pd.Series):
            return format(value, format_spec)
        shown = written(value, format_spec, level=self.level)
        self.values.append(provenance(value, shown))
        return linked(self.review, value, shown, base=self.base)


def row_id(row: pd.Series) -> str:
    """The id of an evidence row of whichever table."""
    return str(next(row[key] for key in ROW_KEYS.values() if key in row.index))


def linked(review: Evidence, row: pd.Series, shown: str, *, base: str = "../") -> str:
    """A number as a link to its evidence row, with a dagger when the source is known to slip there."""
    identifier = row_id(row)
    link = f"[{shown}]({base}{EVIDENCE_PAGE}#{identifier})"
    slips = review.corrections_of(identifier)
    return link + "".join(f"[†]({base}{AUDIT_PAGE}#slip-{slip['id']})" for slip in slips[:1])


def provenance(row: pd.Series, shown: str) -> dict[str, Any]:
    """What a shown number rests on, as plain values."""
    kept = (
        "level",
        "condition",
        "treatment",
        "measure",
        "events",
        "total",
        "percent_printed",
        "low",
        "high",
        "value",
        "unit",
        "locator",
    )
    plain = {k: row[k] for k in kept if k in row.index and not pd.isna(row[k])}
    values = {k: v.item() if hasattr(v, "item") else v for k, v in plain.items()}
    return {"row": row_id(row), "shown": shown, **values}


def written(row: pd.Series, form: str = "", *, level: float = 0.95) -> str:
    """An evidence row as words; `form` as in `say`.

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
        return f"{numbers.plain(row['value'])} {row['unit']}"
    if "count" in row.index:
        return "not stated" if pd.isna(row["count"]) else numbers.whole(row["count"])
    return _written_count(row, form, level)


def _written_count(row: pd.Series, form: str, level: float) -> str:
    events, total = row["events"], row["total"]
    needs = {"n": [events], "N": [total], "printed": [row["percent_printed"]], "": []}.get(form, [events, total])
    if any(pd.isna(need) for need in needs):
        raise ValueError(f"row {row_id(row)} lacks the numbers for the form {form!r}")
    if pd.isna(events) or form == "printed":
        return f"{numbers.plain(row['percent_printed'])}%"
    if form == "n" or pd.isna(total):
        return numbers.whole(events)
    if form == "N":
        return numbers.whole(total)
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


def markdown_table(
    frame: pd.DataFrame,
    *,
    align: str | None = None,
    notes: Sequence[str] = (),
    values: Iterable[Mapping[str, Any]] = (),
    name: str | None = None,
) -> Text:
    """A frame as a Markdown pipe table, complete without scripts.

    Parameters
    ----------
    frame : DataFrame
        Cells are Markdown; missing cells show as an en dash. The index is not shown.
    align : str, optional
        One letter a column, ``l`` or ``r``; default left.
    notes : sequence of str
        Paragraphs below the table.
    values, name
        As in `Text`.

    Returns
    -------
    Text
        A sentence instead of a table when the frame has no rows.
    """
    if frame.empty:
        return Text("*No rows: the source states nothing here as of this update.*")
    letters = align or "l" * len(frame.columns)
    widths = [_width([column, *frame[column]]) for column in frame.columns]
    rule = ["-" * n + ":" if letter == "r" else ":" + "-" * n for letter, n in zip(letters, widths, strict=True)]
    lines = ["| " + " | ".join(map(str, frame.columns)) + " |", "|" + "|".join(rule) + "|"]
    for cells in frame.itertuples(index=False):
        shown = ["–" if pd.isna(c) or str(c) == "" else str(c).replace("|", "\\|").replace("\n", " ") for c in cells]
        lines.append("| " + " | ".join(shown) + " |")
    return Text("\n".join(lines) + "".join(f"\n\n{note}" for note in notes), values, name)


def _width(cells: Sequence[Any]) -> int:
    """Dashes below a column: Pandoc and Quarto share the width of a wide table out in proportion to them."""
    shown = [re.sub(r"\]\([^)]*\)|<[^>]*>|[\[`*]|\{[^}]*\}", "", str(cell)) for cell in cells if not pd.isna(cell)]
    return min(max(5, *(len(text) for text in shown)), 36) if shown else 5


def status(review: Evidence) -> Text:
    """Dates and version of the evidence, for the top of each page."""
    update = review.update
    due = update["next_due"]
    facts = [
        f"Evidence searched through **{numbers.day(update['searched_through'])}**",
        f"integrated {numbers.day(update['integrated_on'])}",
        f'next search due <span class="due" data-due="{due}">{numbers.day(due)}</span>',
        f"version {update['version']}",
    ]
    return Text('<div class="status">\n\n' + " · ".join(facts) + "\n\n</div>")
